import type { Catalog, Provider } from "../contract.ts";
import type { HotState } from "../routing/hot-state.ts";
import { type ProviderStanding, providerStanding } from "./provider-standing.ts";

/** The JSON of GET /health: tiers and whether every upstream has its key, and what the gateway knows of its providers. */
export type TierHealth = Readonly<{
  status: "ok" | "degraded" | "unhealthy";
  tiers: Readonly<Record<string, Readonly<{ upstream: string; key_present: boolean }>>>;
  providers: Readonly<
    Record<
      string,
      Readonly<{ key_present: boolean; healthy: boolean; error_rate: number; breaker: ProviderStanding["breaker"] }>
    >
  >;
  healthy_providers: number;
  total_providers: number;
  tps_threshold: number;
}>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * 503 when an upstream lacks its key or none is healthy; `ok` only with 200. Keys are looked up anew, so that one that was
 * taken out of the environment shows. A provider is healthy while fewer than half of its lately counted requests failed.
 */
export function tierHealth(
  { providers, tiers, routing }: Pick<Catalog, "providers" | "tiers" | "routing">,
  hot: Pick<HotState, "breakers" | "pools">,
  env: Environment,
): Readonly<{ status: 200 | 503; body: TierHealth }> {
  const reports = hot.breakers.report();
  const states = Object.entries(providers).map(([id, provider]) => {
    const own = reports.filter((report) => report.provider === id);
    const requests = own.reduce((sum, report) => sum + report.requestsInWindow, 0);
    const failures = own.reduce((sum, report) => sum + report.errorRate * report.requestsInWindow, 0);
    const errorRate = requests === 0 ? 0 : failures / requests;
    const { breaker } = providerStanding(hot, id);
    const state = {
      key_present: hasKey(provider, env, hot.pools.has(id)),
      healthy: errorRate < 0.5 && breaker !== "open",
      error_rate: errorRate,
      breaker,
    };
    return [id, state] as const;
  });
  const byId = new Map(states);
  const healthy = states.filter(([, state]) => state.healthy && state.key_present).length;
  const isWell = healthy > 0 && states.every(([, { key_present }]) => key_present);
  const body: TierHealth = {
    status: isWell ? "ok" : healthy > 0 ? "degraded" : "unhealthy",
    tiers: Object.fromEntries(
      Object.entries(tiers).map(([keyword, { provider }]) => [
        keyword,
        {
          upstream: providers[provider]?.label ?? provider,
          key_present: byId.get(provider)?.key_present ?? false,
        },
      ]),
    ),
    providers: Object.fromEntries(states),
    healthy_providers: healthy,
    total_providers: states.length,
    tps_threshold: routing.minTps,
  };
  return { status: isWell ? 200 : 503, body };
}

/** A key that was written in the file stays for as long as the process lasts. */
function hasKey({ auth, keys }: Provider, env: Environment, wasThere: boolean): boolean {
  if (auth === "none") return true;
  return keys.some(({ secret }) =>
    secret.some((ref) => (ref.from === "env" ? (env[ref.name]?.trim() ?? "") !== "" : wasThere)),
  );
}
