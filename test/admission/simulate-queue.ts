import type { AdaptiveLimit } from "../../runtime/admission/adaptive-limit.ts";

/** A stretch of time of a simulation: how many requests come in a second, and what upstreams can do. */
export type Phase = Readonly<{
  forMs: number;
  arrivalsPerSecond: number;
  /** Answers an upstream can be at work on; the rest waits there. The knee of its latency. */
  servers: number;
  /** Mean time of the work alone. */
  serviceMs: number;
  /** Requests that wait upstream beyond this many are refused as overload. Default: no bound. */
  upstreamQueue?: number;
  /** How the times of work scatter. Default: exponentially. */
  spread?: keyof typeof spreads;
}>;

export type Observed = Readonly<{ atMs: number; limit: number; inFlight: number }>;

type Job = { readonly arrivedMs: number; readonly workMs: number };

/**
 * Sends random arrivals (Poisson) through `limit` to an upstream that works on a few at a time, first come first served.
 * Answers the limit after every arrival, and how many were let in and served.
 */
export function simulateQueue(
  limit: AdaptiveLimit,
  phases: readonly Phase[],
  random: () => number,
): Readonly<{ trace: readonly Observed[]; served: number; refused: number }> {
  const trace: Observed[] = [];
  const working: { endMs: number; job: Job }[] = [];
  const waiting: Job[] = [];
  let nowMs = 0;
  let served = 0;
  let refused = 0;

  function start(servers: number, atMs: number): void {
    while (working.length < servers) {
      const job = waiting.shift();
      if (job === undefined) return;
      working.push({ endMs: atMs + job.workMs, job });
      working.sort((a, b) => a.endMs - b.endMs);
    }
  }

  function finishUntil(untilMs: number, servers: number): void {
    for (let [next] = working; next !== undefined && next.endMs <= untilMs; [next] = working) {
      working.shift();
      served += 1;
      limit.record(next.endMs - next.job.arrivedMs, false);
      start(servers, next.endMs);
    }
  }

  let startMs = 0;
  for (const phase of phases) {
    const endMs = startMs + phase.forMs;
    for (;;) {
      const arrivalMs = nowMs + (-Math.log(1 - random()) * 1000) / phase.arrivalsPerSecond;
      if (arrivalMs >= endMs) break;
      nowMs = arrivalMs;
      finishUntil(nowMs, phase.servers);
      const job = { arrivedMs: nowMs, workMs: phase.serviceMs * spreads[phase.spread ?? "exponential"](random) };
      if (working.length + waiting.length >= limit.current()) refused += 1;
      else if (waiting.length >= (phase.upstreamQueue ?? Number.POSITIVE_INFINITY)) limit.record(1, true);
      else waiting.push(job);
      start(phase.servers, nowMs);
      trace.push({ atMs: nowMs, limit: limit.current(), inFlight: working.length + waiting.length });
    }
    finishUntil(endMs, phase.servers);
    nowMs = endMs;
    startMs = endMs;
  }
  return { trace, served, refused };
}

/** In times of the mean. */
const spreads = {
  none: () => 1,
  exponential: (random) => -Math.log(1 - random()),
  /** A quick one and one that takes nineteen times as long, as often. */
  "two-models": (random) => (random() < 0.5 ? 0.1 : 1.9) * (0.5 + random()),
} as const satisfies Record<string, (random: () => number) => number>;
