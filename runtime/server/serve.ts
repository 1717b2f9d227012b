import { isDeepStrictEqual } from "node:util";
import { createAdmission } from "../admission/admission.ts";
import { createReasoningMemory } from "../answer/reasoning-memory.ts";
import { after, epochMs, monotonicMs } from "../clock.ts";
import type { Gateway, LogSettings } from "../contract.ts";
import { createKeptIds } from "../kept/kept-ids.ts";
import { logConversions } from "../log/conversions.ts";
import type { LogFormat } from "../log/logger.ts";
import { openLog } from "../log/open-log.ts";
import { createRequestRecorder, type RequestRecorder } from "../log/request-recorder.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { type MetricsSnapshot, mergedMetrics } from "../metrics/metrics-snapshot.ts";
import type { StateGauges } from "../metrics/state-gauges.ts";
import { randomBytes } from "../random-bytes.ts";
import { tellAll } from "../request/finished-request.ts";
import { createResponseStore } from "../responses/response-store.ts";
import { openTraces } from "../store/open-traces.ts";
import { createTelemetry } from "../telemetry/telemetry.ts";
import { createAccessTokens } from "../upstream/access-tokens.ts";
import { createConnectProbe } from "../upstream/connect-probe.ts";
import { createSchemaChecker } from "../validation/schema-checker.ts";
import { createGeneration, type Generation, type Lasting, type ReloadStatus } from "./generation.ts";
import { createInFlight } from "./in-flight.ts";
import type { Listener } from "./listen.ts";
import { type ListenAddress, listenAddresses } from "./listen-addresses.ts";
import { oneAtATime, oneWaiting } from "./one-at-a-time.ts";
import { openListeners } from "./open-listeners.ts";
import { withRandomKeys } from "./random-keys.ts";
import type { Reloaded } from "./reloaded.ts";
import { StartupError } from "./startup-error.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export type ServeOptions = Readonly<{
  env: Environment;
  /** `host:port` each; instead of what the environment and the configuration say. */
  listen?: readonly string[] | undefined;
  /** Text of the configuration file, read only when a secret is a literal in it. */
  readConfigFile: () => Promise<string>;
  log?: LogFormat | undefined;
  /** A file that every request to a provider and its answer are written to, instead of AROUTER_LOG_FILE and `log.file`. */
  logFile?: string | undefined;
  /** Where log lines go. */
  print?: (line: string) => void;
  keepAliveMs?: number;
  stalledClientMs?: number;
  /** Shares its ports with the other workers of this gateway. */
  reusePort?: boolean;
  /** The number of the first configuration: a worker that replaces another one counts on. Default 1. */
  firstGeneration?: number;
  /**
   * Gets the configuration anew from where this one came from and puts it into service. What SIGHUP and
   * POST /admin/reload do; without it they only read the secrets again.
   */
  onReload?: (swap: Swap) => Promise<Reloaded>;
  /** The metrics of all workers, for GET /metrics; without it, this process tells its own. */
  allMetrics?: () => Promise<readonly MetricsSnapshot[]>;
}>;

/** How a running gateway is given another configuration. */
export type Swap = Readonly<{
  /** The next requests go to this gateway; those in flight finish on the old one. One at a time, in the order asked for. */
  reload(gateway: Gateway): Promise<Reloaded>;
  /** There is no such gateway, for these reasons: noted for GET /healthz and the metrics. */
  refuse(problems: readonly string[]): Reloaded;
}>;

export type Served = Swap &
  Readonly<{
    /** The first address. */
    url: string;
    urls: readonly string[];
    /** `ServeOptions.onReload`. Runs once for all who ask while another reload goes on. */
    requestReload(): Promise<Reloaded>;
    /** What this process has counted. */
    metrics(): Promise<MetricsSnapshot>;
    /** Takes no new connection, waits for running answers up to `shutdown.drain_ms`, then ends them with an error frame. */
    stop(): Promise<void>;
  }>;

