/** An answer that speaks of the key, and takes it out of service. The vendor's time, where it gave one, goes first. */
export type Refusal =
  /** 401, or a 403 of the key itself. */
  | Readonly<{ kind: "rejected" }>
  /** 429. */
  | Readonly<{ kind: "rate-limited"; retryAfterMs?: number | undefined }>
  /** 402, or a 429 that says the account's money or quota is used up. */
  | Readonly<{ kind: "spent"; retryAfterMs?: number | undefined }>;

/** The one call that finds out whether a key is back. */
export type Probe = Readonly<{
  startedMs: number;
  /** When another one may be made, settled or not. */
  expiresMs: number;
  /** A last resort, made before the quarantine was over. */
  early: boolean;
}>;

/** Whether one key, or one model of it, may be used. All times are monotonic milliseconds. */
export type Quarantine = Readonly<{
  /** Why it may not be used, or not yet freely; undefined in service. */
  standing(nowMs: number): Standing | undefined;
  /** Whether a request that has nowhere else to go may use it before its time. */
  mayGoEarly(nowMs: number): boolean;
  /** A call starts, which must be allowed now. Undefined in service, where no call is special. */
  enter(nowMs: number): Probe | undefined;
  /** A call succeeded. Ends the quarantine if the call was its probe, and began after the last refusal. */
  accepted(call: Probe | undefined): void;
  /** A call ended that says nothing about the key. */
  released(call: Probe | undefined): void;
  refused(refusal: Refusal, call: Probe | undefined, nowMs: number): void;
  /** The vendor accepted the key for a request that costs nothing, or refused it. */
  checked(accepted: boolean, nowMs: number): void;
  /** Back in service at once, by an operator's word. */
  reset(): void;
}>;

export type Standing = Readonly<{
  cause: Refusal["kind"];
  /** Until the quarantine is over; 0 when only its probe is missing. */
  leftMs: number;
  /** Until a call may be made; 0 when one may now, as the probe. */
  waitMs: number;
}>;

const hourMs = 3_600_000;
const longestMs = 24 * hourMs;

/** The first quarantine in a row, and what doubling it ends at. */
const schedules = {
  rejected: { firstMs: 600_000, lastMs: longestMs },
  "rate-limited": { firstMs: 60_000, lastMs: 900_000 },
  spent: { firstMs: hourMs, lastMs: longestMs },
} as const satisfies Record<Refusal["kind"], Readonly<{ firstMs: number; lastMs: number }>>;

/** A vendor's own time is met late rather than early, by up to this share of it. */
const jitter = 0.1;
/** A probe that is under way can end at any moment: this is when to ask again. */
const probeWaitMs = 1000;

type Sentence = Readonly<{
  cause: Refusal["kind"];
  /** How often in a row the schedule gave the time. */
  steps: number;
  sinceMs: number;
  untilMs: number;
  /** The vendor gave the time. */
  timed: boolean;
  /** A check that costs nothing has accepted the key, so accepting it again is no news. */
  checkedGood: boolean;
}>;

/**
 * The state machine: in service, out until a time, then one probe at a time until one is accepted. Refusals of calls
 * that began before the quarantine count as one with the first; only a refused probe doubles the time.
 */
export function createQuarantine(options: Readonly<{ random: () => number; probeLeaseMs: number }>): Quarantine {
  let sentence: Sentence | undefined;
  let probe: Probe | undefined;

  function probeLeftMs(nowMs: number): number {
    return probe === undefined ? 0 : Math.max(0, probe.expiresMs - nowMs);
  }

  function release(call: Probe | undefined): void {
    if (call === probe) probe = undefined;
  }

  /** What a refusal means for a key that already is in quarantine. */
  function again(current: Sentence, refusal: Refusal, call: Probe | undefined, nowMs: number): Sentence {
    const same = refusal.kind === current.cause;
    const fresh = sentenceOf(refusal, same ? current : undefined, nowMs, options.random);
    const ofProbe = call !== undefined && call === probe && call.startedMs >= current.sinceMs;
    // A probe before its time that only hears what was known leaves the schedule as it is.
    if (ofProbe) return call.early && same && !fresh.timed ? current : fresh;
    return fresh.untilMs > current.untilMs && (!same || fresh.timed) ? fresh : current;
  }

  return {
    standing(nowMs) {
      if (sentence === undefined) return undefined;
      const leftMs = Math.max(0, sentence.untilMs - nowMs);
      return {
        cause: sentence.cause,
        leftMs,
        waitMs: Math.max(leftMs, Math.min(probeWaitMs, probeLeftMs(nowMs))),
      };
    },
    mayGoEarly(nowMs) {
      return sentence !== undefined && !sentence.timed && probeLeftMs(nowMs) === 0;
    },
    enter(nowMs) {
      if (sentence === undefined) return undefined;
      probe = { startedMs: nowMs, expiresMs: nowMs + options.probeLeaseMs, early: nowMs < sentence.untilMs };
      return probe;
    },
    accepted(call) {
      release(call);
      if (call !== undefined && sentence !== undefined && call.startedMs >= sentence.sinceMs) sentence = undefined;
    },
    released: release,
    reset: () => {
      sentence = undefined;
      probe = undefined;
    },
    refused(refusal, call, nowMs) {
      sentence =
        sentence === undefined
          ? sentenceOf(refusal, undefined, nowMs, options.random)
          : again(sentence, refusal, call, nowMs);
      release(call);
    },
    checked(accepted, nowMs) {
      const known = sentence?.cause === "rejected" ? sentence : undefined;
      if (accepted) {
        // Some keys may list models and nothing else: only the first acceptance brings the probe forward.
        if (known === undefined || known.checkedGood) return;
        sentence = { ...known, checkedGood: true, untilMs: nowMs };
        return;
      }
      const due = known !== undefined && known.untilMs <= nowMs && probeLeftMs(nowMs) === 0;
      sentence =
        sentence === undefined || due
          ? sentenceOf({ kind: "rejected" }, known, nowMs, options.random)
          : again(sentence, { kind: "rejected" }, undefined, nowMs);
      sentence = { ...sentence, checkedGood: false };
    },
  };
}

/** The quarantine after a refusal; `before` is the one of the same cause that it continues. */
function sentenceOf(refusal: Refusal, before: Sentence | undefined, nowMs: number, random: () => number): Sentence {
  const steps = before?.steps ?? 0;
  const common = { cause: refusal.kind, sinceMs: nowMs, checkedGood: before?.checkedGood ?? false };
  const givenMs = refusal.kind === "rejected" ? undefined : refusal.retryAfterMs;
  if (givenMs !== undefined && !Number.isNaN(givenMs)) {
    const lateMs = Math.max(0, givenMs) * (1 + jitter * random());
    return { ...common, steps, untilMs: nowMs + Math.min(longestMs, lateMs), timed: true };
  }
  const { firstMs, lastMs } = schedules[refusal.kind];
  return { ...common, steps: steps + 1, untilMs: nowMs + Math.min(lastMs, firstMs * 2 ** steps), timed: false };
}
