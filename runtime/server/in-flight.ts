/** Requests being served, so that a shutdown can wait for them and in the end let go of them. */
export type InFlight = Readonly<{
  enter(): Entry;
  /** How many there are. */
  count(): number;
  /** Resolves once nothing is in flight. */
  idle(): Promise<void>;
  abortAll(): void;
  /** Fires with `abortAll`, for waits that are no call to an upstream. */
  aborted: AbortSignal;
}>;

/** One request. Plain callbacks: an AbortController for each request costs as much as parsing its body. */
export type Entry = Readonly<{
  /** What ends a piece of its work; called at once when the time is over. A request may have several pieces at a time. */
  onAbort(end: () => void): void;
  /** The answer is over. */
  leave(): void;
}>;

export function createInFlight(): InFlight {
  const open = new Set<(() => void)[]>();
  const abort = new AbortController();
  let waiting: (() => void)[] = [];

  return {
    enter: () => {
      const ends: (() => void)[] = [];
      open.add(ends);
      return {
        onAbort: (end) => {
          ends.push(end);
          if (abort.signal.aborted) end();
        },
        leave: () => {
          open.delete(ends);
          if (open.size > 0) return;
          for (const resolve of waiting) resolve();
          waiting = [];
        },
      };
    },
    count: () => open.size,
    idle: () =>
      open.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
    abortAll: () => {
      abort.abort();
      for (const ends of open) for (const end of ends) end();
    },
    aborted: abort.signal,
  };
}
