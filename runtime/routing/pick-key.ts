import type { PoolStrategy } from "../contract.ts";

/** A key that may be picked. */
type Pickable = Readonly<{
  /** Its place in the configuration. */
  index: number;
  key: Readonly<{ weight: number }>;
  state: Readonly<{ requestsLastMinute(nowMs: number): number; inFlight(): number }>;
}>;

/** Picks one of `usable`, which is in configuration order; undefined when it is empty. */
type PickKey = <S extends Pickable>(usable: readonly S[], nowMs: number) => S | undefined;

/** A picker with the memory its strategy needs. */
export function createPicker(strategy: PoolStrategy, random: () => number): PickKey {
  switch (strategy) {
    case "fallback":
      return (usable) => usable[0];
    case "random":
      return (usable) => usable[Math.floor(random() * usable.length)];
    case "round_robin":
      return createRoundRobin();
    case "weighted":
      return createWeighted();
    case "least_used":
      return leastUsed;
    default:
      return strategy satisfies never;
  }
}

/** The first usable key after the one picked last, so that those left share evenly what a missing one does not take. */
function createRoundRobin(): PickKey {
  let nextIndex = 0;
  return (usable) => {
    const picked = usable.find(({ index }) => index >= nextIndex) ?? usable[0];
    if (picked !== undefined) nextIndex = picked.index + 1;
    return picked;
  };
}

/**
 * Smooth weighted round robin as in nginx (ngx_http_upstream_round_robin.c): every usable key earns its weight, the
 * richest is picked and pays what all have earned. Exact over a cycle, and no key is picked in a burst.
 */
function createWeighted(): PickKey {
  const credit: number[] = [];
  return (usable) => {
    let picked = usable[0];
    let richest = Number.NEGATIVE_INFINITY;
    let earned = 0;
    for (const candidate of usable) {
      const { weight } = candidate.key;
      if (weight <= 0) continue;
      const now = (credit[candidate.index] ?? 0) + weight;
      credit[candidate.index] = now;
      earned += weight;
      if (now <= richest) continue;
      richest = now;
      picked = candidate;
    }
    if (picked !== undefined) credit[picked.index] = (credit[picked.index] ?? 0) - earned;
    return picked;
  };
}

/** The fewest requests in the last minute, then the fewest in flight, then the first. */
const leastUsed: PickKey = (usable, nowMs) => {
  let picked = usable[0];
  for (const candidate of usable) {
    if (picked === undefined || candidate === picked) continue;
    const fewer = candidate.state.requestsLastMinute(nowMs) - picked.state.requestsLastMinute(nowMs);
    if (fewer < 0 || (fewer === 0 && candidate.state.inFlight() < picked.state.inFlight())) picked = candidate;
  }
  return picked;
};
