import { billingOf } from "../billing.ts";
import type { Json, JsonObject, Usage } from "../canonical.ts";
import { numberOf, objectOf } from "../json.ts";

/**
 * `usage` of an answer or chunk; undefined when there is none. OpenAI counts cached tokens inside the prompt. Servers
 * that report the cache elsewhere: DeepSeek `prompt_cache_hit_tokens`, Moonshot `cached_tokens`. `tier` is `service_tier`.
 */
export function decodeUsage(value: Json | undefined, tier: Json | undefined): Usage | undefined {
  const usage = objectOf(value);
  if (usage === undefined) return undefined;
  const prompt = objectOf(usage["prompt_tokens_details"]);
  const completion = objectOf(usage["completion_tokens_details"]);
  const cacheRead = count(prompt?.["cached_tokens"], usage["prompt_cache_hit_tokens"], usage["cached_tokens"]);
  const cacheWrite = count(prompt?.["cache_write_tokens"]);
  return {
    uncachedInput: Math.max(0, count(usage["prompt_tokens"]) - cacheRead - cacheWrite),
    cacheRead,
    cacheWrite,
    output: count(usage["completion_tokens"]),
    reasoning: count(completion?.["reasoning_tokens"]),
    cacheWriteKnown: numberOf(prompt?.["cache_write_tokens"]) !== undefined,
    ...billingOf(usage, tier),
  };
}

/** The first number among them, at least 0. */
function count(...values: readonly (Json | undefined)[]): number {
  return Math.max(0, values.map(numberOf).find((value) => value !== undefined) ?? 0);
}

/** The later of two reports, as they are cumulative; a report of nothing does not replace numbers. */
export function laterUsage(known: Usage | undefined, next: Usage | undefined): Usage | undefined {
  if (next === undefined) return known;
  const isEmpty = next.uncachedInput + next.cacheRead + next.cacheWrite + next.output === 0;
  return known !== undefined && isEmpty ? known : next;
}

/** `cache_write_tokens` stands there only when the source could know it. */
export function encodeUsage(usage: Usage): JsonObject {
  const prompt = usage.uncachedInput + usage.cacheRead + usage.cacheWrite;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: {
      cached_tokens: usage.cacheRead,
      audio_tokens: 0,
      ...(usage.cacheWriteKnown ? { cache_write_tokens: usage.cacheWrite } : {}),
    },
    completion_tokens_details: {
      reasoning_tokens: usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
