import type { Block, Json, JsonObject, Response, WireError } from "../canonical.ts";
import { codePoints } from "../code-points.ts";
import type { AnswerMap, Decoded } from "../codec.ts";
import { unwrapCustomInput } from "../custom-tool.ts";
import { arrayOf, isArray, isObject, lookup, objectOf, stringOf } from "../json.ts";
import { type Notes, notes } from "../notes.ts";
import { readCitation } from "./citation.ts";
import { decodeErrorBody } from "./error.ts";
import { upstreamOpaque } from "./signature.ts";
import { decodeStop } from "./stop.ts";
import { usageTally } from "./usage.ts";
import { isSearch, readSearch } from "./web-search.ts";

const tiers = { standard: "standard", priority: "priority", batch: "batch" } as const;

/** Body of a 2xx answer to `POST /v1/messages`; `answer` tells what the request renamed or wrapped. */
export function decodeResponse(
  body: Json,
  answer: AnswerMap,
): Decoded<Response> | Readonly<{ kind: "failed"; error: WireError }> {
  const failure = failureOf(body);
  if (failure !== undefined || !isObject(body)) return { kind: "failed", error: failure ?? emptyAnswer };
  const found = notes();
  const content = arrayOf(body["content"]);
  const model = stringOf(body["model"]) ?? "";
  const blocks = decodeBlocks(content, { answer, model, content }, found);
  const hasCalls = blocks.some((block) => block.kind === "tool-call");
  const usage = usageTally(answer.inclusiveUsage);
  usage.read(body["usage"]);
  const told = objectOf(body["usage"]);
  const tier = told?.["speed"] === "fast" ? "priority" : lookup(tiers, stringOf(told?.["service_tier"]));
  const value: Response = {
    id: stringOf(body["id"]) ?? "",
    model,
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

/** What the blocks of one answer are read with. */
type Reading = Readonly<{ answer: AnswerMap; model: string; content: readonly Json[] }>;

/** Citations point into the text of all blocks together, so the position runs over them. */
function decodeBlocks(content: readonly Json[], reading: Reading, found: Notes): readonly Block[] {
  let position = 0;
  return content.filter(isObject).flatMap((json, index): readonly Block[] => {
    const block = decodeBlock(json, reading);
    if (block?.kind !== "text") return block === undefined ? [] : [block];
    const start = position;
    position += codePoints(block.text);
    const places = arrayOf(json["citations"]);
    const citations = places.flatMap((place) => readCitation(place, start, position) ?? []);
    if (citations.length < places.length) found.lose("dropped", `content[${index}].citations`);
    return [citations.length === 0 ? block : { ...block, citations }];
  });
}

function decodeBlock(json: JsonObject, reading: Reading): Block | undefined {
  switch (json["type"]) {
    case "text":
      return filled({ kind: "text", text: stringOf(json["text"]) ?? "" });
    case "thinking": {
      const signature = upstreamOpaque(json["signature"], reading.model);
      const text = stringOf(json["thinking"]) ?? "";
      if (signature === undefined) return text === "" ? undefined : { kind: "thinking", text };
      return { kind: "thinking", text, signature };
    }
    case "redacted_thinking": {
      const data = upstreamOpaque(json["data"], reading.model);
      return data === undefined ? undefined : { kind: "redacted-thinking", data };
    }
    case "tool_use":
      return decodeCall(json, reading.answer);
    default:
      return decodeServerBlock(json, reading.content);
  }
}

/** A finished search is one block in other APIs, which stands where its result came. */
function decodeServerBlock(json: JsonObject, content: readonly Json[]): Block | undefined {
  const type = stringOf(json["type"]);
  const blocks = content.filter(isObject);
  const search = readSearch(json, (id) => blocks.find((block) => block["id"] === id)?.["input"]);
  const isAnswered = isSearch(json) && blocks.some((block) => block["tool_use_id"] === json["id"]);
  if (search !== undefined || type === undefined || isAnswered) return search;
  return { kind: "opaque", from: "anthropic-messages", type, json };
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
