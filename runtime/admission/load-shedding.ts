import { afterInBackground } from "../clock.ts";

/** What a process has to give; 0 switches a check off. */
export type LoadLimits = Readonly<{ maxRssBytes: number; maxLoopDelayMs: number }>;

/** `loopDelayMs` is the moving average of how late timers come. */
export type Load = Readonly<{ rssBytes: number; loopDelayMs: number }>;

/** Which limit is exceeded. */
type Overload = "memory" | "event-loop";

/** Whether the process has too much to do to take on more. */
export type LoadShedding = Readonly<{
  overload(): Overload | undefined;
  /** What was measured just now; `loopDelayMs` of this one time. */
  sample(load: Load): void;
  load(): Load;
}>;

/** Once over a limit, the load must fall to this share of it before more is taken on: no flapping at the edge. */
const relief = 0.9;
/** How much a new sample counts. */
const weight = 0.3;

export function createLoadShedding(limits: () => LoadLimits): LoadShedding {
  let load: Load = { rssBytes: 0, loopDelayMs: 0 };
  let over: Overload | undefined;

  function exceeds(which: Overload, value: number, limit: number): boolean {
    return limit > 0 && value > limit * (over === which ? relief : 1);
  }

  function exceeded(): Overload | undefined {
    const { maxRssBytes, maxLoopDelayMs } = limits();
    if (exceeds("memory", load.rssBytes, maxRssBytes)) return "memory";
    return exceeds("event-loop", load.loopDelayMs, maxLoopDelayMs) ? "event-loop" : undefined;
  }

  return {
    overload: () => over,
    sample: ({ rssBytes, loopDelayMs }) => {
      load = { rssBytes, loopDelayMs: load.loopDelayMs + weight * (loopDelayMs - load.loopDelayMs) };
      over = exceeded();
    },
    load: () => load,
  };
}

/** As often as Envoy's overload manager looks. */
const sampleMs = 250;

/**
 * Samples the process four times a second until the returned function is called. The event loop's delay is how late the
 * sampling timer itself comes. `now` is monotonic.
 */
export function watchLoad(shedding: LoadShedding, now: () => number): () => void {
  let cancel = schedule();

  function schedule(): () => void {
    const dueMs = now() + sampleMs;
    return afterInBackground(sampleMs, () => {
      shedding.sample({ rssBytes: process.memoryUsage.rss(), loopDelayMs: Math.max(0, now() - dueMs) });
      cancel = schedule();
    });
  }

  return () => cancel();
}
