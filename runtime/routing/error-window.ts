/** Counts requests and failures of the last while, in constant memory. */
export type ErrorWindow = Readonly<{
  add(failed: boolean): void;
  counts(): Readonly<{ requests: number; failures: number }>;
  clear(): void;
}>;

/** The window moves in steps of a tenth of its length. */
const buckets = 10;

export function createErrorWindow(windowMs: number, now: () => number): ErrorWindow {
  const stepMs = Math.max(1, windowMs / buckets);
  const requests = new Array<number>(buckets).fill(0);
  const failures = new Array<number>(buckets).fill(0);
  let current = Math.floor(now() / stepMs);

  /** Empties the buckets that time has passed over; returns the one of now. */
  function advance(): number {
    const step = Math.floor(now() / stepMs);
    for (let passed = Math.max(current + 1, step - buckets + 1); passed <= step; passed++) {
      requests[passed % buckets] = 0;
      failures[passed % buckets] = 0;
    }
    current = Math.max(current, step);
    return current % buckets;
  }

  return {
    add: (failed) => {
      const bucket = advance();
      requests[bucket] = (requests[bucket] ?? 0) + 1;
      if (failed) failures[bucket] = (failures[bucket] ?? 0) + 1;
    },
    counts: () => {
      advance();
      return { requests: sum(requests), failures: sum(failures) };
    },
    clear: () => {
      requests.fill(0);
      failures.fill(0);
    },
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
