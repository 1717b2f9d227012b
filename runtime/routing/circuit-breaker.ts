import type { BreakerPolicy } from "../contract.ts";
import { createErrorWindow, type ErrorWindow } from "./error-window.ts";

/** Whether an upstream model may be called. A pass that is a probe is the only call until it is settled. */
export type Passage = Readonly<{ kind: "pass"; probe: boolean }> | Readonly<{ kind: "open"; retryAfterMs: number }>;

/** Guards one upstream model. Every pass is settled once. */
export type Breaker = Readonly<{
  enter(): Passage;
  /** `neutral`: the call says nothing about the upstream's health. */
  settle(result: "success" | "failure" | "neutral", probe: boolean): void;
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
}>;

/** A model name can be the client's own, so idle breakers beyond this many are forgotten, the oldest first. */
const maxBreakers = 10_000;

export function createBreakers(options: BreakerOptions): Breakers {
  const byProvider = new Map<string, Map<string, Guard>>();
  let size = 0;

  function forgetOne(): void {
    for (const [, guards] of byProvider) {
      for (const [model, guard] of guards) {
        if (guard.report("", "").state !== "closed") continue;
        guards.delete(model);
        size -= 1;
        return;
      }
    }
  }

  return {
    of: (provider, model, policy) => {
      const known = byProvider.get(provider);
      const guards = known ?? new Map<string, Guard>();
      if (known === undefined) byProvider.set(provider, guards);
      const guard = guards.get(model);
      if (guard !== undefined) {
        guard.follow(policy);
        return guard;
      }
      if (size >= maxBreakers) forgetOne();
      const made = createGuard(policy, options);
      guards.set(model, made);
      size += 1;
      return made;
    },
    report: () =>
      [...byProvider].flatMap(([provider, guards]) =>
        [...guards].map(([model, guard]) => guard.report(provider, model)),
      ),
  };
}

type Guard = Breaker &
  Readonly<{
    follow(policy: BreakerPolicy): void;
    report(provider: string, model: string): BreakerReport;
  }>;

const pass: Passage = { kind: "pass", probe: false };
const probePass: Passage = { kind: "pass", probe: true };
/** The cooldown is lengthened by up to this share, so that instances do not probe in step. */
const jitter = 0.1;
/** A probe that is under way can end at any moment: this is when to ask again. */
const probeWaitMs = 1000;

/**
 * Closed: calls pass. Open: none does, until the cooldown is over. Half-open: one probe passes; its success closes the
 * breaker, its failure opens it anew. It opens on failures in a row, or on the share of failures in the window.
 */
function createGuard(first: BreakerPolicy, { now, random }: BreakerOptions): Guard {
  let policy = first;
  let window: ErrorWindow = createErrorWindow(policy.windowMs, now);
  let consecutive = 0;
  let opens = 0;
  /** Undefined: closed. */
  let openUntilMs: number | undefined;
  /** When the probe under way no longer keeps others out; undefined when there is none. */
  let probeUntilMs: number | undefined;

  function open(): void {
    openUntilMs = now() + policy.cooldownMs * (1 + jitter * random());
    probeUntilMs = undefined;
    opens += 1;
  }

  function close(): void {
    openUntilMs = undefined;
    probeUntilMs = undefined;
    consecutive = 0;
    window.clear();
  }

  function failed(): void {
    consecutive += 1;
    window.add(true);
    const { failures, requests } = window.counts();
    const tooMany = requests >= policy.minRequests && failures >= policy.errorRate * requests;
    if (consecutive >= policy.failureThreshold || tooMany) open();
  }

  return {
    enter: () => {
      if (openUntilMs === undefined || !policy.enabled) return pass;
      const nowMs = now();
      if (nowMs < openUntilMs) return { kind: "open", retryAfterMs: openUntilMs - nowMs };
      if (probeUntilMs !== undefined && nowMs < probeUntilMs) return { kind: "open", retryAfterMs: probeWaitMs };
      // A probe that never comes back must not keep the model out for ever.
      probeUntilMs = nowMs + policy.cooldownMs;
      return probePass;
    },
    settle: (result, probe) => {
      if (!policy.enabled) return;
      if (probe) {
        probeUntilMs = undefined;
        if (result === "success") close();
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
    },
    report: (provider, model) => {
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
