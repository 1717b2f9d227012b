import { startSimulator } from "../../../cli/sim/simulator.ts";
import type { Catalog, Gateway, KeyRef, Offer, Plan, Provider } from "../../../runtime/contract.ts";
import { type Served, type ServeOptions, serve } from "../../../runtime/server/serve.ts";
import type { OlderFormat } from "../../support/older-formats.ts";
import { testGateway } from "../../support/served.ts";
import { catalogTerms, providerTerms } from "../../support/terms.ts";
import type { Upstream } from "./row.ts";

/** A gateway in front of upstreams that fail as their case says, all of them new. */
export type Bench = Readonly<{
  url: string;
  gateway: Gateway;
  served: Served;
  /** One of each upstream. */
  offers: readonly [Offer, ...Offer[]];
  /** Requests so far, by upstream and, where it has several, key. */
  hits(): Record<string, number>;
  /** How many of them the gateway left before they were answered, by simulated upstream. */
  left(): Record<string, number>;
  /** All the gateway printed. */
  printed(): string;
  stop(): Promise<void>;
}>;

export type BenchOptions = Readonly<{
  upstreams: readonly [Upstream, ...Upstream[]];
  /** Of an upstream that does not name its own; every second one speaks the other format. */
  format: OlderFormat;
  catalog?: Partial<Catalog>;
  /** The first upstream is raced by the second after this time, instead of followed by it. */
  hedgeAfterMs?: number;
  serve?: Partial<ServeOptions>;
}>;

const providerNames = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"] as const;
const modelOf = { "openai-chat": "gpt-4o", "anthropic-messages": "claude-sonnet-4-5" } as const;
const otherFormat = { "openai-chat": "anthropic-messages", "anthropic-messages": "openai-chat" } as const;

/** Short, so that a row that waits for one is soon over; long enough for a busy machine not to run into them. */
const timeouts = { connectMs: 4000, firstByteMs: 4000, idleMs: 4000, totalMs: 6000 };
const dialect = { vendor: true, streamOptions: true, maxTokensField: "auto" } as const;
const retry = { ...providerTerms.retry, initialBackoffMs: 1, maxBackoffMs: 20 };

export async function startBench({
  upstreams,
  format,
  catalog,
  hedgeAfterMs,
  serve: more,
}: BenchOptions): Promise<Bench> {
  const started = await Promise.all(
    upstreams.map((upstream, index) => startUpstream(upstream, index, formatAt(index, upstream, format))),
  );
  const [first, ...rest] = started.map(({ offer }) => offer);
  if (first === undefined) throw new Error("a bench needs an upstream");
  const providers = Object.fromEntries(started.map(({ offer, provider }) => [offer.provider, provider]));
  const gateway = testGateway({
    upstreamUrl: "",
    resolve: (model) => ({ model, offers: [first, ...rest] }),
    route: () => (hedgeAfterMs === undefined ? undefined : hedged(first, rest[0] ?? first, hedgeAfterMs)),
    catalog: {
      ...catalogTerms,
      providers,
      shutdown: { drainMs: 100 },
      health: { probeIntervalMs: 0, failOn: "all" },
      ...catalog,
    },
  });
  const lines: string[] = [];
  const served: Served = await serve(gateway, {
    env: Object.assign({}, ...started.map(({ secrets }) => secrets)),
    readConfigFile: () => Promise.reject(new Error("no configuration file")),
    log: "none",
    print: (line) => void lines.push(line),
    ...more,
  });
  return {
    url: served.url,
    gateway,
    served,
    offers: [first, ...rest],
    hits: () => Object.assign({}, ...started.map(({ hits }) => hits())),
    left: () => Object.assign({}, ...started.map(({ offer, left }) => ({ [offer.provider]: left() }))),
    printed: () => lines.join("\n"),
    stop: async () => {
      await served.stop();
      for (const { stop } of started) await stop();
    },
  };
}

function hedged(first: Offer, second: Offer, afterMs: number): Plan {
  const routeTo = (offer: Offer) => ({ model: offer.model, offers: [offer] as const });
  return { rule: "hedged", routes: [routeTo(first)], validate: [], hedge: { afterMs, route: routeTo(second) } };
}

/** The key's value says which key it is, for scripts that ask for one and for counting. */
export function keyValue(provider: string, key: string): string {
  return `sk-${provider}-${key}`;
}

function nameOf(index: number): string {
  return providerNames[index] ?? `provider-${index}`;
}

function formatAt(index: number, upstream: Upstream, format: OlderFormat): OlderFormat {
  return upstream.format ?? (index % 2 === 0 ? format : otherFormat[format]);
}

type Started = Readonly<{
  provider: Provider;
  offer: Offer;
  secrets: Record<string, string>;
  hits(): Record<string, number>;
  left(): number;
  stop(): Promise<void> | void;
}>;

async function startUpstream(upstream: Upstream, index: number, format: OlderFormat): Promise<Started> {
  const name = nameOf(index);
  const keys = upstream.keys ?? ["default"];
  const variable = (key: string) => `${name}_${key}`.toUpperCase();
  const ref = (key: string): KeyRef => ({ id: key, secret: [{ from: "env", name: variable(key) }] });
  const server = await openUpstream(upstream, name);
  return {
    provider: {
      format,
      baseUrl: server.url,
      auth: format === "openai-chat" ? "bearer" : "x-api-key",
      timeouts,
      dialect,
      ...providerTerms,
      retry,
      keys: keys.map(ref),
      pool: "fallback",
      ...upstream.settings,
    },
    offer: { provider: name, model: modelOf[format], priority: index },
    secrets: Object.fromEntries(keys.map((key) => [variable(key), keyValue(name, key)])),
    hits: () => server.hits(keys),
    left: server.left,
    stop: server.stop,
  };
}

type Server = Readonly<{
  url: string;
  hits(keys: readonly string[]): Record<string, number>;
  left(): number;
  stop(): Promise<void> | void;
}>;

async function openUpstream({ at }: Upstream, name: string): Promise<Server> {
  switch (at.kind) {
    case "simulator": {
      const simulator = await startSimulator();
      simulator.script(...at.scripts);
      const calls = () => simulator.requests.filter(({ method }) => method === "POST");
      const count = (key: string) =>
        calls().filter(({ headers }) => keyOf(headers).includes(keyValue(name, key))).length;
      return {
        url: simulator.openaiUrl,
        stop: simulator.stop,
        left: () => calls().filter(({ closedEarlyAtMs }) => closedEarlyAtMs !== undefined).length,
        hits: (keys) =>
          keys.length === 1
            ? { [name]: calls().length }
            : Object.fromEntries(keys.map((key) => [`${name}/${key}`, count(key)])),
      };
    }
    case "address": {
      const address = await at.open();
      return { ...address, hits: () => ({ [name]: address.hits?.() ?? 0 }), left: () => 0 };
    }
  }
}

function keyOf(headers: Readonly<Record<string, string>>): string {
  return `${headers["authorization"] ?? ""} ${headers["x-api-key"] ?? ""}`;
}