/** A comment or ping this often keeps proxies and clients from taking a thinking model for a dead one. */
const defaultKeepAliveMs = 15_000;
/** A client that takes no bytes for this long is gone, though its connection still stands. */
const defaultStalledClientMs = 60_000;
/** What the last traces get to be stored. */
const lastTracesMs = 5000;
/** What the last spans get to be exported. */
const lastSpansMs = 3000;
/** What an aborted answer gets to send its error frame. */
const lastWordMs = 1000;

/** Starts a compiled gateway. Throws StartupError when a secret is missing or an address cannot be taken. */
export async function serve(gateway: Gateway, options: ServeOptions): Promise<Served> {
  let status: ReloadStatus = { generation: options.firstGeneration ?? 1 };
  const addresses = listenAddresses(options.listen, options.env, gateway.catalog);
  const lasting = lastingParts(gateway, options, addresses, {
    status: () => status,
    request: () => requestReload(),
  });
  const first = await createGeneration(gateway, lasting);
  if (first.kind === "refused") throw new StartupError(first.problems);
  let current = first.generation;

  const listeners = openListeners(addresses, () => current, options.reusePort ?? false);
  current.health.start();
  lasting.metrics.observe(gaugesOf(() => current.dependencies));
  warnOfPublicBind(addresses, current, lasting.log.warn);
  let stopping = false;

  function refuse(problems: readonly string[]): Reloaded {
    status = { ...status, last_reload_error: problems.join("\n") };
    lasting.metrics.reload("refused");
    return { kind: "refused", generation: status.generation, problems };
  }

  async function replace(next: Gateway): Promise<Reloaded> {
    if (stopping) return refuse(["The gateway is shutting down."]);
    const created = await createGeneration(next, lasting, current);
    if (created.kind === "refused") return refuse(created.problems);
    current.health.stop();
    current = created.generation;
    lasting.admission.reconfigure(next.catalog.limits);
    status = { generation: status.generation + 1 };
    lasting.metrics.reload("applied");
    if (!stopping) current.health.start();
    warnOfPublicBind(addresses, current, lasting.log.warn);
    warnOfNewStore(gateway, next, lasting.log.warn);
    warnOfNewAddresses(addresses, () => listenAddresses(options.listen, options.env, next.catalog), lasting.log.warn);
    return { kind: "applied", generation: status.generation };
  }

  const urls = listeners.map((listener) => listener.url);
  const swap: Swap = { reload: oneAtATime(replace), refuse };
  const requestReload = oneWaiting(async () => options.onReload?.(swap) ?? swap.reload(current.gateway));
  return {
    ...swap,
    url: urls[0] ?? "",
    urls,
    requestReload,
    metrics: lasting.metrics.snapshot,
    stop: () => {
      stopping = true;
      return drain(current, lasting, listeners);
    },
  };
}

function lastingParts(
  { catalog }: Gateway,
  options: ServeOptions,
  addresses: readonly ListenAddress[],
  reloads: Lasting["reloads"],
): Lasting {
  const log = openLog(options);
  const metrics = createMetrics();
  const { warn } = log;
  const isShared = options.reusePort ?? false;
  const traces = openTraces(catalog.store, options.env, { isShared, dropped: metrics.tracesDropped, warn });
  const telemetry = createTelemetry({ env: options.env, dropped: metrics.telemetryDropped, warn });
  const recorder = openRecorder(catalog.log, options, warn);
  return {
    env: withRandomKeys(catalog, options.env, { randomBytes, tell: warn }),
    readConfigFile: options.readConfigFile,
    connect: createConnectProbe({ env: options.env, now: monotonicMs }),
    inFlight: createInFlight(),
    admission: createAdmission(catalog.limits, { now: monotonicMs, after, refused: metrics.refused }),
    metrics,
    metricsText: async () => (options.allMetrics ? mergedMetrics(await options.allMetrics()) : metrics.text()),
    traces,
    telemetry,
    tokens: createAccessTokens({ fetch: globalThis.fetch, now: monotonicMs }),
    reasoning: createReasoningMemory(monotonicMs),
    responses: createResponseStore(monotonicMs),
    keptIds: createKeptIds(monotonicMs),
    recorder,
    checker: createSchemaChecker(),
    finished: tellAll(
      [
        metrics.finished,
        telemetry.finished,
        ...(traces === undefined ? [] : [traces.add]),
        ...(recorder === undefined ? [] : [recorder.finished]),
        ...(log.request === undefined ? [] : [log.request]),
        (request) => logConversions(request, log),
      ],
      warn,
    ),
    log,
    keepAliveMs: options.keepAliveMs ?? defaultKeepAliveMs,
    stalledClientMs: options.stalledClientMs ?? defaultStalledClientMs,
    loopbackOnly: addresses.every(isLoopback),
    startedMs: monotonicMs(),
    reloads,
  };
}

