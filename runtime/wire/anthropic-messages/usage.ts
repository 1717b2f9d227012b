import type { Json, JsonObject, Usage } from "../canonical.ts";
import { isObject, numberOf, objectOf } from "../json.ts";

/**
 * The token counts of one answer, put together from the `usage` objects of a message or of its stream events. Each
 * object replaces what it names and nothing else: streams repeat, omit and correct counts, they never add up.
 */
export type UsageTally = Readonly<{
  /** Reads one `usage` object; anything else is ignored. */
  read(usage: Json | undefined): void;
  /** Undefined until a count was seen. */
  current(): Usage | undefined;
}>;

const none: Usage = { uncachedInput: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0, cacheWriteKnown: true };

export function usageTally(): UsageTally {
  let usage: Usage | undefined;
  return {
    read(json) {
      if (!isObject(json)) return;
      const before = usage ?? none;
      const details = objectOf(json["output_tokens_details"]);
      usage = {
        ...inputSide(json, before),
        output: count(json["output_tokens"]) ?? before.output,
        reasoning: count(details?.["thinking_tokens"]) ?? before.reasoning,
        cacheWriteKnown: true,
      };
    },
    current: () => usage,
  };
}

type InputSide = Pick<Usage, "uncachedInput" | "cacheRead" | "cacheWrite">;

function inputSide(json: JsonObject, before: Usage): InputSide {
  const creation = objectOf(json["cache_creation"]);
  const split = [creation?.["ephemeral_5m_input_tokens"], creation?.["ephemeral_1h_input_tokens"]].map(count);
  const hasSplit = split.some((part) => part !== undefined);
  const cacheRead = count(json["cache_read_input_tokens"]) ?? before.cacheRead;
  const cacheWrite =
    count(json["cache_creation_input_tokens"]) ??
    (hasSplit ? split.reduce((sum: number, part) => sum + (part ?? 0), 0) : before.cacheWrite);
  // Some compatible servers first report the whole prompt as uncached and name only the cached part at the end.
  const uncachedInput =
    count(json["input_tokens"]) ?? Math.max(0, before.uncachedInput - Math.max(0, cacheRead - before.cacheRead));
  const isEmpty = uncachedInput + cacheRead + cacheWrite === 0;
  return isEmpty ? before : { uncachedInput, cacheRead, cacheWrite };
}

function count(value: Json | undefined): number | undefined {
  const number = numberOf(value);
  return number === undefined ? undefined : Math.max(0, number);
}

/** The members that both a whole message and a `message_delta` carry. Clients expect numbers, so unknown reads as 0. */
export function encodeUsage(usage: Usage | undefined): JsonObject {
  const { uncachedInput, cacheRead, cacheWrite, output, reasoning } = usage ?? none;
  return {
    input_tokens: uncachedInput,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: output,
    output_tokens_details: reasoning === 0 ? null : { thinking_tokens: reasoning },
    server_tool_use: null,
  };
}

/** `usage` of a whole message. */
export function encodeMessageUsage(usage: Usage | undefined, serviceTier: string | null): JsonObject {
  return {
    ...encodeUsage(usage),
    cache_creation: null,
    service_tier: serviceTier,
    inference_geo: null,
    speed: null,
  };
}
