import type { Block, JsonObject, Response } from "../canonical.ts";
import type { ReplyContext } from "../codec.ts";
import { replyChunk } from "./reply-chunk.ts";
import { callPart, redactedPart, signedTextPart, textPart, thoughtPart } from "./reply-parts.ts";

/** A whole answer. A refusal is told by the reason it ended for, as Google's own is. */
export function encodeResponse(response: Response, context: ReplyContext): JsonObject {
  const { blocks, stop, usage } = response;
  const texts = blocks.flatMap((block) => (block.kind === "text" ? [block] : []));
  return replyChunk(context, blocks.flatMap(encodeBlock), {
    stop,
    usage,
    refusal: blocks.map((block) => (block.kind === "refusal" ? block.text : "")).join(""),
    text: texts.map(({ text }) => text).join(""),
    citations: texts.flatMap(({ citations }) => citations ?? []),
    queries: blocks.flatMap((block) => (block.kind === "web-search" ? [block.query] : [])),
  });
}

function encodeBlock(block: Block): readonly JsonObject[] {
  switch (block.kind) {
    case "text":
      if (block.signature !== undefined) return [signedTextPart(block.text, block.signature)];
      return block.text === "" ? [] : [textPart(block.text)];
    case "thinking":
      if (block.signature !== undefined) {
        return [thoughtPart(block.text, { state: block.signature, of: block.text })];
      }
      return block.text === "" ? [] : [thoughtPart(block.text)];
    case "redacted-thinking":
      return [redactedPart(block.data)];
    case "tool-call": {
      const part = callPart(block);
      return part === undefined ? [] : [part];
    }
    default:
      return [];
  }
}
