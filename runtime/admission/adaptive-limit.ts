/** A limit on concurrency that finds its own value between a floor and a ceiling. */
export type AdaptiveLimit = Readonly<{
  /** A request ended: how long its answer took to begin, and whether it was refused or timed out for overload. */
  record(latencyMs: number, overloaded: boolean): void;
  current(): number;
}>;

/** Below this many at once nothing is learnt from latency. */
const floor = 4;
/** Latency up to this many times the best seen lately is no queueing. */
const tolerance = 2;
const decrease = 0.9;
/** The best latency is forgotten this slowly: a service that has become slower for good is no overload for ever. */
const forget = 1.00002;

/**
 * Additive increase, multiplicative decrease, after a slow start (as TCP's congestion control, RFC 5681): one more place
 * for every quick request until the first slow one, then for every round of quick ones; a tenth fewer after a slow or
 * overloaded one, at most once a round.
 */
export function createAdaptiveLimit(ceiling: () => number): AdaptiveLimit {
  let limit = floor;
  let bestMs = Number.POSITIVE_INFINITY;
  let quick = 0;
  let sinceDecrease = 0;
  let starting = true;

  function clamp(value: number): number {
    const most = ceiling();
    return Math.max(Math.min(floor, most), Math.min(most, value));
  }

  return {
    record: (latencyMs, overloaded) => {
      bestMs = Math.min(bestMs * forget, latencyMs);
      limit = clamp(limit);
      sinceDecrease += 1;
      if (!overloaded && latencyMs <= bestMs * tolerance) {
        quick += 1;
        if (!starting && quick < limit) return;
        quick = 0;
        limit = clamp(limit + 1);
        return;
      }
      quick = 0;
      starting = false;
      if (sinceDecrease < limit) return;
      sinceDecrease = 0;
      limit = clamp(limit * decrease);
    },
    current: () => Math.floor(clamp(limit)),
  };
}
