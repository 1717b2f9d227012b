import type { KeyRef, Provider, SecretRef } from "../runtime/contract.ts";
import type { Config } from "../schemas/config.ts";
import { defaults } from "../schemas/defaults.ts";
import type { ProviderConfig } from "../schemas/provider-config.ts";
import { baseUrl, isVendor } from "./base-url.ts";
import { defined } from "./defined.ts";
import type { Node } from "./node.ts";
import { type ProviderType, providerType } from "./resolve.ts";
import { keyVariable, secretRef } from "./secret.ts";

type Retry = Omit<NonNullable<Config["retry"]>, "budget">;

/** One provider with every default filled in; `retry` holds what the configuration, whose tree is `root`, says for all. */
export function lowerProvider(id: string, provider: ProviderConfig, retry: Retry, root: Node): Provider {
  const type = providerType(id, provider.type);
  const url = baseUrl(type, provider.base_url);
  const auth = provider.auth ?? (type === "openai" ? "bearer" : "x-api-key");
  return {
    ...defined({ label: provider.label, path: provider.path }),
    format: formats[type],
    baseUrl: url,
    auth,
    keys: auth === "none" ? [] : lowerKeys(id, provider, root),
    pool: provider.pool ?? defaults.pool,
    timeouts: lowerTimeouts(provider.timeouts),
    dialect: {
      vendor: isVendor(type, url),
      streamOptions: provider.stream_options ?? true,
      maxTokensField: provider.max_tokens_field ?? "auto",
    },
    retry: lowerRetry({ ...retry, ...provider.retry }),
    breaker: lowerBreaker(provider.circuit_breaker),
    maxInFlight: provider.max_in_flight ?? 0,
    quarantine: provider.quarantine ?? true,
    zdr: provider.zdr ?? false,
    collectsData: provider.data_collection !== "deny",
  };
}

const formats = {
  openai: "openai-chat",
  anthropic: "anthropic-messages",
} as const satisfies Record<ProviderType, Provider["format"]>;

/** The id of the key that stands outside the pool's list, and of the key at a place in it. */
export const defaultKeyId = "default";
export const keyId = (written: string | undefined, index: number): string => written ?? `key-${index + 1}`;

function lowerKeys(id: string, { api_key, keys }: ProviderConfig, root: Node): readonly KeyRef[] {
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
