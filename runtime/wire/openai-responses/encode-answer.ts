import type { Block, JsonObject, ToolCall } from "../canonical.ts";
import { isObject } from "../json.ts";
import type { Notes } from "../notes.ts";

const native = "openai-responses";

/** How the two kinds of items are written that an answer mostly is; no item for a message that says nothing. */
export type AnswerParts = Readonly<{
  message(blocks: readonly Block[]): readonly JsonObject[];
  call(call: ToolCall): JsonObject;
}>;

/**
 * What a model said, reasoned and called, as items in the order of the blocks; pieces of text that follow each other are one
 * message. The API refuses reasoning without the item that it led to, so where that goes the reasoning goes, too.
 */
export function encodeAnswer(
  blocks: readonly Block[],
  { found }: Readonly<{ found: Notes }>,
  parts: AnswerParts,
): readonly JsonObject[] {
  const items: JsonObject[] = [];
  let said: Block[] = [];
  const finishMessage = (): void => {
    items.push(...parts.message(said));
    said = [];
  };
  for (const block of blocks) {
    switch (block.kind) {
      case "tool-call":
        finishMessage();
        items.push(parts.call(block));
        break;
      case "thinking":
      case "redacted-thinking": {
        const item = encodeReasoning(block, found);
        if (item === undefined) break;
        finishMessage();
        items.push(item);
        break;
      }
      case "web-search":
        // Made at the upstream: it takes none that it did not make.
        finishMessage();
        found.lose("dropped", "web_search_call", block);
        dropReasoning(items, found);
        break;
      default:
        if (isOwnItem(block)) {
          finishMessage();
          items.push(block.json);
        } else said.push(block);
    }
  }
  finishMessage();
  dropReasoning(items, found);
  return items;
}

/** Takes away reasoning that nothing follows. */
function dropReasoning(items: JsonObject[], found: Notes): void {
  const kept = items.findLastIndex((item) => item["type"] !== "reasoning") + 1;
  if (items.splice(kept).length > 0) found.lose("reasoning_dropped", "messages");
}

/** Undefined for reasoning without state, which tells the API nothing, and for state of another vendor, which it refuses. */
function encodeReasoning(
  block: Extract<Block, { kind: "thinking" | "redacted-thinking" }>,
  found: Notes,
): JsonObject | undefined {
  const state = block.kind === "thinking" ? block.signature : block.data;
  if (state === undefined) return undefined;
  if (state.from !== native) {
    found.lose("reasoning_dropped", "messages", block);
    return undefined;
  }
  const text = block.kind === "thinking" ? block.text : "";
  const summary = text === "" ? [] : [{ type: "summary_text", text }];
  return { type: "reasoning", summary, encrypted_content: state.data };
}

function isOwnItem(block: Block): block is Extract<Block, { kind: "opaque" }> & { json: JsonObject } {
  return block.kind === "opaque" && block.from === native && isObject(block.json);
}
