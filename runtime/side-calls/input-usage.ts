import { countTokens, loadTokenizer } from "../tokens.ts";
import type { Usage } from "../wire/canonical.ts";

/** The usage of a call that has input and no output. */
export function inputUsage(inputTokens: number): Usage {
  return {
    uncachedInput: inputTokens,
    cacheRead: 0,
    cacheWrite: 0,
    output: 0,
    reasoning: 0,
    cacheWriteKnown: false,
  };
}

/** Above every context there is; where counting stops. */
const maxTokens = 20_000_000;

/** cl100k_base tokens of all texts together. */
export async function estimateTokens(texts: readonly string[]): Promise<number> {
  await loadTokenizer();
  return countTokens(texts, maxTokens);
}
