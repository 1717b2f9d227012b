/** A limit on concurrency that finds its own value between a floor and a ceiling. */
export type AdaptiveLimit = Readonly<{
  /** How long an answer took to begin, or that the request failed because an upstream had too much to do. */
  record(latencyMs: number, overloaded: boolean): void;
  /** A whole number from the floor to the ceiling. */
  current(): number;
}>;

/** It falls no lower; at this few, slow answers are not slow because of each other. */
const floor = 10;
/** Fewer samples than this say too little about latencies as scattered as those of models. */
const minSamples = 100;
/**
 * What answers may take, in times of what they take without load. Less than `1 / decrease`, so that a halved limit is
 * below where the last yardstick was taken: else the yardstick, and the limit with it, would creep up.
 */
const tolerance = 1.75;
const overloadedShare = 0.1;
const decrease = 0.5;
/** How many rounds the quickest one is remembered for, at least; twice as many at most. */
const memory = 30;

/**
 * Additive increase, multiplicative decrease (TCP's congestion avoidance, RFC 5681 section 3.1), by rounds of as many
 * requests as are in flight: after two slow rounds in a row the limit is halved, after one that is not slow it grows by its
 * square root (as in Envoy's adaptive concurrency filter). A round is slow by its mean latency, compared with the quickest one
 * lately, or because more than a tenth of its requests were too much for an upstream. Halving is also what measures: it
 * empties the queues, so that the quickest round is one without them. Starts at the ceiling.
 */
export function createAdaptiveLimit(ceiling: () => number): AdaptiveLimit {
  let limit = Number.POSITIVE_INFINITY;
  let round = newRound();
  let slowRounds = 0;
  const quickest = recentMinimum(memory);

  function clamp(value: number): number {
    const most = ceiling();
    return Math.max(Math.min(floor, most), Math.min(most, value));
  }

  function isSlow({ samples, overloaded, logSum }: Round): boolean {
    if (overloaded > samples * overloadedShare) return true;
    const meanLog = logSum / (samples - overloaded);
    // What is slow at the floor is slow by itself: a new yardstick.
    if (clamp(limit) === clamp(0)) quickest.forget();
    quickest.add(meanLog);
    return meanLog > quickest.value() + Math.log(tolerance);
  }

  return {
    record: (latencyMs, overloaded) => {
      round.samples += 1;
      if (overloaded) round.overloaded += 1;
      else round.logSum += Math.log(Math.max(1, latencyMs));
      // So long, because the first answers of a round are to requests that came in before the limit was changed.
      if (round.samples < Math.max(minSamples, clamp(limit))) return;
      slowRounds = isSlow(round) ? slowRounds + 1 : 0;
      round = newRound();
      if (slowRounds === 0) limit += Math.sqrt(limit);
      if (slowRounds < 2) return;
      slowRounds = 0;
      limit = clamp(clamp(limit) * decrease);
    },
    current: () => Math.floor(clamp(limit)),
  };
}

/** `logSum` is for the geometric mean, which neither one very long wait nor a mixture of quick and slow models upsets. */
type Round = { samples: number; overloaded: number; logSum: number };

function newRound(): Round {
  return { samples: 0, overloaded: 0, logSum: 0 };
}

/** The smallest of the last `size` to `2 * size` values. */
function recentMinimum(size: number): Readonly<{ add(value: number): void; value(): number; forget(): void }> {
  let before = Number.POSITIVE_INFINITY;
  let latest = Number.POSITIVE_INFINITY;
  let count = 0;

  function turn(): void {
    before = latest;
    latest = Number.POSITIVE_INFINITY;
    count = 0;
  }

  return {
    add: (value) => {
      if (count === size) turn();
      latest = Math.min(latest, value);
      count += 1;
    },
    value: () => Math.min(before, latest),
    forget: () => {
      turn();
      turn();
    },
  };
}
