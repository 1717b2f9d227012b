import type { RetryPolicy } from "../contract.ts";

/** The SDKs of OpenAI and Anthropic number their tries here, the first one 0 (openai 7.55, @anthropic-ai/sdk 1.11). */
const retryCount = "x-stainless-retry-count";

/**
 * What the gateway tries on top of a client's own retries multiplies with them. A client that is at its second try, or a
 * later one, gets half as many further attempts.
 */
export function besideClientRetries(policy: RetryPolicy, clientHeaders: Headers): RetryPolicy {
  const count = Number(clientHeaders.get(retryCount) ?? 0);
  if (!(count >= 1)) return policy;
  return { ...policy, maxAttempts: 1 + Math.floor((policy.maxAttempts - 1) / 2) };
}
