import { createHash } from "node:crypto";
import type { Provider, SecretRef } from "../runtime/contract.ts";
import type { Config, ProviderConfig } from "../schemas/config.ts";
import { defaults } from "../schemas/defaults.ts";
import type { Ast } from "./ast.ts";
import { baseUrl, isVendor } from "./base-url.ts";
import type { ProviderIR, RouterIR, SchemaIR } from "./ir.ts";
import { lowerRules } from "./lower-rules.ts";
import { spanAt, toRecord } from "./node.ts";
import { type ProviderType, providersOf, providerType, resolverOf } from "./resolve.ts";
import { keyVariable, secretRef } from "./secret.ts";
import { type Sources, sourceFiles } from "./span.ts";

/**
 * A checked AST to the IR: names resolved, defaults filled in, secrets replaced by where they are. Raises nothing.
 * `catalog.configFile` is relative to the configuration's own folder.
 */
export function lower(ast: Ast, sources: Sources): RouterIR {
  const config = ast.config.value;
  const resolver = resolverOf(config);
  const providers = lowerProviders(ast);
  return {
    sources: sourceFiles(sources)
      .map(({ file, text }) => ({ file, sha256: createHash("sha256").update(text).digest("hex") }))
      .sort((a, b) => order(a.file, b.file)),
    catalog: {
      configFile: sources.config.file,
      listen: listen(config.listen_addr),
      providers: Object.fromEntries(providers.map(({ id, provider }) => [id, provider])),
      ...lowerSettings(config),
    },
    providers,
    resolver,
    rules: lowerRules(ast, sources, resolver),
    schemas: lowerSchemas(ast),
  };
}

function lowerProviders(ast: Ast): readonly ProviderIR[] {
  const written = ast.config.value.providers ?? {};
  return Object.entries(providersOf(ast.config.value))
    .sort(([a], [b]) => order(a, b))
    .map(([id, provider]) => ({
      id,
      provider: lowerProvider(id, provider),
      models: provider.models ?? [],
      span: Object.hasOwn(written, id) ? spanAt(ast.config.root, ["providers", id]) : undefined,
    }));
}

function lowerProvider(id: string, provider: ProviderConfig): Provider {
  const type = providerType(id, provider.type) ?? "openai";
  const url = baseUrl(type, provider.base_url);
  const auth = provider.auth ?? (type === "openai" ? "bearer" : "x-api-key");
  const timeouts = provider.timeouts ?? {};
  return {
    format: formats[type],
    baseUrl: url,
    auth,
    keys: auth === "none" ? [] : [{ id: "default", secret: keyRefs(id, provider.api_key) }],
    pool: defaults.pool,
    timeouts: {
      connectMs: timeouts.connect_ms ?? defaults.timeouts.connectMs,
      firstByteMs: timeouts.first_byte_ms ?? defaults.timeouts.firstByteMs,
      idleMs: timeouts.idle_ms ?? defaults.timeouts.idleMs,
      totalMs: timeouts.total_ms ?? defaults.timeouts.totalMs,
    },
    dialect: {
      vendor: isVendor(type, url),
      streamOptions: provider.stream_options ?? true,
      maxTokensField: provider.max_tokens_field ?? "auto",
    },
    retry: lowerRetry(provider.retry),
    breaker: lowerBreaker(provider.circuit_breaker),
    maxInFlight: 0,
    zdr: false,
    collectsData: true,
  };
}

function lowerRetry(retry: ProviderConfig["retry"] = {}): Provider["retry"] {
  return {
    maxAttempts: retry.max_attempts ?? defaults.retry.maxAttempts,
    initialBackoffMs: retry.initial_backoff_ms ?? defaults.retry.initialBackoffMs,
    maxBackoffMs: retry.max_backoff_ms ?? defaults.retry.maxBackoffMs,
    multiplier: defaults.retry.multiplier,
    statuses: retry.statuses ?? defaults.retryStatuses,
    sameProvider: defaults.retry.sameProvider,
  };
}

function lowerBreaker(breaker: ProviderConfig["circuit_breaker"] = {}): Provider["breaker"] {
  return {
    enabled: breaker.enabled ?? true,
    failureThreshold: breaker.failure_threshold ?? defaults.circuitBreaker.failureThreshold,
    errorRate: defaults.circuitBreaker.errorRate,
    minRequests: defaults.circuitBreaker.minRequests,
    windowMs: defaults.circuitBreaker.windowMs,
    cooldownMs: breaker.cooldown_ms ?? defaults.circuitBreaker.cooldownMs,
  };
}

const formats = {
  openai: "openai-chat",
  anthropic: "anthropic-messages",
} as const satisfies Record<ProviderType, Provider["format"]>;

/** The provider's own variable first, so that a deployment overrides what a file says. */
function keyRefs(id: string, written: string | undefined): readonly SecretRef[] {
  const own: SecretRef = { from: "env", name: keyVariable(id) };
  if (written === undefined) return [own];
  const said = secretRef(written, ["providers", id, "api_key"]);
  return said.from === "env" && said.name === own.name ? [own] : [own, said];
}

function lowerSettings(config: Config): Omit<RouterIR["catalog"], "configFile" | "listen" | "providers"> {
  const { router = {}, auth = {}, limits = {}, health = {}, shutdown = {}, startup = {} } = config;
  return {
    auth: {
      mode: auth.mode ?? "auto",
      keys: (auth.keys ?? []).map((key, index) => secretRef(key, ["auth", "keys", String(index)])),
    },
    limits: {
      maxBodyBytes: limits.max_body_bytes ?? defaults.limits.maxBodyBytes,
      maxJsonDepth: limits.max_json_depth ?? defaults.limits.maxJsonDepth,
      maxResponseBytes: limits.max_response_bytes ?? defaults.limits.maxResponseBytes,
      ...defaults.admission,
    },
    routing: defaults.routing,
    failover: {
      ...defaults.failover,
      statuses: defaults.failoverStatuses,
      include4xx: false,
      relay401: false,
    },
    retryBudget: defaults.retryBudget,
    benchmark: { enabled: false, intervalMs: defaults.benchmark.intervalSeconds * 1000 },
    admin: { key: [] },
    replyModel: "served",
    unknownModelStatus: 404,
    tiers: {},
    preflush: {
      bufferBytes: router.preflush_buffer_bytes ?? defaults.preflush.bufferBytes,
      maxMs: router.preflush_max_ms ?? defaults.preflush.maxMs,
    },
    health: {
      probeIntervalMs: (health.probe_interval_s ?? defaults.health.probeIntervalSeconds) * 1000,
      failOn: health.fail_on ?? defaults.health.failOn,
    },
    shutdown: { drainMs: shutdown.drain_ms ?? defaults.shutdown.drainMs },
    startup: { allowMissingKeys: startup.allow_missing_keys ?? defaults.startup.allowMissingKeys },
  };
}

function listen(written: string | readonly string[] = defaults.listenAddress): readonly [string, ...string[]] {
  const [first = defaults.listenAddress, ...rest] = typeof written === "string" ? [written] : written;
  return [first, ...rest];
}

function lowerSchemas(ast: Ast): readonly SchemaIR[] {
  return ast.schemas
    .map(({ name, file, root }) => ({ name, file, schema: root.kind === "map" ? toRecord(root) : {} }))
    .sort((a, b) => order(a.name, b.name));
}

/** By code units, the same on every machine. */
function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
