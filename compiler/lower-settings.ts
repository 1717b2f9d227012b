import type { Catalog } from "../runtime/contract.ts";
import type { Config } from "../schemas/config.ts";
import { defaults } from "../schemas/defaults.ts";
import type { Ast } from "./ast.ts";
import type { ResolverIR } from "./ir.ts";
import { clientKeyRef, secretRef } from "./secret.ts";

type Settings = Omit<Catalog, "configFile" | "listen" | "providers" | "models">;

/** Everything of the catalog that is about the gateway as a whole, with every default filled in. */
export function lowerSettings({ value: config, root }: Ast["config"], resolver: ResolverIR): Settings {
  const { router = {}, auth = {}, admin = {}, health = {}, store = {}, log = {}, shutdown = {}, startup = {} } = config;
  return {
    auth: {
      mode: auth.mode ?? "auto",
      keys: (auth.keys ?? []).map((key, index) => clientKeyRef(key, root, index)),
    },
    limits: lowerLimits(config.limits),
    translation: lowerTranslation(config.translation),
    ...lowerRouting(config, resolver),
    admin: { key: admin.key === undefined ? [] : [secretRef(admin.key, root, ["admin", "key"])] },
    replyModel: config.http?.response_model ?? "served",
    preflush: {
      bufferBytes: router.preflush_buffer_bytes ?? defaults.preflush.bufferBytes,
      maxMs: router.preflush_max_ms ?? defaults.preflush.maxMs,
    },
    health: {
      probeIntervalMs: (health.probe_interval_s ?? defaults.health.probeIntervalSeconds) * 1000,
      failOn: health.fail_on ?? defaults.health.failOn,
    },
    store: {
      path: store.path ?? defaults.store.path,
      retentionDays: store.retention_days ?? defaults.store.retentionDays,
      maxTraces: store.max_traces ?? defaults.store.maxTraces,
    },
    log: {
      ...(log.file === undefined ? {} : { file: log.file }),
      maxBytes: (log.max_mib ?? defaults.log.maxMib) * mib,
      keep: log.keep ?? defaults.log.keep,
      bodiesOf: log.bodies_of ?? defaults.log.bodiesOf,
      noBodiesOf: log.no_bodies_of ?? defaults.log.noBodiesOf,
    },
    telemetry: lowerTelemetry(config.telemetry, root),
    shutdown: { drainMs: shutdown.drain_ms ?? defaults.shutdown.drainMs },
    startup: {
      allowMissingKeys: startup.allow_missing_keys ?? defaults.startup.allowMissingKeys,
      allowPrivilegedPort: config.allow_privileged_port ?? false,
    },
  };
}

function lowerTelemetry(telemetry: Config["telemetry"] = {}, root: Ast["config"]["root"]): Catalog["telemetry"] {
  const { headers = {}, otlp_endpoint: endpoint } = telemetry;
  return {
    serviceName: telemetry.service_name ?? defaults.telemetry.serviceName,
    ...(endpoint === undefined ? {} : { endpoint }),
    protocol: telemetry.protocol ?? defaults.telemetry.protocol,
    // All of them are secrets: vendors put their keys under names of their own.
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name.toLowerCase(),
        secretRef(value, root, ["telemetry", "headers", name]),
      ]),
    ),
    sampleRatio: telemetry.sample_ratio ?? defaults.telemetry.sampleRatio,
    propagate: telemetry.propagate ?? defaults.telemetry.propagate,
    metrics: telemetry.metrics ?? defaults.telemetry.metrics,
  };
}

const mib = 1024 * 1024;

function lowerLimits(limits: Config["limits"] = {}): Catalog["limits"] {
  return {
    maxBodyBytes: limits.max_body_bytes ?? defaults.limits.maxBodyBytes,
    maxJsonDepth: limits.max_json_depth ?? defaults.limits.maxJsonDepth,
    maxResponseBytes: limits.max_response_bytes ?? defaults.limits.maxResponseBytes,
    maxInFlight: limits.max_in_flight ?? defaults.admission.maxInFlight,
    queueSize: limits.queue_size ?? defaults.admission.queueSize,
    queueMs: limits.queue_ms ?? defaults.admission.queueMs,
    adaptive: limits.adaptive ?? defaults.admission.adaptive,
    maxRssBytes: limits.max_rss_mb === undefined ? defaults.admission.maxRssBytes : limits.max_rss_mb * mib,
    maxLoopDelayMs: limits.max_loop_delay_ms ?? defaults.admission.maxLoopDelayMs,
  };
}

function lowerTranslation(translation: Config["translation"] = {}): Catalog["translation"] {
  return {
    onLoss: translation.on_loss ?? defaults.translation.onLoss,
    autoCache: translation.auto_cache ?? defaults.translation.autoCache,
    downloads: translation.downloads ?? defaults.translation.downloads,
    downloadMaxBytes: translation.download_max_bytes ?? defaults.translation.downloadMaxBytes,
    downloadTimeoutMs: translation.download_timeout_ms ?? defaults.translation.downloadTimeoutMs,
    downloadPrivate: translation.download_private ?? defaults.translation.downloadPrivate,
  };
}

type RoutingSettings = "routing" | "failover" | "retryBudget" | "benchmark" | "unknownModelStatus" | "tiers";

function lowerRouting(config: Config, resolver: ResolverIR): Pick<Catalog, RoutingSettings> {
  const { routing = {}, failover = {}, benchmark = {} } = config;
  const { budget = {} } = config.retry ?? {};
  return {
    routing: {
      strategy: routing.strategy ?? defaults.routing.strategy,
      minTps: routing.min_tps ?? defaults.routing.minTps,
      slow: routing.slow ?? defaults.routing.slow,
    },
    failover: {
      statuses: failover.statuses ?? defaults.failoverStatuses,
      include4xx: failover.include_4xx ?? false,
      exhausted: failover.exhausted ?? defaults.failover.exhausted,
      maxAttempts: failover.max_attempts ?? defaults.failover.maxAttempts,
      deadlineMs: failover.deadline_ms ?? defaults.failover.deadlineMs,
      relay401: failover.relay_401 ?? false,
    },
    retryBudget: {
      percent: budget.percent ?? defaults.retryBudget.percent,
      minPerSecond: budget.min_per_second ?? defaults.retryBudget.minPerSecond,
    },
    benchmark: {
      enabled: benchmark.enabled ?? defaults.benchmark.enabled,
      intervalMs: (benchmark.interval_s ?? defaults.benchmark.intervalSeconds) * 1000,
    },
    unknownModelStatus: unknownModelStatus(routing.unknown_model_status, resolver),
    tiers: Object.fromEntries(resolver.tiers.map(({ keyword, offer: { provider } }) => [keyword, { provider }])),
  };
}

/** In a world of tiers a name without a known keyword is a bad request. */
function unknownModelStatus(
  written: "auto" | Catalog["unknownModelStatus"] = "auto",
  { tiers, defaultProvider }: ResolverIR,
): Catalog["unknownModelStatus"] {
  if (written !== "auto") return written;
  return tiers.length > 0 && defaultProvider === undefined ? 400 : 404;
}
