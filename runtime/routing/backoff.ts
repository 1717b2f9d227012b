import type { RetryPolicy } from "../contract.ts";

type Ask = Readonly<{
  /** The retry's number, from 1. */
  retry: number;
  policy: Pick<RetryPolicy, "initialBackoffMs" | "maxBackoffMs" | "multiplier">;
  /** What the upstream asked for, when it did. */
  waitMs: number | undefined;
  /** In [0, 1). */
  random: () => number;
}>;

/** How much later than the upstream asked a retry may come. */
const jitter = 0.1;

/**
 * Milliseconds before a retry: full jitter, uniform from 1 ms to the capped exponential backoff, and never less than the
 * upstream asked for. Undefined when that is longer than the cap: then waiting is not worth it. Full jitter spreads
 * retries best (AWS Architecture Blog, "Exponential Backoff And Jitter").
 */
export function retryDelayMs({ retry, policy, waitMs = 0, random }: Ask): number | undefined {
  if (waitMs > policy.maxBackoffMs) return undefined;
  const backoffMs = Math.min(policy.maxBackoffMs, policy.initialBackoffMs * policy.multiplier ** (retry - 1));
  // Whoever was told the same time must not come back together; later than asked is polite, earlier is not.
  return Math.max(waitMs * (1 + jitter * random()), 1 + random() * Math.max(0, backoffMs - 1));
}
