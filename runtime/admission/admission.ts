import type { AdmissionLimits } from "../contract.ts";
import { failure } from "../errors.ts";
import type { WireError } from "../wire/canonical.ts";
import { createAdaptiveLimit } from "./adaptive-limit.ts";
import { createLimit, type NoPlace, type Permit } from "./limit.ts";
import { createLoadShedding, type Load, type LoadShedding, watchLoad } from "./load-shedding.ts";

/** A request that may be served. */
export type Admitted = Readonly<{
  /**
   * Its answer has begun, or it failed because an upstream had too much to do, this long after it came in. Feeds the
   * adaptive limit; the time it waited to be let in is left out.
   */
  began(latencyMs: number, overloaded: boolean): void;
  /** Gives its place back; more than once changes nothing. */
  release(): void;
}>;

/** Why a request is not let in. */
type RefusalReason = "full" | "queue_full" | "waited_too_long" | "memory" | "event_loop";

export type AdmissionReport = Readonly<{
  inFlight: number;
  queued: number;
  /** In force right now; 0 is none. */
  limit: number;
  load: Load;
  /** Since the start. */
  refused: Readonly<Record<RefusalReason, number>>;
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
  /** Monotonic. */
  now: () => number;
  after: (ms: number, callback: () => void) => () => void;
  /** Told of every request that is turned away. */
  refused: (reason: RefusalReason) => void;
  /** Samples the process until the returned function is called. Default: `watchLoad`. */
  watch?: (shedding: LoadShedding, now: () => number) => () => void;
}>;

/** Where the adaptive limit begins and ends when no other is set. */
const adaptiveCeiling = 1000;

export function createAdmission(first: AdmissionLimits, options: AdmissionOptions): Admission {
  const { now, after, watch = watchLoad } = options;
  let limits = first;
  const adaptive = createAdaptiveLimit(() => limits.maxInFlight || adaptiveCeiling);
  const max = () => (limits.adaptive ? adaptive.current() : limits.maxInFlight);
  const limit = createLimit({ max, queueSize: () => limits.queueSize, queueMs: () => limits.queueMs, after });
  const refused = { full: 0, queue_full: 0, waited_too_long: 0, memory: 0, event_loop: 0 };
  let watched = watchWhereLimited();

  /** Nothing is sampled where nothing is limited. */
  function watchWhereLimited(): Readonly<{ shedding: LoadShedding; stop: () => void }> | undefined {
    if (limits.maxRssBytes === 0 && limits.maxLoopDelayMs === 0) return undefined;
    const shedding = createLoadShedding(() => limits);
    return { shedding, stop: watch(shedding, now) };
  }

  function refuse(reason: RefusalReason): WireError {
    refused[reason] += 1;
    options.refused(reason);
    return overloaded(reason, limits.adaptive ? "limits.max_in_flight, limits.adaptive" : "limits.max_in_flight");
  }

  function settled(place: Permit | NoPlace, waitedMs: number): Admitted | WireError {
    if (typeof place === "string") return place === "gone" ? clientGone : refuse(reasons[place]);
    if (!limits.adaptive) return { began: unheard, release: place.release };
    return {
      began: (latencyMs, tooMuch) => {
        adaptive.record(latencyMs - waitedMs, tooMuch);
        limit.wake();
      },
      release: place.release,
    };
  }

  function wait(place: Promise<Permit | NoPlace>): Promise<Admitted | WireError> {
    const sinceMs = now();
    return place.then((given) => settled(given, now() - sinceMs));
  }

  return {
    enter: (signal) => {
      const overload = watched?.shedding.overload();
      // One at a time always gets in: memory that is not given back must not shut the gateway for ever.
      if (overload !== undefined && limit.inFlight() > 0) return refuse(reasons[overload]);
      const place = limit.enter(signal);
      return place instanceof Promise ? wait(place) : settled(place, 0);
    },
    reconfigure: (next) => {
      limits = next;
      limit.wake();
      watched?.stop();
      watched = watchWhereLimited();
    },
    report: () => ({
      inFlight: limit.inFlight(),
      queued: limit.queued(),
      limit: max(),
      load: watched?.shedding.load() ?? { rssBytes: 0, loopDelayMs: 0 },
      refused: { ...refused },
    }),
    stop: () => watched?.stop(),
  };
}

function unheard(): void {
  // Only an adaptive limit listens.
}

const clientGone = failure("internal", "The client closed the connection.", { status: 499 });

const reasons = {
  full: "full",
  "queue-full": "queue_full",
  "waited-too-long": "waited_too_long",
  memory: "memory",
  "event-loop": "event_loop",
} as const satisfies Record<string, RefusalReason>;

/** Names the settings at work; `inFlightLimit` those of the limit on requests in flight. */
function overloaded(reason: RefusalReason, inFlightLimit: string): WireError {
  const why = {
    full: `serves as many requests as it may (${inFlightLimit})`,
    queue_full: `serves as many requests as it may (${inFlightLimit}) and its queue is full (limits.queue_size)`,
    waited_too_long: `serves as many requests as it may (${inFlightLimit}) and none ended in time (limits.queue_ms)`,
    memory: "is short of memory (limits.max_rss_mb)",
    event_loop: "is too busy (limits.max_loop_delay_ms)",
  } as const satisfies Record<RefusalReason, string>;
  return failure("overloaded", `The gateway ${why[reason]}; try again in a moment.`, {
    code: "gateway_overloaded",
    retryAfterMs: 1000,
  });
}
