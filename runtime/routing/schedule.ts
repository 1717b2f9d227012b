import type { Permit } from "../admission/limit.ts";
import type { Failover, Offer, Provider } from "../contract.ts";
import type { Judgement } from "./judge-failure.ts";
import type { Lease } from "./key-state.ts";

/** An offer that may be asked right now, with the key for it. Exactly one of `settle` and `release` ends it. */
export type Candidate = Readonly<{
  offer: Offer;
  provider: Provider;
  lease: Lease | undefined;
  /** It has been asked before in this request. */
  again: boolean;
  /** Tells key pool and breaker what came of the attempt; the breaker only at the end where `breaker` is undefined. */
  settle(judgement: Readonly<{ key: Judgement["key"]; breaker: Judgement["breaker"] | undefined }>): void;
  /** How an answer that had begun ended. */
  ended(breaker: Judgement["breaker"]): void;
  /** The provider serves one request less. */
  release(): void;
}>;

/** Why an offer cannot be asked now, and when it can. */
export type Blocked = Readonly<{
  offer: Offer;
  why: "breaker-open" | "busy" | "no-key" | "rejected" | "rate-limited" | "spent" | "limited";
  retryAfterMs: number | undefined;
}>;

/** Claims an offer for one attempt, or says what stands in the way. */
type Claim = (
  offer: Offer,
  ask: Readonly<{
    exclude: ReadonlySet<string>;
    lastResort: boolean;
    /** Every other offer has failed or is out: a breaker may be probed before its time. */
    panic: boolean;
    again: boolean;
    place: Permit | undefined;
  }>,
) => Candidate | Blocked;

type Step =
  | Readonly<{ kind: "attempt"; candidate: Candidate }>
  /** Then ask again what is next. */
  | Readonly<{ kind: "wait"; ms: number }>
  /** Every offer that stood in the way at the last look. */
  | Readonly<{ kind: "end"; blocked: readonly Blocked[] }>;

/** Which candidate of one model comes next. Knows nothing of requests: it is told what came of each attempt. */
export type Schedule = Readonly<{
  next(): Step;
  /** A place at the offer's provider has become free: it is asked next. */
  placeFor(offer: Offer, place: Permit): void;
  /** Of the candidate given last. */
  failed(judgement: Judgement): void;
  /** The candidate given last cannot be sent this request: no attempt was made. */
  refused(): void;
}>;

export type ScheduleOptions = Readonly<{
  claim: Claim;
  failover: Pick<Failover, "maxAttempts">;
  /** What the request has made so far, those at other models included. */
  attempts: () => number;
  /** Monotonic; no attempt begins later. Infinity is no limit. */
  deadlineMs: number;
  now: () => number;
  /** Milliseconds before retry number `retry` (from 1) of an offer; undefined: do not wait that long. */
  delayMs(offer: Offer, retry: number, waitMs: number | undefined): number | undefined;
  retryPolicy(offer: Offer): Provider["retry"];
  /** Takes one retry from the provider's budget. */
  mayRetry(offer: Offer): boolean;
}>;

type Tried = {
  readonly offer: Offer;
  /** Attempts, and retries that found it out of service. */
  turns: number;
  readonly keys: Set<string>;
  last: Judgement | undefined;
  /** How long to leave it alone; for a key that rests, its pool knows. */
  waitMs: number | undefined;
  /** What stood in the way when it was looked at last. */
  why: Blocked["why"] | undefined;
  /** Waits before its first attempt. */
  waits: number;
};

/** A time when it can be asked is known, and is more than a guess of ours. */
const comesBack: ReadonlySet<Blocked["why"] | undefined> = new Set(["rate-limited", "limited"]);

/**
 * The order of attempts at one model. `offers` are best first.
 * 1. A key that failed is followed by the next key of the same provider, any other failure by the next offer.
 * 2. When no offer is left that was not asked, those that could not be asked are looked at once more, from now on with
 *    keys that only our own caution keeps out.
 * 3. Then offers whose failures are worth it are asked again, after a backoff, while their provider's budget allows.
 *    Before each of them, 2 once more: an attempt takes time, and who could not be asked may be back.
 * 4. At last, offers never asked whose keys rest are waited for, no longer than a backoff may last.
 */
