import { callArguments } from "../call-arguments.ts";
import type { Block, JsonObject, ToolCall, ToolResult, Turn } from "../canonical.ts";
import { encodeParts as encodeChatParts } from "../openai-chat/encode-parts.ts";
import { encodeMedia, isMedia, type MediaEncoding } from "./encode-media.ts";
import { wireName } from "./tool-name.ts";
import type { Traits } from "./traits.ts";

export type ContentEncoding = MediaEncoding & Readonly<{ traits: Traits }>;

/** A call whose result may follow. */
type Call = Readonly<{ id: string; name: string }>;

/**
 * Google's documented stand-in for the signature of a call that another model made, or that a client lost (ai.google.dev,
 * "Thought signatures"). Only the first call of a turn is ever signed, so only that one gets it.
 */
const unsignedCall = "skip_thought_signature_validator";

/** Expects arranged turns: results are the first blocks of the user turn behind their calls, one for each, in call order. */
export function encodeContents(turns: readonly Turn[], encoding: ContentEncoding): readonly JsonObject[] {
  const calls: Call[] = [];
  return turns.flatMap((turn) => {
    if (turn.role === "assistant") {
      calls.push(...turn.blocks.filter((block) => block.kind === "tool-call"));
      return content("model", encodeAnswer(turn.blocks, encoding));
    }
    return encodeUser(turn.blocks, calls, encoding);
  });
}

function content(role: "user" | "model", parts: readonly JsonObject[]): readonly JsonObject[] {
  return parts.length === 0 ? [] : [{ role, parts }];
}

function encodeAnswer(blocks: readonly Block[], encoding: ContentEncoding): readonly JsonObject[] {
  const calls = blocks.filter((block) => block.kind === "tool-call");
  const isSigned = !encoding.traits.mixes || calls.some((call) => call.signature !== undefined);
  return blocks.flatMap((block) => {
    if (block.kind !== "tool-call") return encodeParts([block], encoding);
    const standIn = !isSigned && block === calls[0] ? unsignedCall : undefined;
    return [encodeCall(block, standIn, encoding)];
  });
}

function encodeCall(call: ToolCall, standIn: string | undefined, { traits, found }: ContentEncoding): JsonObject {
  const signature = call.signature?.data ?? standIn;
  return {
    functionCall: { ...idOf(call.id, traits), name: wireName(call.name), args: callArguments(call, found) },
    ...(signature === undefined ? {} : { thoughtSignature: signature }),
  };
}

function idOf(id: string, traits: Traits): JsonObject {
  return traits.mixes && id !== "" ? { id } : {};
}

/** Before Gemini 3 a content with responses holds nothing else: their media, and what the user said, follow in the next. */
function encodeUser(blocks: readonly Block[], calls: Call[], encoding: ContentEncoding): readonly JsonObject[] {
  const results = blocks.filter((block) => block.kind === "tool-result");
  const responses = results.map((result) => encodeResult(result, nameOf(result, calls), encoding));
  const rest = encodeParts(blocks, encoding);
  if (encoding.traits.mixes) return content("user", [...responses, ...rest]);
  const media = results.flatMap((result) => encodeParts(result.blocks.filter(isMedia), encoding));
  if (media.length > 0) encoding.found.lose("tool_media_moved", "messages", results[0]);
  return [...content("user", responses), ...content("user", [...media, ...rest])];
}

/** Each call is answered once, so that of two with one id each has its own name. */
function nameOf(result: ToolResult, calls: Call[]): string {
  const at = calls.findIndex((call) => call.id === result.callId);
  const [call] = at === -1 ? [] : calls.splice(at, 1);
  return call?.name ?? result.callId;
}

/**
 * The text stays a string: parsed, it could hold a `$ref`, which means a part of the response here, and numbers that
 * JavaScript cannot hold.
 */
function encodeResult(result: ToolResult, name: string, encoding: ContentEncoding): JsonObject {
  const { traits } = encoding;
  const texts = encodeParts(
    result.blocks.filter((block) => !isMedia(block)),
    encoding,
  );
  const text = texts.map((part) => part["text"]).join("\n");
  const media = traits.mixes ? result.blocks.filter(isMedia).flatMap((block) => withoutDetail(block, encoding)) : [];
  return {
    functionResponse: {
      ...idOf(result.callId, traits),
      name: wireName(name),
      response: result.isError ? { error: text } : { output: text },
      ...(media.length === 0 ? {} : { parts: media }),
    },
  };
}

function withoutDetail(block: Block, encoding: ContentEncoding): readonly JsonObject[] {
  return encodeParts(
    [block.kind === "image" ? encoding.found.as(block, { ...block, detail: undefined }) : block],
    encoding,
  );
}

/** Parts of one content. Calls and results have their own places and are skipped. */
export function encodeParts(blocks: readonly Block[], encoding: MediaEncoding): readonly JsonObject[] {
  return blocks.map((block) => encodePart(block, encoding)).filter((part) => part !== undefined);
}

function encodePart(block: Block, encoding: MediaEncoding): JsonObject | undefined {
  const { target, found } = encoding;
  switch (block.kind) {
    case "text":
      return { text: block.text, ...signed(block) };
    case "refusal":
      return { text: block.text };
    case "thinking":
      return { text: block.text, thought: true, ...signed(block) };
    case "image":
    case "document":
    case "audio":
    case "video":
      return encodeMedia(block, encoding);
    case "web-search":
      found.lose("dropped", "web_search_call", block);
      return undefined;
    // Other vendors' blocks that have a text are told in it, as Chat Completions is.
    case "opaque":
      return encodeChatParts([block], { found, breakpoints: false, dialect: target.dialect }).map((part) => ({
        text: String(part["text"]),
      }))[0];
    case "redacted-thinking":
    case "tool-call":
    case "tool-result":
      return undefined;
  }
}

function signed(block: Extract<Block, { kind: "text" | "thinking" }>): JsonObject {
  return block.signature === undefined ? {} : { thoughtSignature: block.signature.data };
}
