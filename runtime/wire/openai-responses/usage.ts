import { billingOf } from "../billing.ts";
import type { Json, JsonObject, Usage } from "../canonical.ts";
import { numberOf, objectOf } from "../json.ts";

/**
 * `usage` of a response; undefined when there is none. OpenAI counts cached tokens inside the input, and does not count
 * `searches`: those are the answer's own.
 */
export function decodeUsage(response: JsonObject | undefined, searches: number): Usage | undefined {
  const usage = objectOf(response?.["usage"]);
  if (usage === undefined) return undefined;
  const input = objectOf(usage["input_tokens_details"]);
  const output = objectOf(usage["output_tokens_details"]);
  const cacheRead = count(input?.["cached_tokens"]);
  const cacheWrite = count(input?.["cache_write_tokens"]);
  return {
    uncachedInput: Math.max(0, count(usage["input_tokens"]) - cacheRead - cacheWrite),
    cacheRead,
    cacheWrite,
    output: count(usage["output_tokens"]),
    reasoning: count(output?.["reasoning_tokens"]),
    cacheWriteKnown: numberOf(input?.["cache_write_tokens"]) !== undefined,
    ...(searches === 0 ? {} : { webSearches: searches }),
    ...billingOf(usage, response?.["service_tier"]),
  };
}

function count(value: Json | undefined): number {
  return Math.max(0, numberOf(value) ?? 0);
}

/** The details always hold numbers: Codex fails on objects that lack them. An upstream that said nothing counts as zero. */
export function encodeUsage(usage: Usage | undefined): JsonObject {
  const { uncachedInput = 0, cacheRead = 0, cacheWrite = 0, output = 0, reasoning = 0 } = usage ?? {};
  const input = uncachedInput + cacheRead + cacheWrite;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cacheRead, cache_write_tokens: cacheWrite },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  };
}
