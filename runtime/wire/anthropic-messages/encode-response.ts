import type { Block, Citation, Json, JsonObject, Opaque, Response, Stop } from "../canonical.ts";
import type { ReplyContext } from "../codec.ts";
import { wrapCustomInput } from "../custom-tool.ts";
import { parseExactly } from "../exact-json.ts";
import { objectOf } from "../json.ts";
import { writeCitation } from "./citation.ts";
import { messageEnvelope, redactedBlock, textBlock, thinkingBlock, toolUseBlock } from "./reply-blocks.ts";
import { writeOpaque } from "./signature.ts";
import { encodeStop } from "./stop.ts";
import { replyToolIds } from "./tool-ids.ts";
import { encodeMessageUsage } from "./usage.ts";
import { asksForSearch, searchBlocks } from "./web-search.ts";

const tierWords = { standard: "standard", priority: "priority", flex: "standard", batch: "batch" } as const;

/** A whole `message` (@anthropic-ai/sdk 1.11 types). Blocks that the Messages API has no form for are left out. */
export function encodeResponse(response: Response, context: ReplyContext): JsonObject {
  const content = encodeBlocks(response.blocks, response.stop, context);
  const typed = (type: string) => content.filter((block) => objectOf(block)?.["type"] === type);
  const tier = response.serviceTier === undefined ? null : tierWords[response.serviceTier];
  return {
    ...messageEnvelope(context.requestId, context.model, content),
    ...encodeStop(response.stop, typed("tool_use").length > 0),
    usage: encodeMessageUsage(response.usage, typed("web_search_tool_result").length, tier),
  };
}

/** What the blocks of one reply share. */
type Reply = Readonly<{ stop: Stop; toolId: (id: string) => string }>;

function encodeBlocks(blocks: readonly Block[], stop: Stop, context: ReplyContext): readonly Json[] {
  const reply = { stop, toolId: replyToolIds(context.requestId) };
  const showsSearches = asksForSearch(context.request);
  const shown = blocks.filter((block) => isShown(block, showsSearches));
  let answerText = "";
  return signaturesApart(shown).flatMap((block) => {
    if (block.kind === "text" || block.kind === "refusal") answerText += block.text;
    return encodeBlock(block, answerText, reply);
  });
}

/** Empty blocks and those of other vendors stand between no two others. */
function isShown(block: Block, showsSearches: boolean): boolean {
  switch (block.kind) {
    case "text":
    case "thinking":
      return block.text !== "" || (block.signature !== undefined && block.signature.data !== "");
    case "refusal":
      return block.text !== "";
    case "web-search":
      return showsSearches;
    case "opaque":
      return block.from === "anthropic-messages";
    default:
      return true;
  }
}

/** The API signs thinking only, so the signature of a call or a text is that of thinking beside it, without text if need be. */
function signaturesApart(blocks: readonly Block[]): readonly Block[] {
  return blocks.flatMap((block, index): readonly Block[] => {
    const next = blocks[index + 1];
    if (block.kind === "text" && block.signature !== undefined) return [block, carrier(block.signature, "text")];
    if (
      block.kind === "thinking" &&
      takesSignature(block) &&
      next?.kind === "tool-call" &&
      next.signature !== undefined
    ) {
      return [{ ...block, signature: { ...next.signature, signs: "call" } }];
    }
    const before = blocks[index - 1];
    if (block.kind !== "tool-call" || block.signature === undefined) return [block];
    return before?.kind === "thinking" && takesSignature(before) ? [block] : [carrier(block.signature, "call"), block];
  });
}

function takesSignature(block: Extract<Block, { kind: "thinking" }>): boolean {
  return block.signature === undefined && block.text !== "";
}

function carrier(signature: Opaque, signs: "call" | "text"): Block {
  return { kind: "thinking", text: "", signature: { ...signature, signs } };
}

function encodeBlock(block: Block, answerText: string, reply: Reply): readonly Json[] {
  switch (block.kind) {
    case "text":
      return block.text === "" ? [] : [textBlock(block.text, encodeCitations(block.citations ?? [], answerText))];
    case "refusal":
      return [textBlock(block.text)];
    case "thinking":
      return [thinkingBlock(block.text, writeOpaque(block.signature))];
    case "redacted-thinking":
      return [redactedBlock(writeOpaque(block.data))];
    case "tool-call": {
      const input = callInput(block, reply.stop);
      return input === undefined ? [] : [toolUseBlock(reply.toolId(block.id), block.name, input)];
    }
    case "web-search":
      return searchBlocks(block);
    case "opaque":
      return [block.json];
    case "image":
    case "document":
    case "audio":
    case "video":
    case "tool-result":
      return [];
  }
}

function encodeCitations(citations: readonly Citation[], answerText: string): readonly Json[] {
  return citations.map((citation) => writeCitation(citation, answerText));
}

/** Undefined for a call that the length limit cut off: a client would run it with arguments the model never finished. */
function callInput(call: Extract<Block, { kind: "tool-call" }>, stop: Stop): Json | undefined {
  if (call.tool === "custom") return wrapCustomInput(call.argumentsText);
  if (call.argumentsText.trim() === "") return {};
  const input = parseExactly(call.argumentsText);
  if (input !== undefined) return input;
  return stop.reason === "length" || stop.reason === "context-full" ? undefined : { _raw: call.argumentsText };
}
