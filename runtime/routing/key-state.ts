import { createKeyUsage, type LimitReached } from "./key-limits.ts";
import type { PooledKey } from "./pooled-key.ts";
import { createQuarantine, type Probe, type Quarantine, type Refusal, type Standing } from "./quarantine.ts";

/** What an attempt with a key said about the key. */
export type KeyOutcome =
  | Readonly<{ kind: "ok" }>
  | Refusal
  /** A 403 that means the lease's model alone: the key stays in service for the others. */
  | Readonly<{ kind: "model-denied" }>
  /** The attempt failed, or ended, without saying anything about the key. */
  | Readonly<{ kind: "neutral" }>;

/** A key for one attempt. Every lease is settled once; what comes after the first time is ignored. */
export type Lease = Readonly<{
  key: PooledKey;
  /** The one call that finds out whether a quarantined key is back. */
  probe: boolean;
  settle(outcome: KeyOutcome): void;
  /** What the attempt used, in place of the estimate it started with. Amounts of several calls add up. */
  spend(used: Readonly<{ tokens: number; usd: number }>): void;
}>;

/** What a request needs of a key: `model` as the provider is sent it, `tokens` as an estimate of its input. */
export type KeyUse = Readonly<{ model: string; tokens: number }>;

/** What keeps a key from being used, and for how long. */
export type Obstacle = Readonly<{
  class: Refusal["kind"] | "limited";
  why: Refusal["kind"] | "model-denied" | LimitReached["limit"];
  waitMs: number;
}>;

export type KeyReport = Readonly<{
  id: string;
  billing: PooledKey["billing"];
  /** `probing`: its quarantine is over and a first call is awaited or under way. */
  state: "ok" | "quarantined" | "probing" | "limited";
  why: Obstacle["why"] | undefined;
  /** It will not come back by waiting: a new key, or money, is needed. */
  needsAttention: boolean;
  /** Until the quarantine or limit is over. */
  leftMs: number;
  /** Models this key alone may not use, for now. */
  deniedModels: readonly string[];
  requests: number;
  /** Requests that ended in a refusal of the key. */
  failures: number;
  inFlight: number;
  spentTodayUsd: number;
  spentMonthUsd: number;
}>;

/** All that is remembered of one key, whatever its configured limits. It outlives the pool it was made for. */
export type KeyState = Readonly<{
  /** `early`: whether a quarantine that allows it is no obstacle. Undefined when the key may be used now. */
  obstacle(key: PooledKey, use: KeyUse, nowMs: number, early: boolean): Obstacle | undefined;
  lend(key: PooledKey, use: KeyUse, nowMs: number): Lease;
  checked(accepted: boolean, nowMs: number): void;
  /** Forgets every quarantine. */
  reset(): void;
  requestsLastMinute(nowMs: number): number;
  inFlight(): number;
  report(key: PooledKey, nowMs: number): KeyReport;
}>;

export type KeyStateOptions = Readonly<{
  /** Monotonic milliseconds. */
  now: () => number;
  /** Wall-clock milliseconds since 1970. */
  epochMs: () => number;
  /** In [0, 1). */
  random: () => number;
  /** A probe that is not settled for this long lets another one through. */
  probeLeaseMs: number;
}>;

/** Model names can come from clients: no more pairs than this are remembered per key, the newest. */
const maxDeniedModels = 100;