/** Undefined when nobody named a file. */
function openRecorder(
  { file, ...rotation }: LogSettings,
  { logFile, env }: ServeOptions,
  warn: (message: string) => void,
): RequestRecorder | undefined {
  const path = logFile ?? (env["AROUTER_LOG_FILE"] || file);
  return path === undefined
    ? undefined
    : createRequestRecorder({ path, ...rotation }, { epochMs, now: monotonicMs }, warn);
}

function warnOfPublicBind(
  addresses: readonly ListenAddress[],
  { gateway, dependencies }: Generation,
  warn: (message: string) => void,
): void {
  const closed = dependencies.clientKeys.length > 0 || gateway.catalog.auth.mode === "nonempty";
  if (closed || addresses.every(isLoopback)) return;
  warn(
    "the gateway listens beyond this machine and asks for no key: anyone who reaches it spends your providers' money. Set [auth] keys, or listen on 127.0.0.1.",
  );
}

/** What metrics look up in whatever configuration is in service. */
function gaugesOf(dependencies: () => Generation["dependencies"]): StateGauges {
  return {
    breakers: () => dependencies().hot.breakers.report(),
    keys: () =>
      dependencies()
        .hot.keys()
        .flatMap(({ provider, keys }) =>
          keys.map(({ id, state }) => ({ provider, key: id, quarantined: state === "quarantined" })),
        ),
    inFlight: () => dependencies().admission.report().inFlight,
    queued: () => dependencies().admission.report().queued,
    throughput: () =>
      dependencies()
        .hot.throughput.report()
        .flatMap(({ provider, model, tps }) => (tps === undefined ? [] : [{ provider, model, tps }])),
  };
}

function isLoopback({ hostname }: ListenAddress): boolean {
  return ["127.0.0.1", "localhost", "::1"].includes(hostname);
}

function warnOfNewAddresses(
  open: readonly ListenAddress[],
  read: () => readonly ListenAddress[],
  warn: (message: string) => void,
): void {
  const written = (addresses: readonly ListenAddress[]) =>
    addresses.map(({ hostname, port }) => `${hostname}:${port}`).join(", ");
  try {
    const asked = written(read());
    if (asked === written(open)) return;
    warn(`listen_addr is now ${asked}; that takes effect after a restart. Everything else is in force.`);
  } catch (thrown) {
    // It would keep the gateway from starting, not this one from going on.
    warn(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function warnOfNewStore(
  { catalog: { store: open } }: Gateway,
  { catalog: { store: asked } }: Gateway,
  warn: (message: string) => void,
): void {
  if (isDeepStrictEqual(open, asked)) return;
  warn("[store] has changed; that takes effect after a restart. Everything else is in force.");
}

async function drain(
  { gateway, health }: Generation,
  { admission, inFlight, checker, recorder, metrics, traces, telemetry }: Lasting,
  listeners: readonly Listener[],
): Promise<void> {
  health.stop();
  const sent = Promise.all(listeners.map((listener) => listener.stop()));
  if (!(await settles(inFlight.idle(), gateway.catalog.shutdown.drainMs))) inFlight.abortAll();
  // What ended has yet to leave the machine.
  await settles(
    inFlight.idle().then(() => sent),
    lastWordMs,
  );
  checker.close();
  admission.stop();
  metrics.stop();
  await recorder?.close();
  await Promise.all([
    traces === undefined ? true : settles(traces.close(), lastTracesMs),
    settles(telemetry.close(), lastSpansMs),
  ]);
}

/** Whether a promise settles in time. */
function settles(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    promise.then(
      () => {
        clearTimeout(timer);
        resolve(true);
      },
      () => resolve(false),
    );
  });
}
