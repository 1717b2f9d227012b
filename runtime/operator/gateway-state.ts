import type { AdmissionReport } from "../admission/admission.ts";
import type { BreakerReport } from "../routing/circuit-breaker.ts";
import type { HotState } from "../routing/hot-state.ts";
import type { KeyReport } from "../routing/key-state.ts";
import type { SpeedReport } from "../routing/throughput.ts";
import type { ReloadStatus } from "../server/generation.ts";

type Sources = Readonly<{
  status: ReloadStatus;
  uptimeMs: number;
  admission: AdmissionReport;
  hot: Pick<HotState, "keys" | "breakers" | "throughput">;
}>;

/**
 * The JSON of GET /admin/state: the configuration in force, the load, and all that is known of keys, breakers and speeds.
 * Keys go by their ids; their values are nowhere in it.
 */
export function gatewayState({ status, uptimeMs, admission, hot }: Sources): object {
  const { inFlight, queued, limit, load } = admission;
  return {
    ...status,
    uptime_seconds: Math.round(uptimeMs / 1000),
    in_flight: inFlight,
    queued,
    limit,
    // Memory is looked at only where it is limited.
    rss_bytes: load.rssBytes === 0 ? null : load.rssBytes,
    keys: hot.keys().flatMap(({ provider, keys }) => keys.map((key) => keyState(provider, key))),
    breakers: hot.breakers.report().map(breakerState),
    throughput: hot.throughput.report().map(speedState),
  };
}

function keyState(provider: string, key: KeyReport): object {
  return {
    provider,
    id: key.id,
    billing: key.billing,
    state: key.state,
    why: key.why ?? null,
    needs_attention: key.needsAttention,
    left_ms: Math.round(key.leftMs),
    denied_models: key.deniedModels,
    requests: key.requests,
    failures: key.failures,
    in_flight: key.inFlight,
    spent_today_usd: key.spentTodayUsd,
    spent_month_usd: key.spentMonthUsd,
  };
}

function breakerState(breaker: BreakerReport): object {
  return {
    provider: breaker.provider,
    model: breaker.model,
    state: breaker.state,
    left_ms: Math.round(breaker.leftMs),
    consecutive_failures: breaker.consecutiveFailures,
    error_rate: breaker.errorRate,
    requests_in_window: breaker.requestsInWindow,
    opens: breaker.opens,
  };
}

function speedState({ provider, model, tps, latencyMs, samples, ageMs }: SpeedReport): object {
  return {
    provider,
    model,
    tokens_per_second: tps ?? null,
    latency_ms: latencyMs === undefined ? null : Math.round(latencyMs),
    samples,
    age_ms: Math.round(ageMs),
  };
}
