/** A place that was got; giving it back more than once changes nothing. */
export type Permit = Readonly<{ release(): void }>;

/** Why there was no place: none is free and none may be waited for, the wait took too long, or the asker left. */
export type NoPlace = "full" | "queue-full" | "waited-too-long" | "gone";

/** How many may do something at one time, with a short queue for the rest. First come, first served. */
export type Limit = Readonly<{
  /**
   * A permit at once where a place is free; else a promise of one, or why not. A permit may come just as the asker
   * leaves: it is given back like any other.
   */
  enter(signal?: AbortSignal): Permit | NoPlace | Promise<Permit | NoPlace>;
  /** A permit where a place is free right now. Nobody overtakes those who wait. */
  tryEnter(): Permit | undefined;
  /** Hands free places to those who wait. To be called when `max` has grown. */
  wake(): void;
  inFlight(): number;
  queued(): number;
}>;

export type LimitOptions = Readonly<{
  /** Asked anew each time; 0 is no limit. */
  max: () => number;
  /** How many may wait, and how long; 0 of either refuses at once. */
  queueSize: () => number;
  queueMs: () => number;
  /** Calls back after `ms`, unless the returned function is called before. */
  after: (ms: number, callback: () => void) => () => void;
}>;

export function createLimit({ max, queueSize, queueMs, after }: LimitOptions): Limit {
  let running = 0;
  /** What ends each wait, in the order in which they began. */
  const waiting = new Set<(outcome: Permit | NoPlace) => void>();

  function isFree(): boolean {
    const most = max();
    return most === 0 || running < most;
  }

  function permit(): Permit {
    running += 1;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        running -= 1;
        if (waiting.size > 0) wake();
      },
    };
  }

  function wake(): void {
    for (const settle of waiting) {
      if (!isFree()) return;
      settle(permit());
    }
  }

  function tryEnter(): Permit | undefined {
    if (waiting.size > 0) wake();
    return waiting.size === 0 && isFree() ? permit() : undefined;
  }

  function wait(signal: AbortSignal | undefined): Promise<Permit | NoPlace> {
    return new Promise((resolve) => {
      const gone = () => settle("gone");
      const cancelTimer = after(queueMs(), () => settle("waited-too-long"));
      signal?.addEventListener("abort", gone, { once: true });
      waiting.add(settle);

      function settle(outcome: Permit | NoPlace): void {
        waiting.delete(settle);
        cancelTimer();
        signal?.removeEventListener("abort", gone);
        resolve(outcome);
      }
    });
  }

  return {
    enter: (signal) => {
      const place = tryEnter();
      if (place !== undefined) return place;
      if (queueMs() === 0 || queueSize() === 0) return "full";
      if (waiting.size >= queueSize()) return "queue-full";
      return signal?.aborted ? "gone" : wait(signal);
    },
    tryEnter,
    wake,
    inFlight: () => running,
    queued: () => waiting.size,
  };
}
