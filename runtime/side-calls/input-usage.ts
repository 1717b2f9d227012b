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
