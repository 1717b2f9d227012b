import { type Billing, billingOf } from "../billing.ts";
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

/** `inclusive`: `input_tokens` counts cached input as well, as with some compatible servers. */
export function usageTally(inclusive = false): UsageTally {
  let usage: Usage | undefined;
  return {
    read(json) {
      if (!isObject(json)) return;
      const before = usage ?? none;
      const details = objectOf(json["output_tokens_details"]);
      const searches = count(objectOf(json["server_tool_use"])?.["web_search_requests"]) ?? before.webSearches;
      usage = {
        ...inputSide(json, before, inclusive),
        output: count(json["output_tokens"]) ?? before.output,
        reasoning: count(details?.["thinking_tokens"]) ?? before.reasoning,
        cacheWriteKnown: true,
        ...(searches === undefined ? {} : { webSearches: searches }),
        ...billingBefore(before),
        ...billingOf(json, json["speed"] === "fast" ? "fast" : json["service_tier"]),
      };
    },
    current: () => usage,
  };
}

/** Only the first event of a stream names the service. */
function billingBefore({ serviceTier, reportedNanos }: Usage): Billing {
  return {
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(reportedNanos === undefined ? {} : { reportedNanos }),
  };
}

type InputSide = Pick<Usage, "uncachedInput" | "cacheRead" | "cacheWrite" | "cacheWriteLong">;

function inputSide(json: JsonObject, before: Usage, inclusive: boolean): InputSide {
  const creation = objectOf(json["cache_creation"]);
  const split = [creation?.["ephemeral_5m_input_tokens"], creation?.["ephemeral_1h_input_tokens"]].map(count);
  const hasSplit = split.some((part) => part !== undefined);
  const cacheRead = count(json["cache_read_input_tokens"]) ?? before.cacheRead;
  const cacheWrite =
    count(json["cache_creation_input_tokens"]) ??
    (hasSplit ? split.reduce((sum: number, part) => sum + (part ?? 0), 0) : before.cacheWrite);
  // Some compatible servers first report the whole prompt as uncached and name only the cached part at the end.
  const told = count(json["input_tokens"]);
  const uncachedInput =
    told === undefined
      ? Math.max(0, before.uncachedInput - Math.max(0, cacheRead - before.cacheRead))
      : Math.max(0, inclusive ? told - cacheRead - cacheWrite : told);
  const cacheWriteLong = split[1] ?? before.cacheWriteLong;
  if (uncachedInput + cacheRead + cacheWrite === 0) return before;
  return { uncachedInput, cacheRead, cacheWrite, ...(cacheWriteLong === undefined ? {} : { cacheWriteLong }) };
}

function count(value: Json | undefined): number | undefined {
  const number = numberOf(value);
  return number === undefined ? undefined : Math.max(0, number);
}

/**
 * The members that both a whole message and a `message_delta` carry. Clients expect numbers, so unknown reads as 0.
 * `shownSearches` counts the searches that stand in the reply, for vendors that do not.
 */
export function encodeUsage(usage: Usage | undefined, shownSearches: number): JsonObject {
  const { uncachedInput, cacheRead, cacheWrite, output, reasoning, webSearches } = usage ?? none;
  const searches = webSearches || shownSearches;
  return {
    input_tokens: uncachedInput,
    cache_creation_input_tokens: cacheWrite,
    cache_read_input_tokens: cacheRead,
    output_tokens: output,
    output_tokens_details: reasoning === 0 ? null : { thinking_tokens: reasoning },
    server_tool_use: searches === 0 ? null : { web_search_requests: searches, web_fetch_requests: 0 },
  };
}

/** `usage` of a whole message. */
export function encodeMessageUsage(
  usage: Usage | undefined,
  shownSearches: number,
  serviceTier: string | null,
): JsonObject {
  return {
    ...encodeUsage(usage, shownSearches),
    cache_creation: usage === undefined ? null : encodeCacheCreation(usage),
    service_tier: serviceTier,
    inference_geo: null,
    speed: null,
  };
}

/** Null where the upstream did not tell how long it keeps what it wrote. */
function encodeCacheCreation({ cacheWrite, cacheWriteLong }: Usage): JsonObject | null {
  if (cacheWriteLong === undefined) return null;
  return {
    ephemeral_5m_input_tokens: Math.max(0, cacheWrite - cacheWriteLong),
    ephemeral_1h_input_tokens: cacheWriteLong,
  };
}