export function createSchedule(offers: readonly Offer[], options: ScheduleOptions): Schedule {
  const tried: Tried[] = offers.map((offer) => ({
    offer,
    turns: 0,
    keys: new Set(),
    last: undefined,
    waitMs: undefined,
    why: undefined,
    waits: 0,
  }));
  let fresh = 0;
  let lastResort = false;
  let current: Tried | undefined;
  let keysRest = false;
  let due: Tried | undefined;
  let place: Permit | undefined;
  let blocked: Blocked[] = [];

  function claim(one: Tried, again: boolean): Step | undefined {
    const given = place;
    place = undefined;
    const found = options.claim(one.offer, {
      exclude: again ? none : one.keys,
      lastResort: lastResort || again,
      panic: lastResort && !again && tried.length > 1,
      again,
      place: given,
    });
    blocked = blocked.filter(({ offer }) => offer !== one.offer);
    if ("why" in found) {
      blocked.push(found);
      one.why = found.why;
      if (again || one.turns === 0) one.waitMs = found.retryAfterMs;
      if (again) one.turns += 1;
      return undefined;
    }
    one.turns += 1;
    if (found.lease !== undefined) one.keys.add(found.lease.key.id);
    current = one;
    keysRest = found.provider.quarantine;
    return { kind: "attempt", candidate: found };
  }

  function retry(one: Tried): Step | undefined {
    const policy = options.retryPolicy(one.offer);
    if (one.last?.retry !== true || policy.sameProvider === "never" || one.turns >= policy.maxAttempts)
      return undefined;
    const ms = options.delayMs(one.offer, one.turns, one.waitMs);
    if (ms === undefined || options.now() + ms > options.deadlineMs || !options.mayRetry(one.offer)) return undefined;
    due = one;
    return { kind: "wait", ms };
  }

  /** Not a retry: it was never asked, so this takes nothing from its budget. */
  function waitFor(one: Tried): Step | undefined {
    if (!comesBack.has(one.why) || one.waits >= options.retryPolicy(one.offer).maxAttempts) return undefined;
    const ms = options.delayMs(one.offer, 1, one.waitMs);
    if (ms === undefined || options.now() + ms > options.deadlineMs) return undefined;
    one.waits += 1;
    due = one;
    return { kind: "wait", ms };
  }

  function first(of: readonly Tried[], step: (one: Tried) => Step | undefined): Step | undefined {
    for (const one of of) {
      const found = step(one);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function step(): Step | undefined {
    if (due !== undefined) {
      const one = due;
      due = undefined;
      const found = claim(one, one.turns > 0);
      if (found !== undefined) return found;
    }
    if (current?.last?.failover === false) return retry(current);
    if (current?.last?.scope === "key") {
      const found = claim(current, false);
      if (found !== undefined) return found;
    }
    if (current !== undefined && options.retryPolicy(current.offer).sameProvider === "always") {
      const found = retry(current);
      if (found !== undefined) return found;
    }
    while (fresh < tried.length) {
      const one = tried[fresh];
      fresh += 1;
      const found = one && claim(one, false);
      if (found !== undefined) return found;
    }
    const untried = tried.filter((one) => one.turns === 0);
    if (!lastResort) blocked = [];
    lastResort = true;
    const asked = tried.filter((one) => one.turns > 0).sort((a, b) => a.turns - b.turns);
    return first(untried, (one) => claim(one, false)) ?? first(asked, retry) ?? first(untried, waitFor);
  }

  return {
    next: () => {
      const over = options.attempts() >= options.failover.maxAttempts || options.now() > options.deadlineMs;
      if (over) place?.release();
      return (over ? undefined : step()) ?? { kind: "end", blocked };
    },
    placeFor: (offer, given) => {
      due = tried.find((one) => one.offer === offer);
      place = given;
      blocked = [];
    },
    failed: (judgement) => {
      if (current === undefined) return;
      current.last = judgement;
      current.waitMs = judgement.scope === "key" && keysRest ? undefined : judgement.waitMs;
    },
    refused: () => {
      current = undefined;
    },
  };
}

const none: ReadonlySet<string> = new Set();
