import { epochMs, monotonicMs } from "./clock.ts";
import { createConnectProbe } from "./connect-probe.ts";
import type { Gateway } from "./contract.ts";
import { createGeneration, type Generation, type Lasting, type ReloadStatus } from "./generation.ts";
import { createInFlight } from "./in-flight.ts";
import { type Listener, listen } from "./listen.ts";
import { type ListenAddress, listenAddresses } from "./listen-addresses.ts";
import { createMetrics } from "./metrics.ts";
import type { Reloaded } from "./reloaded.ts";
import { formatRequest, type LogFormat } from "./request-log.ts";
import { createTraces } from "./traces.ts";
import { createSchemaChecker } from "./validation/schema-checker.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export type ServeOptions = Readonly<{
  env: Environment;
  /** `host:port` each; instead of what the environment and the configuration say. */
  listen?: readonly string[] | undefined;
  /** Text of the configuration file, read only when a secret is a literal in it. */
  readConfigFile: () => Promise<string>;
  log?: LogFormat | undefined;
  /** Where log lines go. */
  print?: (line: string) => void;
  keepAliveMs?: number;
  stalledClientMs?: number;
  /** Shares its ports with the other workers of this gateway. */
  reusePort?: boolean;
  /** The number of the first configuration: a worker that replaces another one counts on. Default 1. */
  firstGeneration?: number;
  /**
   * Gets the configuration anew from where this one came from and puts it into service with `apply`. What SIGHUP and
   * POST /admin/reload do; without it they only read the secrets again.
   */
  onReload?: (apply: (gateway: Gateway) => Promise<Reloaded>) => Promise<Reloaded>;
}>;

export type Served = Readonly<{
  /** The first address. */
  url: string;
  urls: readonly string[];
  /** The next requests go to this gateway; those in flight finish on the old one. Reloads come into force in the order they were asked for. */
  reload(gateway: Gateway): Promise<Reloaded>;
  /** `ServeOptions.onReload`, and what it applies. */
  requestReload(): Promise<Reloaded>;
  /** Takes no new connection, waits for running answers up to `shutdown.drain_ms`, then ends them with an error frame. */
  stop(): Promise<void>;
}>;

/** Why a gateway could not start; `problems` are sentences for the operator. */
export class StartupError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "StartupError";
    this.problems = problems;
  }
}

/** A comment or ping this often keeps proxies and clients from taking a thinking model for a dead one. */
const defaultKeepAliveMs = 15_000;
/** A client that takes no bytes for this long is gone, though its connection still stands. */
const defaultStalledClientMs = 60_000;
/** Requests that GET /api/v1/traces can tell about. */
const rememberedTraces = 1000;
/** What an aborted answer gets to send its error frame. */
const lastWordMs = 1000;

/** Starts a compiled gateway. Throws StartupError when a secret is missing or an address cannot be taken. */
export async function serve(gateway: Gateway, options: ServeOptions): Promise<Served> {
  const print = options.print ?? ((line) => console.log(line));
  let status: ReloadStatus = { generation: options.firstGeneration ?? 1 };
  const lasting = lastingParts(options, print, () => status);
  const first = await createGeneration(gateway, lasting);
  if (first.kind === "refused") throw new StartupError(first.problems);
  let current = first.generation;

  const addresses = listenAddresses(options.listen, options.env, gateway.catalog.listen);
  const listeners = openAll(addresses, () => current, options.reusePort);
  current.health.start();
  warnOfPublicBind(addresses, current, lasting.warn);
  let stopping = false;

  async function replace(next: Gateway): Promise<Reloaded> {
    const created = stopping ? refusedByStop : await createGeneration(next, lasting, current);
    lasting.metrics.reload(created.kind === "created" ? "applied" : "refused");
    if (created.kind === "refused") {
      status = { ...status, last_reload_error: created.problems.join("\n") };
      return created;
    }
    current.health.stop();
    current = created.generation;
    status = { generation: status.generation + 1 };
    current.health.start();
    warnOfPublicBind(addresses, current, lasting.warn);
    warnOfNewAddresses(addresses, listenAddresses(options.listen, options.env, next.catalog.listen), lasting.warn);
    return { kind: "applied", generation: status.generation };
  }
  const reload = oneAtATime(replace);

  const urls = listeners.map((listener) => listener.url);
  return {
    url: urls[0] ?? "",
    urls,
    reload,
    requestReload: () => options.onReload?.(reload) ?? reload(current.gateway),
    stop: () => {
      stopping = true;
      return drain(current, lasting, listeners);
    },
  };
}

