import { billingOf } from "../billing.ts";
import type { Json, JsonObject, Usage } from "../canonical.ts";
import { numberOf, objectOf } from "../json.ts";

/** `usageMetadata`; undefined when there is none. Thoughts count beside candidates, cached tokens inside the prompt. */
export function decodeUsage(value: Json | undefined): Usage | undefined {
  const usage = objectOf(value);
  if (usage === undefined) return undefined;
  const prompt = count(usage["promptTokenCount"]) + count(usage["toolUsePromptTokenCount"]);
  const cacheRead = count(usage["cachedContentTokenCount"]);
  const reasoning = count(usage["thoughtsTokenCount"]);
  const candidates = numberOf(usage["candidatesTokenCount"]);
  const told = candidates === undefined ? count(usage["totalTokenCount"]) - prompt : candidates + reasoning;
  return {
    uncachedInput: Math.max(0, prompt - cacheRead),
    cacheRead,
    cacheWrite: 0,
    output: Math.max(reasoning, told),
    reasoning,
    cacheWriteKnown: false,
    ...billingOf(usage, usage["serviceTier"]),
  };
}

function count(value: Json | undefined): number {
  return Math.max(0, numberOf(value) ?? 0);
}

export function encodeUsage(usage: Usage): JsonObject {
  const prompt = usage.uncachedInput + usage.cacheRead + usage.cacheWrite;
  return {
    promptTokenCount: prompt,
    ...(usage.cacheRead === 0 ? {} : { cachedContentTokenCount: usage.cacheRead }),
    candidatesTokenCount: usage.output - usage.reasoning,
    ...(usage.reasoning === 0 ? {} : { thoughtsTokenCount: usage.reasoning }),
    totalTokenCount: prompt + usage.output,
  };
}
