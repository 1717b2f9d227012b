import type { Admission } from "../admission/admission.ts";
import type { ReasoningMemory } from "../answer/reasoning-memory.ts";
import { epochMs, monotonicMs, sleep } from "../clock.ts";
import type { Gateway } from "../contract.ts";
import { createHealth, type Health } from "../health/health.ts";
import { providerStanding } from "../health/provider-standing.ts";
import type { KeptIds } from "../kept/kept-ids.ts";
import { logStateChange } from "../log/log-state-change.ts";
import type { Logger } from "../log/logger.ts";
import type { RequestRecorder } from "../log/request-recorder.ts";
import type { Metrics } from "../metrics/metrics.ts";
import { createModelList } from "../model-list/models.ts";
import type { RequestWatcher } from "../request/finished-request.ts";
import { newRequestId } from "../request/request-id.ts";
import type { ResponseStore } from "../responses/response-store.ts";
import { type Benchmark, createBenchmark } from "../routing/benchmark.ts";
import { createHotState } from "../routing/hot-state.ts";
import type { Traces } from "../store/traces.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { createAccess } from "../upstream/access.ts";
import type { AccessTokens } from "../upstream/access-tokens.ts";
import type { ConnectProbe } from "../upstream/connect-probe.ts";
import { resolveSecrets } from "../upstream/secrets.ts";
import type { SchemaChecker } from "../validation/schema-checker.ts";
import { createValidation } from "../validation/validation.ts";
import { type Connection, createApp } from "./app.ts";
import type { Dependencies } from "./dependencies.ts";
import type { InFlight } from "./in-flight.ts";
import type { Reloaded } from "./reloaded.ts";
import type { Environment } from "./serve.ts";

/** What outlives every configuration of a process. */
export type Lasting = Readonly<{
  env: Environment;
  readConfigFile: () => Promise<string>;
  connect: ConnectProbe;
  inFlight: InFlight;
  admission: Admission;
  metrics: Metrics;
  /** What GET /metrics says. */
  metricsText: () => Promise<string>;
  /** Undefined when none are kept. */
  traces: Traces | undefined;
  telemetry: Telemetry;
  tokens: AccessTokens;
  reasoning: ReasoningMemory;
  responses: ResponseStore;
  keptIds: KeptIds;
  recorder: RequestRecorder | undefined;
  checker: SchemaChecker;
  finished: RequestWatcher;
  log: Logger;
  keepAliveMs: number;
  stalledClientMs: number;
  /** Whether every address it listens on is this machine's own. */
  loopbackOnly: boolean;
  /** Monotonic. */
  startedMs: number;
  reloads: Readonly<{
    /** What GET /healthz says. */
    status(): ReloadStatus;
    /** What POST /admin/reload does. */
    request(): Promise<Reloaded>;
  }>;
}>;

/** `last_reload_error` is there while the last reload was refused. */
export type ReloadStatus = Readonly<{ generation: number; last_reload_error?: string }>;

/** One configuration in service. A request that began under it ends under it, however many came since. */
export type Generation = Readonly<{
  gateway: Gateway;
  fetch: (request: Request, connection: Connection) => Response | Promise<Response>;
  dependencies: Dependencies;
  health: Health;
  /** How long a client may have to wait for its answer, in seconds. */
  maxAnswerSeconds: number;
}>;

export type Created =
  | Readonly<{ kind: "created"; generation: Generation }>
  | Readonly<{ kind: "refused"; problems: readonly string[] }>;

/**
 * Puts a configuration together with its secrets, which are read anew. Nothing of `previous` changes when it is refused;
 * what was learnt about upstreams goes over from it.
 */
