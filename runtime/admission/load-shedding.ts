import { afterInBackground } from "../clock.ts";

/** What a process has to give; 0 switches a check off. */
export type LoadLimits = Readonly<{ maxRssBytes: number; maxLoopDelayMs: number }>;

export type Load = Readonly<{ rssBytes: number; loopDelayMs: number }>;

/** Whether the process has too much to do to take on more. */
export type LoadShedding = Readonly<{
  /** The limit that is exceeded, or undefined. */
  overload(): "memory" | "event-loop" | undefined;
  sample(load: Load): void;
  load(): Load;
}>;

/** Once over a limit, the load must fall to this share of it before more is taken on: no flapping at the edge. */
const relief = 0.9;
/** How much a new sample counts. */
const weight = 0.3;

export function createLoadShedding(limits: () => LoadLimits): LoadShedding {
  let load: Load = { rssBytes: 0, loopDelayMs: 0 };
  let over: "memory" | "event-loop" | undefined;

  function exceeded(): "memory" | "event-loop" | undefined {
    const { maxRssBytes, maxLoopDelayMs } = limits();
    if (maxRssBytes > 0 && load.rssBytes > maxRssBytes * (over === "memory" ? relief : 1)) return "memory";
    if (maxLoopDelayMs > 0 && load.loopDelayMs > maxLoopDelayMs * (over === "event-loop" ? relief : 1))
      return "event-loop";
    return undefined;
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

const sampleMs = 250;

/**
 * Samples the process four times a second for as long as `wanted` says that somebody asks; returns what stops it. The
 * event loop's delay is how late the sampling timer itself comes.
 */
export function watchLoad(shedding: LoadShedding, now: () => number): () => void {
  let stopped = false;
  let cancel = schedule();

  function schedule(): () => void {
    const dueMs = now() + sampleMs;
    return afterInBackground(sampleMs, () => {
      if (stopped) return;
      shedding.sample({ rssBytes: process.memoryUsage.rss(), loopDelayMs: Math.max(0, now() - dueMs) });
      cancel = schedule();
    });
  }

  return () => {
    stopped = true;
    cancel();
  };
}