/** A key never used. */
export function createKeyState(options: KeyStateOptions): KeyState {
  const quarantine = createQuarantine(options);
  const denied = new Map<string, Quarantine>();
  const usage = createKeyUsage(options.epochMs);
  const counts = { requests: 0, failures: 0, inFlight: 0 };

  function deny(model: string): Quarantine {
    const pair = denied.get(model) ?? createQuarantine(options);
    denied.set(model, pair);
    const [oldest] = denied.keys();
    if (denied.size > maxDeniedModels && oldest !== undefined) denied.delete(oldest);
    return pair;
  }

  /** Tells what a call of `model` found out to the quarantines that its probes belong to. */
  function conclude(outcome: KeyOutcome, model: string, probe: Probe | undefined, pairProbe: Probe | undefined): void {
    const pair = denied.get(model);
    switch (outcome.kind) {
      case "ok":
        quarantine.accepted(probe);
        pair?.accepted(pairProbe);
        if (pair?.standing(options.now()) === undefined) denied.delete(model);
        return;
      case "neutral":
        quarantine.released(probe);
        pair?.released(pairProbe);
        return;
      case "model-denied":
        quarantine.released(probe);
        deny(model).refused({ kind: "rejected" }, pairProbe, options.now());
        return;
      case "rejected":
      case "rate-limited":
      case "spent":
        quarantine.refused(outcome, probe, options.now());
        pair?.released(pairProbe);
        return;
      default:
        outcome satisfies never;
    }
  }

  function lend(key: PooledKey, { model, tokens }: KeyUse, nowMs: number): Lease {
    counts.requests++;
    counts.inFlight++;
    const counted = usage.started(tokens, nowMs);
    const probe = quarantine.enter(nowMs);
    const pairProbe = denied.size > 0 ? denied.get(model)?.enter(nowMs) : undefined;
    let estimate = tokens;
    let settled = false;
    return {
      key,
      probe: probe !== undefined || pairProbe !== undefined,
      settle(outcome) {
        if (settled) return;
        settled = true;
        counts.inFlight--;
        if (outcome.kind !== "ok" && outcome.kind !== "neutral") counts.failures++;
        conclude(outcome, model, probe, pairProbe);
      },
      spend(used) {
        // Usage that is no amount, as NaN, leaves the estimate: added, it would stop the windows from counting.
        if (used.tokens >= 0) {
          usage.corrected(used.tokens - estimate, counted, options.now());
          estimate = 0;
        }
        if (used.usd > 0) usage.spent(used.usd);
      },
    };
  }

  return {
    obstacle(key, use, nowMs, early) {
      const ofModel = denied.size > 0 ? denied.get(use.model) : undefined;
      const pair = early && ofModel?.mayGoEarly(nowMs) ? undefined : pairObstacle(ofModel, nowMs);
      const ofKey = early && quarantine.mayGoEarly(nowMs) ? undefined : keyObstacle(quarantine, nowMs);
      const reached = usage.reached(key, use.tokens, nowMs);
      return longer(longer(ofKey, pair), reached && limitObstacle(reached));
    },
    lend,
    checked: (accepted, nowMs) => quarantine.checked(accepted, nowMs),
    reset: () => {
      quarantine.reset();
      denied.clear();
    },
    requestsLastMinute: usage.requestsLastMinute,
    inFlight: () => counts.inFlight,
    report(key, nowMs) {
      const standing = quarantine.standing(nowMs);
      const reached = usage.reached(key, 1, nowMs);
      const spent = usage.spentUsd();
      return {
        id: key.id,
        billing: key.billing,
        state: stateOf(standing, reached),
        why: standing?.cause ?? reached?.limit,
        needsAttention: standing !== undefined && standing.cause !== "rate-limited",
        leftMs: standing?.leftMs ?? reached?.waitMs ?? 0,
        deniedModels: [...denied.keys()],
        ...counts,
        spentTodayUsd: spent.today,
        spentMonthUsd: spent.month,
      };
    },
  };
}

function stateOf(standing: Standing | undefined, reached: LimitReached | undefined): KeyReport["state"] {
  if (standing !== undefined) return standing.leftMs > 0 ? "quarantined" : "probing";
  return reached === undefined ? "ok" : "limited";
}

function keyObstacle(quarantine: Quarantine, nowMs: number): Obstacle | undefined {
  const standing = quarantine.standing(nowMs);
  if (standing === undefined || standing.waitMs === 0) return undefined;
  return { class: standing.cause, why: standing.cause, waitMs: standing.waitMs };
}

function pairObstacle(pair: Quarantine | undefined, nowMs: number): Obstacle | undefined {
  const obstacle = pair && keyObstacle(pair, nowMs);
  return obstacle && { ...obstacle, why: "model-denied" };
}

function limitObstacle({ limit, waitMs }: LimitReached): Obstacle {
  return { class: "limited", why: limit, waitMs };
}

function longer(one: Obstacle | undefined, other: Obstacle | undefined): Obstacle | undefined {
  return (other?.waitMs ?? 0) > (one?.waitMs ?? 0) ? other : one;
}
