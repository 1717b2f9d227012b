import type { Catalog, Gateway, Plan, Provider, RequestFacts } from "../../runtime/contract.ts";
import { type Served, type ServeOptions, serve } from "../../runtime/server/serve.ts";
import { tokenizer } from "../../runtime/tokens.ts";
import { defaults } from "../../schemas/defaults.ts";
import { catalogTerms, spareKeys, steadyFailover, steadyTerms } from "./terms.ts";

export type ServedOptions = Readonly<{
  /** Base URL of both providers; the simulator's as a rule. */
  upstreamUrl: string;
  route?: (facts: RequestFacts) => Plan | undefined;
  resolve?: Gateway["resolve"];
  tokenBounds?: Gateway["tokenBounds"];
  catalog?: Partial<Catalog>;
  provider?: Partial<Provider>;
  serve?: Partial<ServeOptions>;
  /** Collects the lines the gateway prints. */
  lines?: string[];
}>;

/** The two providers a test gateway has. */
function testProviders(url: string, more: Partial<Provider> = {}): Catalog["providers"] {
  const timeouts = { connectMs: 2000, firstByteMs: 5000, idleMs: 5000, totalMs: 20_000 };
  const dialect = { vendor: true, streamOptions: true, maxTokensField: "auto" } as const;
  const key = (name: string) =>
    Array.from({ length: spareKeys }, (_, n) => ({ id: `key-${n}`, secret: [{ from: "env", name }] as const }));
  return {
    openai: {
      format: "openai-chat",
      baseUrl: url,
      auth: "bearer",
      keys: key("OPENAI"),
      timeouts,
      dialect,
      ...steadyTerms,
      ...more,
    },
    anthropic: {
      format: "anthropic-messages",
      baseUrl: url,
      auth: "x-api-key",
      keys: key("ANTHROPIC"),
      timeouts,
      dialect,
      ...steadyTerms,
      ...more,
    },
  };
}

/** A gateway without the compiler: for tests of the runtime alone. */
export function testGateway(options: ServedOptions): Gateway {
  return {
    catalog: {
      configFile: "arouter.toml",
      listen: ["127.0.0.1:0"],
      providers: testProviders(options.upstreamUrl, options.provider),
      models: ["claude-sonnet-4-5", "gpt-4o"],
      auth: { mode: "auto", keys: [] },
      limits: {
        maxBodyBytes: 1024 * 1024,
        maxJsonDepth: 64,
        maxResponseBytes: 4 * 1024 * 1024,
        ...defaults.admission,
      },
      ...catalogTerms,
      failover: steadyFailover,
      preflush: { bufferBytes: 8192, maxMs: 15_000 },
      health: { probeIntervalMs: 60_000, failOn: "all" },
      shutdown: { drainMs: 2000 },
      startup: { allowMissingKeys: false, allowPrivilegedPort: false },
      ...options.catalog,
    },
    route: options.route ?? (() => undefined),
    resolve:
      options.resolve ??
      ((model) => ({ model, offers: [{ provider: model.startsWith("claude-") ? "anthropic" : "openai", model }] })),
    tokenBounds: options.tokenBounds ?? [],
    tokenizer,
    validators: {},
  };
}

/** Serves a test gateway on a free port, with keys for both providers. */
export function startServed(options: ServedOptions): Promise<Served> {
  return serve(testGateway(options), {
    env: { OPENAI: "sk-openai-test", ANTHROPIC: "sk-ant-test" },
    readConfigFile: () => Promise.reject(new Error("no configuration file")),
    log: options.lines === undefined ? "none" : "text",
    print: (line) => options.lines?.push(line),
    ...options.serve,
  });
}
