import type { BreakerReport } from "../routing/circuit-breaker.ts";
import type { HotState } from "../routing/hot-state.ts";
import type { KeyReport } from "../routing/key-state.ts";

/** What traffic and checks have taught about a provider. */
export type ProviderStanding = Readonly<{
  /** The worst of its models. */
  breaker: BreakerReport["state"];
  /** How many keys may be used, rest, or have reached a limit of their own. */
  keys: Readonly<Record<"ok" | "quarantined" | "limited", number>>;
}>;

/** Counts the keys of a provider and looks up its breakers; without any traffic all is well. */
export function providerStanding(
  { breakers, pools }: Pick<HotState, "breakers" | "pools">,
  id: string,
): ProviderStanding {
  const states = breakers.report().flatMap(({ provider, state }) => (provider === id ? [state] : []));
  const keys = { ok: 0, quarantined: 0, limited: 0 };
  for (const { state } of pools.get(id)?.report() ?? []) keys[countedAs[state]] += 1;
  return { breaker: worstFirst.find((state) => states.includes(state)) ?? "closed", keys };
}

const worstFirst = ["open", "half-open"] as const;

/** A key whose probe is awaited is not back yet. */
const countedAs = {
  ok: "ok",
  quarantined: "quarantined",
  probing: "quarantined",
  limited: "limited",
} as const satisfies Record<KeyReport["state"], keyof ProviderStanding["keys"]>;
