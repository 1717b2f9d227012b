import { LRUCache } from "lru-cache";
import type { BreakerPolicy } from "../contract.ts";
import { createErrorWindow, type ErrorWindow } from "./error-window.ts";

/** The one call that finds out whether an upstream model is back. */
type Probe = Readonly<{
  /** Which time out of service it belongs to, from 1. */
  opening: number;
  /** When it no longer keeps others out: one that never comes back must not do so for ever. */
  untilMs: number;
}>;

/** Whether an upstream model may be called. A pass that is a probe is the only call until it is settled. */
type Passage = Readonly<{ kind: "pass"; probe: Probe | undefined }> | Readonly<{ kind: "open"; retryAfterMs: number }>;

/** Guards one upstream model. Every pass is settled once. */
type Breaker = Readonly<{
  /** `early`: there is nobody else to ask, so the one probe may be made a second after it opened. */
  enter(early?: boolean): Passage;
  /** `neutral`: the call says nothing about the upstream's health. */
  settle(result: "success" | "failure" | "neutral", probe: Probe | undefined): void;
}>;

export type BreakerReport = Readonly<{
  provider: string;
  model: string;
  state: "closed" | "half-open" | "open";
  consecutiveFailures: number;
  /** 0 to 1, over the window. */
  errorRate: number;
  requestsInWindow: number;
  /** How often it has opened. */
  opens: number;
  /** Until a probe is let through; 0 when one may be now. */
  leftMs: number;
}>;

/** The breakers of all upstream models. They outlive configurations. */
export type Breakers = Readonly<{
  /** `policy` is the one in force from now on. */
  of(provider: string, model: string, policy: BreakerPolicy): Breaker;
  report(): readonly BreakerReport[];
}>;

export type BreakerOptions = Readonly<{
  /** Monotonic milliseconds. */
  now: () => number;
  /** In [0, 1). */
  random: () => number;
  /** Told of every breaker that opens. */
  opened?: (provider: string, model: string) => void;
}>;

/** A model name can be the client's own, so no more breakers than this are kept, those used last. */
const maxBreakers = 10_000;

export function createBreakers(options: BreakerOptions): Breakers {
  const guards = new LRUCache<string, Guard>({ max: maxBreakers });
  return {
    of: (provider, model, policy) => {
      const name = `${provider}\n${model}`;
      const known = guards.get(name);
      known?.follow(policy);
      if (known !== undefined) return known;
      const made = createGuard(provider, model, policy, options);
      guards.set(name, made);
      return made;
    },
    report: () => Array.from(guards.values(), (guard) => guard.report()),
  };
}

type Guard = Breaker &
  Readonly<{
    follow(policy: BreakerPolicy): void;
    report(): BreakerReport;
  }>;

const pass: Passage = { kind: "pass", probe: undefined };
/** The cooldown is lengthened by up to this share, so that instances do not probe in step. */
const jitter = 0.1;
/** How many times the threshold a run of failures takes among requests that mostly succeed. */
const longRun = 4;
/** When all upstreams of a model are out, each is probed this often: often enough to be back soon, too rarely to hurt. */
const earlyProbeMs = 1000;
/** A probe that is under way can end at any moment: this is when to ask again. */
const probeWaitMs = 1000;

/**
 * Closed: calls pass. Open: none does, until the cooldown is over. Half-open: one probe passes; its success closes the
 * breaker, its failure opens it anew. It opens on failures in a row, or on the share of failures in the window.
 */
function createGuard(
  provider: string,
  model: string,
  first: BreakerPolicy,
  { now, random, opened }: BreakerOptions,
): Guard {
  let policy = first;
  let window: ErrorWindow = createErrorWindow(policy.windowMs, now);
  let consecutive = 0;
  let opens = 0;
  /** Undefined: closed. */
  let openUntilMs: number | undefined;
  let openedAtMs = 0;
  /** The one under way. */
  let current: Probe | undefined;

  function open(): void {
    openedAtMs = now();
    openUntilMs = openedAtMs + policy.cooldownMs * (1 + jitter * random());
    opens += 1;
    opened?.(provider, model);
  }

  function close(): void {
    openUntilMs = undefined;
    current = undefined;
    consecutive = 0;
    window.clear();
  }

  function failed(): void {
    consecutive += 1;
    window.add(true);
    const { failures, requests } = window.counts();
    const isMost = failures >= policy.errorRate * requests;
    // A busy upstream that fails now and then has runs of failures by chance: only a long one says that it is gone.
    const isGone = consecutive >= policy.failureThreshold * (isMost ? 1 : longRun);
    if (isGone || (isMost && requests >= policy.minRequests)) open();
  }

  return {
    enter: (early = false) => {
      if (openUntilMs === undefined) return pass;
      const nowMs = now();
      if (nowMs < openUntilMs && !(early && nowMs >= openedAtMs + earlyProbeMs))
        return { kind: "open", retryAfterMs: openUntilMs - nowMs };
      if (current !== undefined && nowMs < current.untilMs) return { kind: "open", retryAfterMs: probeWaitMs };
      current = { opening: opens, untilMs: nowMs + policy.cooldownMs };
      return { kind: "pass", probe: current };
    },
    settle: (result, probe) => {
      if (!policy.enabled) return;
      if (probe !== undefined) {
        if (openUntilMs === undefined || probe.opening !== opens) return;
        // A late success counts, too, or a model that answers more slowly than the cooldown lasts would never be back.
        if (result === "success") return close();
        if (probe !== current) return;
        current = undefined;
        if (result === "failure") open();
        return;
      }
      // Calls that began before it opened change nothing.
      if (result === "neutral" || openUntilMs !== undefined) return;
      if (result === "failure") return failed();
      consecutive = 0;
      window.add(false);
    },
    follow: (next) => {
      if (next === policy) return;
      if (next.windowMs !== policy.windowMs) window = createErrorWindow(next.windowMs, now);
      policy = next;
      if (!policy.enabled) close();
    },
    report: () => {
      const { failures, requests } = window.counts();
      const leftMs = openUntilMs === undefined ? 0 : Math.max(0, openUntilMs - now());
      return {
        provider,
        model,
        state: openUntilMs === undefined ? "closed" : leftMs > 0 ? "open" : "half-open",
        consecutiveFailures: consecutive,
        errorRate: requests === 0 ? 0 : failures / requests,
        requestsInWindow: requests,
        opens,
        leftMs,
      };
    },
  };
}
