import { createSlidingCount } from "./sliding-count.ts";

/** How much a provider's retries may add to its traffic. */
export type RetryBudget = Readonly<{
  /** A first attempt was made. */
  deposit(): void;
  /** Takes one retry; false when none is left. */
  withdraw(): boolean;
}>;

/** What a first attempt adds is worth nothing after this long. */
const windowSeconds = 10;

/**
 * Retries of the last ten seconds stay within `percent` of the first attempts of that time, plus `minPerSecond` for each
 * of its seconds, so that a quiet provider can be retried at all (as Finagle's RetryBudget). Constant memory.
 */
export function createRetryBudget(
  policy: () => Readonly<{ percent: number; minPerSecond: number }>,
  now: () => number,
): RetryBudget {
  const firsts = createSlidingCount({ stepMs: 1000, steps: windowSeconds, now });
  // The second that has just begun is no whole one: with one more, retries are counted for at least ten seconds.
  const retries = createSlidingCount({ stepMs: 1000, steps: windowSeconds + 1, now });
  return {
    deposit: firsts.add,
    withdraw: () => {
      const { percent, minPerSecond } = policy();
      const allowed = (firsts.total() * percent) / 100 + minPerSecond * windowSeconds;
      if (retries.total() + 1 > allowed) return false;
      retries.add();
      return true;
    },
  };
}
