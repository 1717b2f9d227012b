import type { JsonObject } from "../json.ts";
import type { InputUsage } from "../prompt.ts";
import type { Said } from "../said.ts";

/** `usage` of a response (OpenAI SDK 7.55, `ResponseUsage`): input tokens include what the cache served. */
export function usageOf(input: InputUsage, said: Pick<Said, "outputTokens" | "thinkingTokens">): JsonObject {
  const inputTokens = input.uncached + input.cacheRead + input.cacheWrite;
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: input.cacheRead, cache_write_tokens: input.cacheWrite },
    output_tokens: said.outputTokens,
    output_tokens_details: { reasoning_tokens: said.thinkingTokens },
    total_tokens: inputTokens + said.outputTokens,
  };
}
