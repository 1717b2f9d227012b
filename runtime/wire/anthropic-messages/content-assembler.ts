import type { JsonObject } from "../canonical.ts";
import { parseExactly } from "../exact-json.ts";
import { arrayOf, lookup, stringOf } from "../json.ts";

/** The content blocks of a stream as a whole message would hold them, those of unknown types too. */
export type ContentAssembler = Readonly<{
  start(index: number, block: JsonObject): void;
  delta(index: number, delta: JsonObject): void;
  /** In the order they began. */
  blocks(): readonly JsonObject[];
}>;

/** Deltas whose text is added to the block's member of the same name (@anthropic-ai/sdk 1.11 types, beta ones included). */
const textMembers = {
  text_delta: "text",
  thinking_delta: "thinking",
  signature_delta: "signature",
  compaction_delta: "content",
} as const;

type Part = { block: JsonObject; inputJson: string };

export function contentAssembler(): ContentAssembler {
  const parts: Part[] = [];
  const open = new Map<number, Part>();
  return {
    start(index, block) {
      const part = { block, inputJson: "" };
      parts.push(part);
      open.set(index, part);
    },
    delta(index, delta) {
      const part = open.get(index);
      if (part === undefined) return;
      part.block = withDelta(part.block, delta);
      part.inputJson += stringOf(delta["partial_json"]) ?? "";
    },
    blocks: () => parts.map(withInput),
  };
}

function withDelta(block: JsonObject, delta: JsonObject): JsonObject {
  const member = lookup<string>(textMembers, stringOf(delta["type"]));
  if (member !== undefined) {
    return { ...block, [member]: (stringOf(block[member]) ?? "") + (stringOf(delta[member]) ?? "") };
  }
  if (delta["type"] !== "citations_delta") return block;
  return { ...block, citations: [...arrayOf(block["citations"]), delta["citation"] ?? null] };
}

/** Input that never became JSON leaves the block as it began. */
function withInput({ block, inputJson }: Part): JsonObject {
  const input = parseExactly(inputJson);
  return input === undefined ? block : { ...block, input };
}
