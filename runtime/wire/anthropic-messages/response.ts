import type { Block, Citation, Json, JsonObject, Response, Stop, WireError } from "../canonical.ts";
import { codePoints } from "../code-points.ts";
import type { AnswerMap, Decoded, ReplyContext } from "../codec.ts";
import { unwrapCustomInput, wrapCustomInput } from "../custom-tool.ts";
import { arrayOf, isArray, isObject, lookup, objectOf, parseJson, stringOf } from "../json.ts";
import { type Notes, notes } from "../notes.ts";
import { readCitation, writeCitation } from "./citation.ts";
import { decodeErrorBody } from "./error.ts";
import { messageEnvelope, redactedBlock, textBlock, thinkingBlock, toolUseBlock } from "./reply-blocks.ts";
import { readOpaque, writeOpaque } from "./signature.ts";
import { decodeStop, encodeStop } from "./stop.ts";
import { replyToolIds } from "./tool-ids.ts";
import { encodeMessageUsage, usageTally } from "./usage.ts";

const tiers = { standard: "standard", priority: "priority", batch: "batch" } as const;
const tierWords = { standard: "standard", priority: "priority", flex: "standard", batch: "batch" } as const;

/** Body of a 2xx answer to `POST /v1/messages`; `answer` tells what the request renamed or wrapped. */
export function decodeResponse(
  body: Json,
  answer: AnswerMap,
): Decoded<Response> | Readonly<{ kind: "failed"; error: WireError }> {
  const failure = failureOf(body);
  if (failure !== undefined || !isObject(body)) return { kind: "failed", error: failure ?? emptyAnswer };
  const found = notes();
  const content = arrayOf(body["content"]);
  const blocks = decodeBlocks(content, answer, found);
  const hasCalls = blocks.some((block) => block.kind === "tool-call");
  const usage = usageTally();
  usage.read(body["usage"]);
  const tier = lookup(tiers, stringOf(objectOf(body["usage"])?.["service_tier"]));
  const value: Response = {
    id: stringOf(body["id"]) ?? "",
    model: stringOf(body["model"]) ?? "",
    blocks,
    stop: decodeStop(body, hasCalls, () => content),
    usage: usage.current(),
    ...(tier === undefined ? {} : { serviceTier: tier }),
  };
  return { kind: "decoded", value, losses: found.losses() };
}

const emptyAnswer: WireError = {
  class: "bad-upstream-answer",
  status: 502,
  message: "The upstream answered without a message.",
  code: "upstream_empty",
};

function failureOf(body: Json): WireError | undefined {
  if (isObject(body) && body["error"]) return decodeErrorBody(undefined, body);
  return isObject(body) && isArray(body["content"]) ? undefined : emptyAnswer;
}

/** Citations point into the text of all blocks together, so the position runs over them. */
function decodeBlocks(content: readonly Json[], answer: AnswerMap, found: Notes): readonly Block[] {
  let position = 0;
  return content.filter(isObject).flatMap((json, index): readonly Block[] => {
    const block = decodeBlock(json, answer);
    if (block?.kind !== "text") return block === undefined ? [] : [block];
    const start = position;
    position += codePoints(block.text);
    const places = arrayOf(json["citations"]);
    const citations = places.flatMap((place) => readCitation(place, start, position) ?? []);
    if (citations.length < places.length) found.lose("dropped", `content[${index}].citations`);
    return [citations.length === 0 ? block : { ...block, citations }];
  });
}

function decodeBlock(json: JsonObject, answer: AnswerMap): Block | undefined {
  switch (json["type"]) {
    case "text":
      return filled({ kind: "text", text: stringOf(json["text"]) ?? "" });
    case "thinking": {
      const signature = readOpaque(json["signature"]);
      const text = stringOf(json["thinking"]) ?? "";
      if (signature === undefined) return text === "" ? undefined : { kind: "thinking", text };
      return { kind: "thinking", text, signature };
    }
    case "redacted_thinking": {
      const data = readOpaque(json["data"]);
      return data === undefined ? undefined : { kind: "redacted-thinking", data };
    }
    case "tool_use":
      return decodeCall(json, answer);
    default: {
      const type = stringOf(json["type"]);
      return type === undefined ? undefined : { kind: "opaque", from: "anthropic-messages", type, json };
    }
  }
}

function filled(block: Extract<Block, { kind: "text" }>): Block | undefined {
  return block.text === "" ? undefined : block;
}

function decodeCall(json: JsonObject, answer: AnswerMap): Block | undefined {
  const name = stringOf(json["name"]) ?? "";
  const { input } = json;
  if (name === answer.outputTool) return filled({ kind: "text", text: JSON.stringify(input ?? {}) });
  const isCustom = answer.customTools.has(name);
  return {
    kind: "tool-call",
    id: stringOf(json["id"]) ?? "",
    name: answer.toolNames.get(name) ?? name,
    tool: isCustom ? "custom" : "function",
    argumentsText: isCustom ? unwrapCustomInput(input) : JSON.stringify(input ?? {}),
  };
}

/** A whole `message` (@anthropic-ai/sdk 1.11 types). Blocks that the Messages API has no form for are left out. */
export function encodeResponse(response: Response, context: ReplyContext): JsonObject {
  const content = encodeBlocks(response.blocks, response.stop, context.requestId);
  const hasCalls = content.some((block) => objectOf(block)?.["type"] === "tool_use");
  const tier = response.serviceTier === undefined ? null : tierWords[response.serviceTier];
  return {
    ...messageEnvelope(context.requestId, context.model, content),
    ...encodeStop(response.stop, hasCalls),
    usage: encodeMessageUsage(response.usage, tier),
  };
}

function encodeBlocks(blocks: readonly Block[], stop: Stop, requestId: string): readonly Json[] {
  const toolId = replyToolIds(requestId);
  let answerText = "";
  return blocks.flatMap((block) => {
    if (block.kind === "text" || block.kind === "refusal") answerText += block.text;
    return encodeBlock(block, answerText, stop, toolId) ?? [];
  });
}

function encodeBlock(block: Block, answerText: string, stop: Stop, toolId: (id: string) => string): Json | undefined {
  switch (block.kind) {
    case "text":
      return block.text === "" ? undefined : textBlock(block.text, encodeCitations(block.citations ?? [], answerText));
    case "refusal":
      return block.text === "" ? undefined : textBlock(block.text);
    case "thinking": {
      const signature = writeOpaque(block.signature);
      return block.text === "" && signature === "" ? undefined : thinkingBlock(block.text, signature);
    }
    case "redacted-thinking":
      return redactedBlock(writeOpaque(block.data));
    case "tool-call": {
      const input = callInput(block, stop);
      return input === undefined ? undefined : toolUseBlock(toolId(block.id), block.name, input);
    }
    case "opaque":
      return block.from === "anthropic-messages" ? block.json : undefined;
    case "image":
    case "document":
    case "audio":
    case "video":
    case "web-search":
    case "tool-result":
      return undefined;
  }
}

function encodeCitations(citations: readonly Citation[], answerText: string): readonly Json[] {
  return citations.map((citation) => writeCitation(citation, answerText));
}

/** Undefined for a call that the length limit cut off: a client would run it with arguments the model never finished. */
function callInput(call: Extract<Block, { kind: "tool-call" }>, stop: Stop): Json | undefined {
  if (call.tool === "custom") return wrapCustomInput(call.argumentsText);
  if (call.argumentsText.trim() === "") return {};
  const input = parseJson(call.argumentsText);
  if (input !== undefined) return input;
  return stop.reason === "length" || stop.reason === "context-full" ? undefined : { _raw: call.argumentsText };
}
