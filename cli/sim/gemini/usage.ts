import type { JsonObject } from "../json.ts";
import type { InputUsage } from "../prompt.ts";
import type { Said } from "../said.ts";

/**
 * `usageMetadata` (Google GenAI SDK 3.1): the prompt includes what the cache served, the candidates do not include the
 * thoughts; counts of nothing are left out, as protobuf does.
 */
export function usageOf(
  input: InputUsage,
  media: number,
  said: Pick<Said, "outputTokens" | "thinkingTokens">,
): JsonObject {
  const prompt = input.uncached + input.cacheRead + input.cacheWrite;
  const answer = said.outputTokens - said.thinkingTokens;
  const details = [
    { modality: "TEXT", tokenCount: prompt - media },
    ...(media === 0 ? [] : [{ modality: "IMAGE", tokenCount: media }]),
  ];
  return {
    promptTokenCount: prompt,
    ...(answer === 0 ? {} : { candidatesTokenCount: answer }),
    totalTokenCount: prompt + said.outputTokens,
    ...(input.cacheRead === 0 ? {} : { cachedContentTokenCount: input.cacheRead }),
    promptTokensDetails: details,
    ...(said.thinkingTokens === 0 ? {} : { thoughtsTokenCount: said.thinkingTokens }),
  };
}
