/** Requests being served, so that a shutdown can wait for them and in the end let go of them. */
export type InFlight = Readonly<{
  enter(): Entry;
  /** Resolves once nothing is in flight. */
  idle(): Promise<void>;
  abortAll(): void;
}>;

/** One request. Plain callbacks: an AbortController for each request costs as much as parsing its body. */
export type Entry = Readonly<{
  /** What ends the work that goes on right now; replaced by the next, and called at once when the time is over. */
  onAbort(end: () => void): void;
  /** The answer is over. */
  leave(): void;
}>;

export function createInFlight(): InFlight {
  const open = new Set<{ end: () => void }>();
  let isAborted = false;
  let waiting: (() => void)[] = [];

  return {
    enter: () => {
      const entry: { end: () => void } = { end: () => undefined };
      open.add(entry);
      return {
        onAbort: (end) => {
          entry.end = end;
          if (isAborted) end();
        },
        leave: () => {
          open.delete(entry);
          if (open.size > 0) return;
          for (const resolve of waiting) resolve();
          waiting = [];
        },
      };
    },
    idle: () =>
      open.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
    abortAll: () => {
      isAborted = true;
      for (const entry of open) entry.end();
    },
  };
}
