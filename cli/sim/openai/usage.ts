import type { Json } from "../json.ts";
import type { InputUsage } from "../prompt.ts";
import type { Said } from "../said.ts";

/** `usage` of a completion (OpenAI SDK 7.55, `CompletionUsage`): prompt tokens include what the cache served. */
export function usageOf(input: InputUsage, said: Said, choices: number): { readonly [key: string]: Json } {
  const prompt = input.uncached + input.cacheRead + input.cacheWrite;
  const completion = said.outputTokens * choices;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: input.cacheRead, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: said.thinkingTokens * choices,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
