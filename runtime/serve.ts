import { createApp } from "./app.ts";
import { epochMs, monotonicMs } from "./clock.ts";
import { createConnectProbe } from "./connect-probe.ts";
import type { Gateway } from "./contract.ts";
import type { Dependencies } from "./dependencies.ts";
import { createHealth } from "./health.ts";
import { createInFlight } from "./in-flight.ts";
import { type Listener, listen } from "./listen.ts";
import { type ListenAddress, listenAddresses } from "./listen-addresses.ts";
import { createModelList } from "./models.ts";
import { newRequestId } from "./request-id.ts";
import { formatRequest, type LogFormat } from "./request-log.ts";
import { type ProviderKeys, resolveSecrets } from "./secrets.ts";
import { loadTokenizer } from "./tokens.ts";
import { createValidation } from "./validation/validation.ts";

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
}>;

export type Served = Readonly<{
  /** The first address. */
  url: string;
  urls: readonly string[];
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
/** What an aborted answer gets to send its error frame. */
const lastWordMs = 1000;

/** Starts a compiled gateway. Throws StartupError when a secret is missing or an address cannot be taken. */
export async function serve(gateway: Gateway, options: ServeOptions): Promise<Served> {
  const { catalog } = gateway;
  const print = options.print ?? ((line) => console.log(line));
  const secrets = await resolveSecrets(catalog, options.env, options.readConfigFile);
  if (secrets.kind === "failed") throw new StartupError(secrets.problems);
  for (const warning of secrets.warnings) print(`warning: ${warning}`);
  const addresses = listenAddresses(options.listen, options.env, catalog.listen);
  if (gateway.tokenCeiling > 0) await loadTokenizer();

  const log = options.log ?? "text";
  const probe = createConnectProbe({ env: options.env, now: monotonicMs });
  const dependencies: Dependencies = {
    gateway,
    keys: secrets.providerKeys,
    clientKeys: secrets.clientKeys,
    validation: createValidation(gateway.validators),
    upstream: { fetch: globalThis.fetch, now: monotonicMs, connect: probe },
    inFlight: createInFlight(),
    epochMs,
    newRequestId,
    keepAliveMs: options.keepAliveMs ?? defaultKeepAliveMs,
    stalledClientMs: options.stalledClientMs ?? defaultStalledClientMs,
    log: log === "none" ? undefined : (event) => print(formatRequest(event, epochMs(), log)),
    warn: (message) => print(`warning: ${message}`),
  };
  const health = createHealth({ catalog, keys: firstKeys(secrets.providerKeys), fetch: globalThis.fetch, epochMs });
  const models = createModelList({ gateway, clientKeys: secrets.clientKeys, health, newRequestId });
  const app = createApp(dependencies, health, models);
  const listeners = openAll(addresses, app.fetch, catalog.providers);
  health.start();
  warnOfPublicBind(addresses, secrets.clientKeys.length > 0 || catalog.auth.mode === "nonempty", print);

  const urls = listeners.map((listener) => listener.url);
  return {
    url: urls[0] ?? "",
    urls,
    stop: () => drain(dependencies, listeners, health.stop, catalog.shutdown.drainMs),
  };
}

/** Each provider's first key. */
function firstKeys(keys: ProviderKeys): ReadonlyMap<string, string> {
  return new Map([...keys].map(([provider, [first]]) => [provider, first.value]));
}

function openAll(
  addresses: readonly ListenAddress[],
  fetch: Parameters<typeof listen>[0]["fetch"],
  providers: Gateway["catalog"]["providers"],
): readonly Listener[] {
  const totals = Object.values(providers).map((provider) => provider.timeouts.totalMs);
  const maxAnswerSeconds = totals.includes(0) ? 3600 : Math.ceil(Math.max(60_000, ...totals) / 1000) + 60;
  const open: Listener[] = [];
  for (const address of addresses) {
    try {
      open.push(listen({ ...address, fetch, maxAnswerSeconds }));
    } catch (thrown) {
      for (const listener of open) listener.stop();
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      throw new StartupError([
        `Cannot listen on ${address.hostname}:${address.port}: ${why} Choose another address with --listen host:port.`,
      ]);
    }
  }
  return open;
}

function warnOfPublicBind(addresses: readonly ListenAddress[], closed: boolean, print: (line: string) => void): void {
  const isPublic = addresses.some(({ hostname }) => !["127.0.0.1", "localhost", "::1"].includes(hostname));
  if (!isPublic || closed) return;
  print(
    "warning: the gateway listens beyond this machine and asks for no key: anyone who reaches it spends your providers' money. Set [auth] keys, or listen on 127.0.0.1.",
  );
}

async function drain(
  { inFlight, validation }: Dependencies,
  listeners: readonly Listener[],
  stopHealth: () => void,
  drainMs: number,
): Promise<void> {
  stopHealth();
  for (const listener of listeners) listener.stop();
  if (!(await settles(inFlight.idle(), drainMs))) {
    inFlight.abortAll();
    await settles(inFlight.idle(), lastWordMs);
  }
  validation.close();
}

/** Whether a promise settles in time. */
function settles(promise: Promise<void>, ms: number): Promise<boolean> {
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
