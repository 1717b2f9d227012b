import type { PoolStrategy } from "../contract.ts";
import {
  createKeyState,
  type KeyReport,
  type KeyState,
  type KeyStateOptions,
  type KeyUse,
  type Lease,
  type Obstacle,
} from "./key-state.ts";
import { createPicker } from "./pick-key.ts";
import type { PooledKey } from "./pooled-key.ts";

/** What one attempt asks of a pool. */
export type KeyAsk = KeyUse &
  Readonly<{
    /** Ids of the keys already tried in this request. */
    exclude: ReadonlySet<string>;
    /** Nothing else is left to try: a key that only our own schedule keeps out may be used, by one request at a time. */
    lastResort: boolean;
  }>;

export type Taken =
  | Readonly<{ kind: "key"; lease: Lease }>
  | Readonly<{
      kind: "none";
      /** `excluded`: every key was tried in this request. Else why the key that is back first of those not tried is out. */
      reason: "quarantined" | "limited" | "excluded" | "no-key";
      /** What keeps back the key that can be used soonest, tried ones included; undefined when nothing does. */
      class: Obstacle["class"] | undefined;
      /** When that is over; 0 when a tried key could be used again at once, undefined when there is no key. */
      retryAfterMs: number | undefined;
    }>;

/** The keys of one provider. */
export type KeyPool = Readonly<{
  /** Lends a key for one attempt that starts now. */
  take(ask: KeyAsk): Taken;
  /** How long until some key may be used for `use`, as a last resort too; undefined when there is none. */
  waitMs(use: KeyUse): number | undefined;
  /**
   * A background check of the key (such as GET /v1/models) was accepted or refused with 401 or 403. Refused takes the
   * key out, accepted brings the probe of a rejected one forward. Other answers say nothing: do not report them.
   */
  probed(keyId: string, accepted: boolean): void;
  /** Puts a key back into service by hand; false when there is none of that id. */
  reset(keyId: string): boolean;
  /** In configuration order. Never holds a secret. */
  report(): readonly KeyReport[];
  /** For the pool that replaces this one: what is known of the same key, that is the same id and the same value. */
  stateOf(key: PooledKey): KeyState | undefined;
}>;

export type KeyPoolOptions = Readonly<{ strategy: PoolStrategy; probeLeaseMs?: number }> &
  Omit<KeyStateOptions, "probeLeaseMs">;

const defaultProbeLeaseMs = 60_000;

/**
 * Keeps the health, limits and use of a provider's keys and picks one for each attempt. A key goes out of service when
 * it is refused (quarantine.ts has the times), when its own limits are reached, or for one model that it may not use.
 * `previous` is the pool before a reload: keys that stay keep all that is known of them, leases in flight included.
 */
export function createKeyPool(keys: readonly PooledKey[], options: KeyPoolOptions, previous?: KeyPool): KeyPool {
  const stateOptions = { probeLeaseMs: defaultProbeLeaseMs, ...options };
  const slots = keys.map((key, index) => ({
    index,
    key,
    state: previous?.stateOf(key) ?? createKeyState(stateOptions),
  }));
  const pick = createPicker(options.strategy, options.random);
  /** Filled anew by every `choose`; kept so that a request allocates none. */
  const usable: Slot[] = [];

  function choose(ask: KeyAsk, nowMs: number, early: boolean): Slot | undefined {
    usable.length = 0;
    for (const slot of slots) {
      if (ask.exclude.has(slot.key.id)) continue;
      if (slot.state.obstacle(slot.key, ask, nowMs, early) === undefined) usable.push(slot);
    }
    return pick(usable, nowMs);
  }

  return {
    take(ask) {
      const nowMs = options.now();
      const slot = choose(ask, nowMs, false) ?? (ask.lastResort ? choose(ask, nowMs, true) : undefined);
      if (slot === undefined) return none(slots, ask, nowMs);
      return { kind: "key", lease: slot.state.lend(slot.key, ask, nowMs) };
    },
    waitMs: (use) => soonestOf(slots, use, options.now(), true)?.waitMs,
    probed(keyId, accepted) {
      slots.find(({ key }) => key.id === keyId)?.state.checked(accepted, options.now());
    },
    reset(keyId) {
      const slot = slots.find(({ key }) => key.id === keyId);
      slot?.state.reset();
      return slot !== undefined;
    },
    report() {
      const nowMs = options.now();
      return slots.map(({ key, state }) => state.report(key, nowMs));
    },
    stateOf: ({ id, value }) => slots.find(({ key }) => key.id === id && key.value === value)?.state,
  };
}

type Slot = Readonly<{ index: number; key: PooledKey; state: KeyState }>;

/** Why none of the keys can be used, and when one can. */
function none(slots: readonly Slot[], ask: KeyAsk, nowMs: number): Taken {
  const soonest = soonestOf(slots, ask, nowMs, false);
  if (soonest === undefined) return { kind: "none", reason: "no-key", class: undefined, retryAfterMs: undefined };
  const untried = soonestOf(
    slots.filter(({ key }) => !ask.exclude.has(key.id)),
    ask,
    nowMs,
    false,
  );
  const reason = untried === undefined ? "excluded" : untried.class === "limited" ? "limited" : "quarantined";
  return { kind: "none", reason, class: soonest.class, retryAfterMs: soonest.waitMs };
}

const unhindered = { class: undefined, waitMs: 0 } as const;

function soonestOf(
  slots: readonly Slot[],
  use: KeyUse,
  nowMs: number,
  early: boolean,
): Obstacle | typeof unhindered | undefined {
  let soonest: Obstacle | typeof unhindered | undefined;
  for (const { key, state } of slots) {
    const obstacle = state.obstacle(key, use, nowMs, early) ?? unhindered;
    if (soonest === undefined || obstacle.waitMs < soonest.waitMs) soonest = obstacle;
  }
  return soonest;
}
