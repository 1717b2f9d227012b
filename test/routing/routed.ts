import type { RecordedRequest } from "../../cli/sim/request-log.ts";
import type { Behaviour } from "../../cli/sim/script/behaviour.ts";
import type { Script } from "../../cli/sim/script/script.ts";
import { startSimulator } from "../../cli/sim/simulator.ts";
import type { Catalog, Gateway, KeyRef, Offer, Plan, Provider, Route } from "../../runtime/contract.ts";
import { serve } from "../../runtime/server/serve.ts";
import type { OlderFormat } from "../support/older-formats.ts";
import { testGateway } from "../support/served.ts";
import { catalogTerms, providerTerms } from "../support/terms.ts";

/** A provider behind a simulator of its own, which answers with the provider's name until told otherwise. */
export type Upstream = Readonly<{
  format?: OlderFormat;
  /** What it does from the start, to every request. */
  always?: Behaviour;
  /** What it does from the start, each once; then as `always` says. */
  first?: readonly Behaviour[];
  scripts?: readonly Script[];
  keys?: readonly (string | KeyRef)[];
  settings?: Partial<Provider>;
}>;

export type RoutedOptions = Readonly<{
  upstreams: Readonly<Record<string, Upstream>>;
  /** Providers by model name, best first; all of them for a model that is not named. */
  models?: Readonly<Record<string, readonly string[]>>;
  catalog?: Partial<Catalog>;
  plan?: (route: (model: string) => Route) => Plan;
}>;

const modelOf = { "openai-chat": "gpt-4o", "anthropic-messages": "claude-sonnet-4-5" } as const;
const dialect = { vendor: true, streamOptions: true, maxTokensField: "auto" } as const;
const timeouts = { connectMs: 2000, firstByteMs: 3000, idleMs: 3000, totalMs: 6000 };
/** Short, so that tests are. */
const retry = { ...providerTerms.retry, initialBackoffMs: 1, maxBackoffMs: 20 };

/** Fine enough to tell the order of requests at different simulators. */
const now = () => performance.timeOrigin + performance.now();

/** A gateway with the product's own terms before providers that each are a simulator. */
export async function startRouted({ upstreams, models = {}, catalog, plan }: RoutedOptions) {
  const env: Record<string, string> = {};
  const providers: Record<string, Provider> = {};
  const offers: Record<string, Offer> = {};
  const simulators = new Map<string, Awaited<ReturnType<typeof startSimulator>>>();
  for (const [name, upstream] of Object.entries(upstreams)) {
    const simulator = await startSimulator({ now });
    simulators.set(name, simulator);
    simulator.script(
      ...(upstream.first ?? []).map((behaviour) => ({ do: { text: `from ${name}`, ...behaviour } })),
      ...(upstream.scripts ?? []),
      {
        times: "always",
        do: { text: `from ${name}`, ...upstream.always },
      },
    );
    const format = upstream.format ?? "openai-chat";
    const keys = (upstream.keys ?? ["key"]).map((key) => keyRef(name, key, env));
    providers[name] = {
      format,
      baseUrl: simulator.openaiUrl,
      auth: format === "openai-chat" ? "bearer" : "x-api-key",
      keys,
      timeouts,
      dialect,
      ...providerTerms,
      retry,
      pool: "fallback",
      ...upstream.settings,
    };
    offers[name] = { provider: name, model: modelOf[format] };
  }

  function resolve(model: string): Route {
    const names = models[model] ?? Object.keys(upstreams);
    const [first, ...rest] = names.flatMap((name, priority) => {
      const offer = offers[name];
      return offer === undefined ? [] : [{ ...offer, priority }];
    });
    if (first === undefined) throw new Error(`nobody serves ${model}`);
    return { model, offers: [first, ...rest] };
  }

  const gateway: Gateway = testGateway({
    upstreamUrl: "",
    resolve,
    route: () => plan?.(resolve),
    catalog: { ...catalogTerms, providers, health: { probeIntervalMs: 0, failOn: "all" }, ...catalog },
  });
  const served = await serve(gateway, {
    env,
    readConfigFile: () => Promise.reject(new Error("no configuration file")),
    log: "none",
    print: () => undefined,
  });

  const requestsOf = (name: string): readonly RecordedRequest[] =>
    (simulators.get(name)?.requests ?? []).filter(({ method }) => method === "POST");
  return {
    url: served.url,
    requestsOf,
    /** All conversations providers were asked for, in order: `provider`, or `provider/key` where it has several keys. */
    hits(): readonly string[] {
      return Object.entries(upstreams)
        .flatMap(([name, { keys = [] }]) =>
          requestsOf(name).map(({ atMs, headers }) => ({
            atMs,
            name: keys.length < 2 ? name : `${name}/${keyIn(headers, name)}`,
          })),
        )
        .sort((one, other) => one.atMs - other.atMs)
        .map(({ name }) => name);
    },
    script: (name: string, ...scripts: readonly Script[]) => simulators.get(name)?.script(...scripts),
    ask: (given: Ask = {}) => ask(served.url, given),
    async stop(): Promise<void> {
      await served.stop();
      for (const simulator of simulators.values()) await simulator.stop();
    },
  };
}

export type Routed = Awaited<ReturnType<typeof startRouted>>;

function keyRef(provider: string, key: string | KeyRef, env: Record<string, string>): KeyRef {
  const id = typeof key === "string" ? key : key.id;
  const name = `${provider}_${id}`.toUpperCase();
  env[name] = `sk-${provider}-${id}`;
  return { ...(typeof key === "string" ? { id } : key), secret: [{ from: "env", name }] };
}

function keyIn(headers: Readonly<Record<string, string>>, provider: string): string {
  const value = headers["x-api-key"] ?? headers["authorization"] ?? "";
  return value.slice(value.indexOf(`sk-${provider}-`) + `sk-${provider}-`.length);
}

export type Ask = Readonly<{
  wire?: "openai" | "anthropic";
  stream?: boolean;
  model?: string;
  body?: Readonly<Record<string, unknown>>;
  signal?: AbortSignal;
}>;

const paths = { openai: "/v1/chat/completions", anthropic: "/v1/messages" } as const;

async function ask(url: string, { wire = "openai", stream = false, model = "some-model", body, signal }: Ask) {
  const response = await fetch(url + paths[wire], {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
    body: JSON.stringify({
      model,
      max_tokens: 100,
      messages: [{ role: "user", content: "Hello" }],
      ...(stream ? { stream } : {}),
      ...body,
    }),
    ...(signal === undefined ? {} : { signal }),
  });
  const raw = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    raw,
    /** The assistant's text, all of it. */
    text: response.status !== 200 ? undefined : stream ? streamedText(raw) : wholeText(raw),
  };
}

/** The assistant's text in either vendor's body. */
function wholeText(raw: string): string {
  const json = JSON.parse(raw);
  return json.choices?.[0]?.message?.content ?? json.content?.[0]?.text;
}

function streamedText(raw: string): string {
  const data = raw.split("\n").filter((line) => line.startsWith("data: {"));
  const events = data.map((line) => JSON.parse(line.slice(6)));
  return events.map((event) => event.choices?.[0]?.delta?.content ?? event.delta?.text ?? "").join("");
}