export async function createGeneration(gateway: Gateway, lasting: Lasting, previous?: Generation): Promise<Created> {
  const { catalog } = gateway;
  const secrets = await resolveSecrets(catalog, lasting.env, lasting.readConfigFile);
  if (secrets.kind === "failed") return { kind: "refused", problems: secrets.problems };
  await lasting.telemetry.configure(catalog.telemetry, secrets.text);
  if (gateway.tokenBounds.length > 0 && gateway.tokenizer === undefined) {
    return { kind: "refused", problems: [noTokenizer] };
  }
  if (gateway.tokenBounds.length > 0) await gateway.tokenizer?.load();
  for (const warning of secrets.warnings) lasting.log.warn(warning);

  lasting.metrics.know(configuredNames(gateway));
  const { reasoning, responses, keptIds } = lasting;
  const {
    admission,
    checker,
    connect,
    inFlight,
    metrics,
    traces,
    recorder,
    finished,
    log,
    keepAliveMs,
    stalledClientMs,
  } = lasting;
  const hotOptions = { now: monotonicMs, epochMs, random: Math.random, metrics, priceOf: gateway.priceOf };
  const access = createAccess(lasting.tokens, secrets.text);
  const dependencies: Dependencies = {
    gateway,
    admission,
    hot: createHotState(catalog, secrets.providerKeys, hotOptions, previous?.dependencies.hot),
    metrics,
    reasoning,
    responses,
    keptIds,
    recorder,
    clientKeys: secrets.clientKeys,
    validation: createValidation(gateway.validators, checker),
    upstream: { fetch: globalThis.fetch, now: monotonicMs, connect, onStale: metrics.staleConnection },
    access,
    inFlight,
    epochMs,
    sleep: (ms, signal) => sleepsThrough(ms, AbortSignal.any([signal, inFlight.aborted])),
    newRequestId,
    beginTrace: lasting.telemetry.begin,
    keepAliveMs,
    stalledClientMs,
    finished,
    log,
  };
  const probed = createHealth({
    catalog,
    keys: secrets.providerKeys,
    keyProbed: (provider, keyId, accepted) => dependencies.hot.pools.get(provider)?.probed(keyId, accepted),
    changed: (change) => logStateChange(change, log),
    standing: (provider) => providerStanding(dependencies.hot, provider),
    access,
    fetch: globalThis.fetch,
    epochMs,
    random: Math.random,
    previous: previous?.health,
  });
  const health = withBenchmark(withReloadStatus(probed, lasting.reloads.status), createBenchmark(dependencies));
  const models = createModelList({ gateway, clientKeys: secrets.clientKeys, health, epochMs, newRequestId });
  const app = createApp(dependencies, health, models, {
    access: () => ({ key: secrets.adminKey, loopbackOnly: lasting.loopbackOnly }),
    env: lasting.env,
    status: lasting.reloads.status,
    reload: lasting.reloads.request,
    startedMs: lasting.startedMs,
    metricsText: lasting.metricsText,
    traces,
  });
  const maxAnswerSeconds = longestAnswerSeconds(catalog.providers);
  return { kind: "created", generation: { gateway, fetch: app.fetch, dependencies, health, maxAnswerSeconds } };
}

const noTokenizer =
  "A rule asks for input tokens, and this process began with a policy that has none, so it has no tokenizer. Restart it.";

/** Model names that clients, and upstreams, know. */
function configuredNames({ catalog, resolve }: Gateway): readonly string[] {
  return catalog.models.flatMap((name) => [name, ...(resolve(name)?.offers.map(({ model }) => model) ?? [])]);
}

/** Whether the whole time passed. */
function sleepsThrough(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, signal).then(
    () => true,
    () => false,
  );
}

/** Both learn about providers in the background, for as long as a configuration is in service. */
function withBenchmark(health: Health, benchmark: Benchmark): Health {
  return {
    ...health,
    start: () => {
      health.start();
      benchmark.start();
    },
    stop: () => {
      health.stop();
      benchmark.stop();
    },
  };
}

function withReloadStatus(health: Health, status: () => ReloadStatus): Health {
  return {
    ...health,
    report: () => {
      const report = health.report();
      return { ...report, body: { ...report.body, ...status() } };
    },
  };
}

function longestAnswerSeconds(providers: Gateway["catalog"]["providers"]): number {
  const totals = Object.values(providers).map((provider) => provider.timeouts.totalMs);
  return totals.includes(0) ? 3600 : Math.ceil(Math.max(60_000, ...totals) / 1000) + 60;
}
