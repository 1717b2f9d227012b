/** A place that was got; giving it back more than once changes nothing. */
export type Permit = Readonly<{ release(): void }>;

/** Why there was no place: none is free and none may be waited for, the wait took too long, or the asker left. */
export type NoPlace = "full" | "queue-full" | "waited-too-long" | "gone";

/** How many may do something at one time, with a short queue for the rest. First come, first served. */
export type Limit = Readonly<{
  /** A permit at once where a place is free; else a promise of one, or why not. */
  enter(signal?: AbortSignal): Permit | NoPlace | Promise<Permit | NoPlace>;
  /** A permit where a place is free right now. */
  tryEnter(): Permit | undefined;
  inFlight(): number;
  queued(): number;
}>;

export type LimitOptions = Readonly<{
  /** Asked anew each time; 0 is no limit. */
  max: () => number;
  /** How many may wait; 0 refuses at once. */
  queueSize: () => number;
  queueMs: () => number;
  /** Calls back after `ms`, unless the returned function is called before. */
  after: (ms: number, callback: () => void) => () => void;
}>;

type Waiter = { readonly give: (outcome: Permit | NoPlace) => void };

export function createLimit({ max, queueSize, queueMs, after }: LimitOptions): Limit {
  let running = 0;
  const waiting = new Set<Waiter>();

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
        admit();
      },
    };
  }

  /** Hands free places to whoever has waited longest. */
  function admit(): void {
    for (const waiter of waiting) {
      if (!isFree()) return;
      waiting.delete(waiter);
      waiter.give(permit());
    }
  }

  function wait(signal: AbortSignal | undefined): Promise<Permit | NoPlace> {
    return new Promise((resolve) => {
      const settle = (outcome: Permit | NoPlace) => {
        waiting.delete(waiter);
        cancelTimer();
        signal?.removeEventListener("abort", gone);
        resolve(outcome);
      };
      const gone = () => settle("gone");
      const waiter: Waiter = { give: settle };
      const cancelTimer = after(queueMs(), () => settle("waited-too-long"));
      signal?.addEventListener("abort", gone, { once: true });
      waiting.add(waiter);
    });
  }

  return {
    enter: (signal) => {
      if (waiting.size === 0 && isFree()) return permit();
      if (queueMs() === 0 || queueSize() === 0) return "full";
      if (waiting.size >= queueSize()) return "queue-full";
      return signal?.aborted ? "gone" : wait(signal);
    },
    // Nobody overtakes those who wait.
    tryEnter: () => (waiting.size === 0 && isFree() ? permit() : undefined),
    inFlight: () => running,
    queued: () => waiting.size,
  };
}
