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
  const firsts = new Array<number>(windowSeconds).fill(0);
  const retries = new Array<number>(windowSeconds).fill(0);
  let current = Math.floor(now() / 1000);

  /** Forgets the seconds that have left the window; returns the place of this one. */
  function advance(): number {
    const second = Math.floor(now() / 1000);
    for (let passed = Math.max(current + 1, second - windowSeconds + 1); passed <= second; passed++) {
      firsts[passed % windowSeconds] = 0;
      retries[passed % windowSeconds] = 0;
    }
    current = Math.max(current, second);
    return current % windowSeconds;
  }

  return {
    deposit: () => {
      const second = advance();
      firsts[second] = (firsts[second] ?? 0) + 1;
    },
    withdraw: () => {
      const second = advance();
      const { percent, minPerSecond } = policy();
      const allowed = (sum(firsts) * percent) / 100 + minPerSecond * windowSeconds;
      if (sum(retries) + 1 > allowed) return false;
      retries[second] = (retries[second] ?? 0) + 1;
      return true;
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
