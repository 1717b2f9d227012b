import type { Dialect } from "../../contract.ts";
import type { OutputFormat, Request } from "../canonical.ts";
import { anyJsonInstruction, schemaInstruction } from "../json-instruction.ts";
import { lacks } from "../lacks.ts";

/** The form of the answer: what `response_format` says, and what has to be said in words instead. */
export type FormatPlan = Readonly<{ sent: OutputFormat | undefined; instruction: string | undefined }>;

/** Servers without schemas get `json_object` and the schema in words; those without either, words alone. */
export function planFormat(format: OutputFormat | undefined, dialect: Dialect): FormatPlan {
  const isTold =
    (format?.kind === "json-object" && lacks(dialect, "json-object")) ||
    (format?.kind === "json-schema" && lacks(dialect, "json-schema"));
  if (format === undefined || !isTold) return { sent: format, instruction: undefined };
  return {
    sent: lacks(dialect, "json-object") ? undefined : { kind: "json-object" },
    instruction: format.kind === "json-schema" ? schemaInstruction(format.schema) : anyJsonInstruction,
  };
}

/** What has to be said in words is the last thing the system says before the conversation. */
export function withInstruction(request: Request, instruction: string | undefined): Request {
  if (instruction === undefined) return request;
  return { ...request, system: [...request.system, { kind: "text", text: instruction }] };
}

/**
 * Of JSON that follows no schema the conversation has to speak, or OpenAI refuses it; clients of other APIs need not know
 * that. Looks at no more than stands before the first answer, so that a conversation that grows keeps its beginning.
 */
export function jsonReminder({ format, system, turns }: Request): string | undefined {
  if (format?.kind !== "json-object") return undefined;
  const answer = turns.findIndex(({ role }) => role === "assistant");
  const opening = turns.slice(0, answer === -1 ? turns.length : answer).flatMap(({ blocks }) => blocks);
  const isSpokenOf = [...system, ...opening].some((block) => block.kind === "text" && /json/i.test(block.text));
  return isSpokenOf ? undefined : anyJsonInstruction;
}
