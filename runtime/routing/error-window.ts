import { createSlidingCount } from "./sliding-count.ts";

/** Counts requests and failures of the last while. */
export type ErrorWindow = Readonly<{
  add(failed: boolean): void;
  counts(): Readonly<{ requests: number; failures: number }>;
  clear(): void;
}>;

/** The window moves in steps of a tenth of its length. */
const steps = 10;

export function createErrorWindow(windowMs: number, now: () => number): ErrorWindow {
  const options = { stepMs: Math.max(1, windowMs / steps), steps, now };
  const requests = createSlidingCount(options);
  const failures = createSlidingCount(options);
  return {
    add: (failed) => {
      requests.add();
      if (failed) failures.add();
    },
    counts: () => ({ requests: requests.total(), failures: failures.total() }),
    clear: () => {
      requests.clear();
      failures.clear();
    },
  };
}
