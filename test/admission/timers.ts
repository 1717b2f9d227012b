/** A clock that only moves when it is told to, and the timers on it. */
export type FakeTimers = Readonly<{
  now: () => number;
  after: (ms: number, callback: () => void) => () => void;
  /** Lets time pass, and calls back whoever it was due for, in order. */
  pass(ms: number): void;
  pending(): number;
}>;

export function fakeTimers(): FakeTimers {
  let nowMs = 0;
  const timers = new Set<{ dueMs: number; callback: () => void }>();
  return {
    now: () => nowMs,
    after: (ms, callback) => {
      const timer = { dueMs: nowMs + ms, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass: (ms) => {
      const endMs = nowMs + ms;
      for (;;) {
        const [next] = [...timers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
        if (next === undefined) break;
        timers.delete(next);
        nowMs = Math.max(nowMs, next.dueMs);
        next.callback();
      }
      nowMs = endMs;
    },
    pending: () => timers.size,
  };
}
