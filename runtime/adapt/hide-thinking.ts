import type { WireFormat } from "../contract.ts";
import type { Json, JsonObject } from "../wire/canonical.ts";
import { arrayOf, isObject, numberOf, objectOf, stringOf } from "../wire/json.ts";
import { isReasoningMember, isThinkingBlock } from "./past-thinking.ts";
import { mapItems, withoutMembers } from "./without.ts";

/** One event of a stream without the thinking in it; undefined when nothing is left. State lives in the closure. */
export type EventChange = (data: JsonObject) => JsonObject | undefined;

type Hidden = Readonly<{ stream: () => EventChange; whole: (body: JsonObject) => JsonObject }>;

/** How each format tells thinking, in a stream and in a whole answer. What is left is numbered as if nothing had been there. */
export const hideThinking: Readonly<Record<WireFormat, Hidden>> = {
  "anthropic-messages": {
    stream: anthropicEvents,
    whole: (body) => withoutItems(body, "content", isThinkingBlock),
  },
  "openai-chat": { stream: () => chatChunk, whole: (body) => withChoices(body, "message") },
  "openai-responses": {
    stream: responsesEvents,
    whole: (body) => withoutItems(body, "output", isReasoningItem),
  },
  gemini: { stream: () => geminiChunk, whole: withoutThoughts },
};

/** The same object where no item goes. */
function withoutItems(body: JsonObject, member: string, goes: (item: Json) => boolean): JsonObject {
  const items = arrayOf(body[member]);
  const left = items.filter((item) => !goes(item));
  return left.length === items.length ? body : { ...body, [member]: left };
}

/** Blocks are numbered by position, and SDKs put them together by number. */
function anthropicEvents(): EventChange {
  const hidden = new Set<number>();
  return (data) => {
    const index = numberOf(data["index"]);
    if (index === undefined || stringOf(data["type"])?.startsWith("content_block_") !== true) return data;
    if (data["type"] === "content_block_start" && isThinkingBlock(data["content_block"])) hidden.add(index);
    return hidden.has(index) ? undefined : renumbered(data, "index", index, hidden);
  };
}

function renumbered(data: JsonObject, member: string, index: number, hidden: ReadonlySet<number>): JsonObject {
  const before = [...hidden].filter((other) => other < index).length;
  return before === 0 ? data : { ...data, [member]: index - before };
}

function chatChunk(chunk: JsonObject): JsonObject | undefined {
  const bare = withChoices(chunk, "delta");
  if (bare === chunk) return chunk;
  const says = arrayOf(bare["choices"]).some((choice) => {
    const { delta, finish_reason: finish } = objectOf(choice) ?? {};
    return (finish ?? null) !== null || Object.keys(objectOf(delta) ?? {}).length > 0;
  });
  return says || isObject(bare["usage"]) ? bare : undefined;
}

/** The same object where no choice tells any thinking. */
function withChoices(body: JsonObject, member: "delta" | "message"): JsonObject {
  const choices = arrayOf(body["choices"]);
  const bare = mapItems(choices, (choice) => {
    const said = objectOf(choice)?.[member];
    if (!isObject(choice) || !isObject(said)) return choice;
    const left = withoutMembers(said, isReasoningMember);
    return left === said ? choice : { ...choice, [member]: left };
  });
  return bare === choices ? body : { ...body, choices: bare };
}

function isReasoningItem(item: Json | undefined): boolean {
  return objectOf(item)?.["type"] === "reasoning";
}

/** Events are counted, and items numbered. Events of a response carry all its items. */
function responsesEvents(): EventChange {
  const hidden = new Set<number>();
  let left = 0;
  return (data) => {
    const index = numberOf(data["output_index"]);
    if (index !== undefined && isReasoningItem(data["item"])) hidden.add(index);
    if (index !== undefined && hidden.has(index)) {
      left += 1;
      return undefined;
    }
    const counted = numberOf(data["sequence_number"]);
    const recounted = left === 0 || counted === undefined ? data : { ...data, sequence_number: counted - left };
    const response = objectOf(recounted["response"]);
    const bare = response && withoutItems(response, "output", isReasoningItem);
    const whole = bare === undefined || bare === response ? recounted : { ...recounted, response: bare };
    return index === undefined ? whole : renumbered(whole, "output_index", index, hidden);
  };
}

function geminiChunk(chunk: JsonObject): JsonObject | undefined {
  const bare = withoutThoughts(chunk);
  if (bare === chunk) return chunk;
  const says = arrayOf(bare["candidates"]).some((candidate) => {
    const { content, finishReason } = objectOf(candidate) ?? {};
    return finishReason !== undefined || arrayOf(objectOf(content)?.["parts"]).length > 0;
  });
  return says ? bare : undefined;
}

function withoutThoughts(body: JsonObject): JsonObject {
  const candidates = arrayOf(body["candidates"]);
  const bare = mapItems(candidates, (candidate) => {
    const content = objectOf(objectOf(candidate)?.["content"]);
    const parts = arrayOf(content?.["parts"]);
    const left = parts.filter((part) => objectOf(part)?.["thought"] !== true);
    if (!isObject(candidate) || left.length === parts.length) return candidate;
    return { ...candidate, content: { ...content, parts: left } };
  });
  return bare === candidates ? body : { ...body, candidates: bare };
}
