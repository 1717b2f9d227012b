import type { AdmissionLimits } from "../contract.ts";
import { failure } from "../errors.ts";
import type { WireError } from "../wire/canonical.ts";
import { createAdaptiveLimit } from "./adaptive-limit.ts";
import { createLimit, type NoPlace, type Permit } from "./limit.ts";
import { createLoadShedding, type Load, watchLoad } from "./load-shedding.ts";

/** A request that may be served. */
export type Admitted = Readonly<{
  /** Its answer has begun after this long, or failed for overload. Feeds the adaptive limit. */
  began(latencyMs: number, overloaded: boolean): void;
  release(): void;
}>;

export type AdmissionReport = Readonly<{
  inFlight: number;
  queued: number;
  /** In force right now; 0 is none. */
  limit: number;
  load: Load;
}>;

/** What may come in at all. It outlives configurations: `reconfigure` keeps the requests in flight counted. */
export type Admission = Readonly<{
  /** At once where nothing has to be waited for. */
  enter(signal: AbortSignal): Admitted | WireError | Promise<Admitted | WireError>;
  reconfigure(limits: AdmissionLimits): void;
  report(): AdmissionReport;
  stop(): void;
}>;

export type AdmissionOptions = Readonly<{
  now: () => number;
  after: (ms: number, callback: () => void) => () => void;
  /** Told of every request that is turned away. */
  refused: (reason: string) => void;
}>;

/** Where the adaptive limit begins and ends when no other is set. */
const adaptiveCeiling = 1000;

export function createAdmission(first: AdmissionLimits, { now, after, refused }: AdmissionOptions): Admission {
  let limits = first;
  const ceiling = () => (limits.maxInFlight > 0 ? limits.maxInFlight : adaptiveCeiling);
  const adaptive = createAdaptiveLimit(ceiling);
  const max = () => (limits.adaptive ? adaptive.current() : limits.maxInFlight);
  const limit = createLimit({ max, queueSize: () => limits.queueSize, queueMs: () => limits.queueMs, after });
  const shedding = createLoadShedding(() => limits);
  let stopWatching: (() => void) | undefined;
  watch();

  /** Nothing is sampled where nothing is limited. */
  function watch(): void {
    const wanted = limits.maxRssBytes > 0 || limits.maxLoopDelayMs > 0;
    if (!wanted) {
      stopWatching?.();
      stopWatching = undefined;
    } else stopWatching ??= watchLoad(shedding, now);
  }

  function admit(permit: Permit): Admitted {
    return {
      began: (latencyMs, overloaded) => {
        if (limits.adaptive) adaptive.record(latencyMs, overloaded);
      },
      release: permit.release,
    };
  }

  function outcome(place: Permit | NoPlace): Admitted | WireError {
    if (typeof place !== "string") return admit(place);
    refused(place.replaceAll("-", "_"));
    return place === "gone" ? clientGone : full(max(), place);
  }

  return {
    enter: (signal) => {
      const overload = stopWatching === undefined ? undefined : shedding.overload();
      if (overload !== undefined) {
        refused(overload.replaceAll("-", "_"));
        return overloaded[overload];
      }
      const place = limit.enter(signal);
      return place instanceof Promise ? place.then(outcome) : outcome(place);
    },
    reconfigure: (next) => {
      limits = next;
      watch();
    },
    report: () => ({ inFlight: limit.inFlight(), queued: limit.queued(), limit: max(), load: shedding.load() }),
    stop: () => stopWatching?.(),
  };
}

const clientGone = failure("internal", "The client closed the connection.", { status: 499 });
const retry = { code: "gateway_overloaded", retryAfterMs: 1000 } as const;

const overloaded = {
  memory: failure("overloaded", "The gateway is short of memory (limits.max_rss_mb); try again in a moment.", retry),
  "event-loop": failure("overloaded", "The gateway is busy (limits.max_loop_delay_ms); try again in a moment.", retry),
} as const;

function full(max: number, why: Exclude<NoPlace, "gone">): WireError {
  const queue = why === "full" ? "" : why === "queue-full" ? " and its queue is full" : " and none ended in time";
  const message = `The gateway serves ${max} requests at once (limits.max_in_flight)${queue}; try again in a moment.`;
  return failure("overloaded", message, retry);
}