const refusedByStop = { kind: "refused", problems: ["The gateway is shutting down."] } as const;

function lastingParts(
  options: ServeOptions,
  print: (line: string) => void,
  reloadStatus: Lasting["reloadStatus"],
): Lasting {
  const log = options.log ?? "text";
  return {
    env: options.env,
    readConfigFile: options.readConfigFile,
    connect: createConnectProbe({ env: options.env, now: monotonicMs }),
    inFlight: createInFlight(),
    metrics: createMetrics(),
    traces: createTraces(rememberedTraces),
    checker: createSchemaChecker(),
    log: log === "none" ? undefined : (event) => print(formatRequest(event, epochMs(), log)),
    warn: (message) => print(`warning: ${message}`),
    keepAliveMs: options.keepAliveMs ?? defaultKeepAliveMs,
    stalledClientMs: options.stalledClientMs ?? defaultStalledClientMs,
    reloadStatus,
  };
}

/** Runs one call after the other, in order. */
function oneAtATime<Argument, Result>(
  run: (argument: Argument) => Promise<Result>,
): (argument: Argument) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (argument) => {
    const result = last.then(() => run(argument));
    last = result.catch(() => undefined);
    return result;
  };
}

function openAll(
  addresses: readonly ListenAddress[],
  current: () => Generation,
  reusePort = false,
): readonly Listener[] {
  const open: Listener[] = [];
  for (const address of addresses) {
    try {
      const fetch: Generation["fetch"] = (request, connection) => current().fetch(request, connection);
      open.push(listen({ ...address, fetch, reusePort, maxAnswerSeconds: () => current().maxAnswerSeconds }));
    } catch (thrown) {
      for (const listener of open) void listener.stop();
      throw new StartupError([cannotListen(address, thrown)]);
    }
  }
  return open;
}

/** Whether the addresses are free, for a process whose workers share them: they would join another gateway's port without a word. */
export function assertFree(addresses: readonly ListenAddress[]): void {
  for (const address of addresses) {
    try {
      void listen({ ...address, fetch: () => new Response(), maxAnswerSeconds: () => 1 }).stop();
    } catch (thrown) {
      throw new StartupError([cannotListen(address, thrown)]);
    }
  }
}

function cannotListen({ hostname, port }: ListenAddress, thrown: unknown): string {
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return `Cannot listen on ${hostname}:${port}: ${why} Choose another address with --listen host:port.`;
}

function warnOfPublicBind(
  addresses: readonly ListenAddress[],
  { gateway, dependencies }: Generation,
  warn: (message: string) => void,
): void {
  const closed = dependencies.clientKeys.length > 0 || gateway.catalog.auth.mode === "nonempty";
  const isPublic = addresses.some(({ hostname }) => !["127.0.0.1", "localhost", "::1"].includes(hostname));
  if (!isPublic || closed) return;
  warn(
    "the gateway listens beyond this machine and asks for no key: anyone who reaches it spends your providers' money. Set [auth] keys, or listen on 127.0.0.1.",
  );
}

function warnOfNewAddresses(
  open: readonly ListenAddress[],
  asked: readonly ListenAddress[],
  warn: (message: string) => void,
): void {
  const written = (addresses: readonly ListenAddress[]) =>
    addresses.map(({ hostname, port }) => `${hostname}:${port}`).join(", ");
  if (written(open) === written(asked)) return;
  warn(`listen_addr is now ${written(asked)}; that takes effect after a restart. Everything else is in force.`);
}

async function drain(
  { gateway, health }: Generation,
  { inFlight, checker }: Lasting,
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
