import type { PoolStrategy } from "../../runtime/contract.ts";
import { createKeyPool, type KeyAsk, type KeyPool, type Taken } from "../../runtime/routing/key-pool.ts";
import type { KeyReport, Lease } from "../../runtime/routing/key-state.ts";
import type { PooledKey } from "../../runtime/routing/pooled-key.ts";

/** A key without limits; its value is its id with `sk-` before it. */
export function pooledKey(id: string, given: Partial<PooledKey> = {}): PooledKey {
  return {
    id,
    value: `sk-${id}`,
    weight: 1,
    requestsPerMinute: undefined,
    tokensPerMinute: undefined,
    dailyBudgetUsd: undefined,
    monthlyBudgetUsd: undefined,
    billing: "platform",
    ...given,
  };
}

/** 2026-11-21 12:00 UTC. */
const noonMs = Date.UTC(2026, 10, 21, 12);

/** A pool whose clocks stand still until told otherwise; `random` is 0 unless given. */
export function poolFixture(
  keys: readonly PooledKey[],
  options: Readonly<{
    strategy?: PoolStrategy;
    random?: () => number;
    probeLeaseMs?: number;
    startEpochMs?: number;
  }> = {},
) {
  const clock = { nowMs: 5_000 };
  const epochStartMs = (options.startEpochMs ?? noonMs) - clock.nowMs;
  const poolOptions = {
    strategy: options.strategy ?? "fallback",
    now: () => clock.nowMs,
    epochMs: () => epochStartMs + clock.nowMs,
    random: options.random ?? (() => 0),
    ...(options.probeLeaseMs === undefined ? {} : { probeLeaseMs: options.probeLeaseMs }),
  };
  let pool: KeyPool = createKeyPool(keys, poolOptions);
  const take = (ask: Partial<KeyAsk> = {}): Taken =>
    pool.take({ model: "m", exclude: new Set(), tokens: 0, lastResort: false, ...ask });
  return {
    take,
    pass(ms: number): void {
      clock.nowMs += ms;
    },
    lease(ask: Partial<KeyAsk> = {}): Lease {
      const taken = take(ask);
      if (taken.kind === "none") throw new Error(`no key: ${JSON.stringify(taken)}`);
      return taken.lease;
    },
    /** The id of the key that is lent, or why none is. */
    who(ask: Partial<KeyAsk> = {}): string {
      const taken = take(ask);
      return taken.kind === "key" ? taken.lease.key.id : taken.reason;
    },
    reset: (id: string) => pool.reset(id),
    probed: (id: string, accepted: boolean) => pool.probed(id, accepted),
    report(id: string): KeyReport {
      const report = pool.report().find((key) => key.id === id);
      if (report === undefined) throw new Error(`no key named ${id}`);
      return report;
    },
    reports: () => pool.report(),
    reload(next: readonly PooledKey[]): void {
      pool = createKeyPool(next, poolOptions, pool);
    },
  };
}

/** Deterministic numbers in [0, 1) (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
