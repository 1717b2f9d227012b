import type { Block, JsonObject, Response, Stop } from "../canonical.ts";
import type { ReplyContext } from "../codec.ts";
import { replyChunk } from "./reply-chunk.ts";
import { argumentsOf, callPart, redactedPart, signedTextPart, textPart, thoughtPart } from "./reply-parts.ts";
import { isAtLimit } from "./stop.ts";

/** A whole answer. A refusal is told by the reason it ended for, as Google's own is. */
export function encodeResponse(response: Response, context: ReplyContext): JsonObject {
  const { blocks, stop, usage } = response;
  const texts = blocks.flatMap((block) => (block.kind === "text" ? [block] : []));
  return replyChunk(
    context,
    blocks.flatMap((block) => encodeBlock(block, stop)),
    {
      stop,
      usage,
      refusal: blocks.map((block) => (block.kind === "refusal" ? block.text : "")).join(""),
      text: texts.map(({ text }) => text).join(""),
      citations: texts.flatMap(({ citations }) => citations ?? []),
      searches: blocks.filter((block) => block.kind === "web-search"),
    },
  );
}

function encodeBlock(block: Block, stop: Stop): readonly JsonObject[] {
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
    case "tool-call":
      return argumentsOf(block) === "whole" || !isAtLimit(stop) ? [callPart(block)] : [];
    case "refusal":
    case "web-search":
    case "opaque":
    case "image":
    case "document":
    case "audio":
    case "video":
    case "tool-result":
      return [];
  }
}
