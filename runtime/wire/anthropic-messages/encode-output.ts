import type { JsonObject, OutputFormat, Tool } from "../canonical.ts";
import { anyJsonInstruction, schemaInstruction } from "../json-instruction.ts";
import { toStructuredSchema, toToolSchema } from "../json-schema.ts";
import { shorten } from "../names.ts";
import type { Notes } from "../notes.ts";
import type { Traits } from "./traits.ts";

/** How the wanted form of the answer is asked for. */
export type OutputPlan =
  | Readonly<{ kind: "text" }>
  /** `output_config.format`: the API enforces the schema. */
  | Readonly<{ kind: "format"; schema: JsonObject }>
  /** A tool the model must call; its input is the answer. */
  | Readonly<{ kind: "tool"; tool: JsonObject; name: string }>
  /** A sentence in the system prompt: nothing enforces it. */
  | Readonly<{ kind: "instruction"; text: string }>;

const maxNameChars = 64;

/** `canForce`: whether `tool_choice` may name a tool in this request. */
export function planOutput(
  format: OutputFormat | undefined,
  tools: readonly Tool[],
  traits: Traits,
  canForce: boolean,
  found: Notes,
): OutputPlan {
  if (format === undefined || format.kind === "text") return { kind: "text" };
  if (format.kind !== "json-schema") {
    found.lose("not_enforced", "response_format");
    return { kind: "instruction", text: anyJsonInstruction };
  }
  const structured = traits.structured ? toStructuredSchema(format.schema) : undefined;
  if (structured !== undefined) return { kind: "format", schema: structured };
  const { schema, exact } = toToolSchema(format.schema);
  if (canForce && exact && tools.length === 0) {
    const name = shorten(format.name === "" ? "response" : format.name, maxNameChars);
    const description = format.description ?? "Gives the final answer. Call it once with the complete answer.";
    return { kind: "tool", name, tool: { name, description, input_schema: schema } };
  }
  found.lose("not_enforced", "response_format");
  return { kind: "instruction", text: schemaInstruction(format.schema) };
}
