import type { KeyRef, Provider, SecretRef } from "../runtime/contract.ts";
import type { Config } from "../schemas/config.ts";
import { defaults } from "../schemas/defaults.ts";
import type { ProviderConfig } from "../schemas/provider-config.ts";
import { defined } from "./defined.ts";
import { lowerSurfaces, type SurfaceIR } from "./lower-surfaces.ts";
import type { Node } from "./node.ts";
import { keyVariable, secretRef } from "./secret.ts";

type Retry = Omit<NonNullable<Config["retry"]>, "budget">;

/** One provider with every default filled in; `retry` holds what the configuration, whose tree is `root`, says for all. */
export function lowerProvider(
  id: string,
  config: ProviderConfig,
  retry: Retry,
  root: Node,
): Readonly<{ provider: Provider; surfaces: readonly SurfaceIR[] }> {
  const [main, ...others] = lowerSurfaces(id, config, root);
  const provider = {
    ...defined({ label: config.label }),
    ...main.surface,
    ...(others.length === 0 ? {} : { also: others.map(({ surface }) => surface) }),
    keys: main.surface.auth === "none" ? [] : lowerKeys(id, config, root),
    pool: config.pool ?? defaults.pool,
    timeouts: lowerTimeouts(config.timeouts),
    retry: lowerRetry({ ...retry, ...config.retry }),
    breaker: lowerBreaker(config.circuit_breaker),
    maxInFlight: config.max_in_flight ?? 0,
    quarantine: config.quarantine ?? true,
    zdr: config.zdr ?? false,
    collectsData: config.data_collection !== "deny",
  };
  return { provider, surfaces: [main, ...others] };
}

/** The id of the key that stands outside the pool's list, and of the key at a place in it. */
export const defaultKeyId = "default";
export const keyId = (written: string | undefined, index: number): string => written ?? `key-${index + 1}`;

function lowerKeys(id: string, { api_key, keys, oauth }: ProviderConfig, root: Node): readonly KeyRef[] {
  if (oauth !== undefined) {
    return [
      { id: defaultKeyId, secret: [secretRef(oauth.client_secret, root, ["providers", id, "oauth", "client_secret"])] },
    ];
  }
  const pool = (keys ?? []).map((key, index) =>
    defined({
      id: keyId(key.id, index),
      secret: [secretRef(key.key, root, ["providers", id, "keys", index, "key"])],
      weight: key.weight,
      requestsPerMinute: key.rpm,
      tokensPerMinute: key.tpm,
      dailyBudgetUsd: key.daily_budget_usd,
      monthlyBudgetUsd: key.monthly_budget_usd,
      billing: key.billing,
    }),
  );
  if (api_key === undefined && pool.length > 0) return pool;
  return [{ id: defaultKeyId, secret: apiKeyRefs(id, api_key, root) }, ...pool];
}

/** The provider's own variable first, so that a deployment overrides what a file says. */
function apiKeyRefs(id: string, written: string | undefined, root: Node): readonly SecretRef[] {
  const own: SecretRef = { from: "env", name: keyVariable(id) };
  if (written === undefined) return [own];
  const said = secretRef(written, root, ["providers", id, "api_key"]);
  return said.from === "env" && said.name === own.name ? [own] : [own, said];
}

function lowerTimeouts(timeouts: ProviderConfig["timeouts"] = {}): Provider["timeouts"] {
  return {
    connectMs: timeouts.connect_ms ?? defaults.timeouts.connectMs,
    firstByteMs: timeouts.first_byte_ms ?? defaults.timeouts.firstByteMs,
    idleMs: timeouts.idle_ms ?? defaults.timeouts.idleMs,
    totalMs: timeouts.total_ms ?? defaults.timeouts.totalMs,
  };
}

function lowerRetry(retry: Retry): Provider["retry"] {
  return {
    maxAttempts: retry.max_attempts ?? defaults.retry.maxAttempts,
    initialBackoffMs: retry.initial_backoff_ms ?? defaults.retry.initialBackoffMs,
    maxBackoffMs: retry.max_backoff_ms ?? defaults.retry.maxBackoffMs,
    multiplier: retry.multiplier ?? defaults.retry.multiplier,
    statuses: retry.statuses ?? defaults.retryStatuses,
    sameProvider: retry.same_provider ?? defaults.retry.sameProvider,
  };
}

function lowerBreaker(breaker: ProviderConfig["circuit_breaker"] = {}): Provider["breaker"] {
  return {
    enabled: breaker.enabled ?? true,
    failureThreshold: breaker.failure_threshold ?? defaults.circuitBreaker.failureThreshold,
    errorRate: breaker.error_rate ?? defaults.circuitBreaker.errorRate,
    minRequests: breaker.min_requests ?? defaults.circuitBreaker.minRequests,
    windowMs: breaker.window_ms ?? defaults.circuitBreaker.windowMs,
    cooldownMs: breaker.cooldown_ms ?? defaults.circuitBreaker.cooldownMs,
  };
}
