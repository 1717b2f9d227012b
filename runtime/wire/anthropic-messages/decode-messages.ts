import type { Block, Json, JsonObject, Turn } from "../canonical.ts";
import { isArray, isObject } from "../json.ts";
import type { Notes } from "../notes.ts";
import { placeSignatures } from "../place-signatures.ts";
import { decodeContent, reject } from "./decode-blocks.ts";

export function decodeMessages(value: Json | undefined, found: Notes): readonly Turn[] {
  if (!isArray(value) || value.length === 0) {
    reject(found, "invalid_value", "messages", "must be a list with at least one message");
    return [];
  }
  return value.flatMap((json, index) => {
    if (isObject(json)) return decodeMessage(json, `messages[${index}]`, found) ?? [];
    reject(found, "invalid_type", `messages[${index}]`, "must be an object with a role and content");
    return [];
  });
}

function decodeMessage(json: JsonObject, path: string, found: Notes): Turn | undefined {
  const { role } = json;
  if (role !== "user" && role !== "assistant" && role !== "system") {
    reject(found, "invalid_value", `${path}.role`, 'must be "user", "assistant" or "system"');
    return undefined;
  }
  refuseTurnControl(json, path, found);
  const blocks = decodeContent(json["content"], `${path}.content`, found);
  if (role === "system") return { role, blocks: textOnly(blocks, `${path}.content`, found) };
  return { role, blocks: role === "assistant" ? placeSignatures(blocks, found) : blocks };
}

/** Settings that begin to hold in the middle of a conversation; Claude Code leaves out the field a 400 names. */
function refuseTurnControl(json: JsonObject, path: string, found: Notes): void {
  for (const field of ["output_config", "clear_at"]) {
    if ((json[field] ?? null) === null) continue;
    reject(
      found,
      "turn_control_unsupported",
      `${path}.${field}`,
      "is not supported by the model's provider; remove it",
    );
  }
}

/** The `system` prompt: a string or text blocks. */
export function decodeSystem(value: Json | undefined, found: Notes): readonly Block[] {
  if (value === undefined || value === null || value === "") return [];
  const blocks = textOnly(decodeContent(value, "system", found), "system", found);
  return blocks.filter((block) => !isAttribution(block));
}

/** Claude Code's first system block changes with every request, which would end every prompt-cache hit elsewhere. */
function isAttribution(block: Block): boolean {
  return block.kind === "text" && block.text.startsWith("x-anthropic-billing-header");
}

function textOnly(blocks: readonly Block[], path: string, found: Notes): readonly Block[] {
  const at = blocks.findIndex((block) => block.kind !== "text");
  if (at !== -1) reject(found, "invalid_value", `${path}[${at}]`, "must be a text block");
  return blocks;
}
