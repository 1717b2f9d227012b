import type { Catalog, Provider, Surface, WireFormat } from "../../runtime/contract.ts";
import { serve } from "../../runtime/server/serve.ts";
import { type CaptureUpstream, startCaptureUpstream } from "./capture-upstream.ts";
import { type ServedOptions, testGateway } from "./served.ts";
import { steadyTerms } from "./terms.ts";

/** A model of each vendor, and one of a server that is like OpenAI. */
export const models = {
  openai: "gpt-4o",
  responses: "gpt-5",
  anthropic: "claude-sonnet-4-5",
  google: "gemini-2.5-pro",
  local: "local/llama",
} as const;

type Name = keyof typeof models;

const formats = {
  openai: "openai-chat",
  responses: "openai-responses",
  anthropic: "anthropic-messages",
  google: "gemini",
  local: "openai-chat",
} as const satisfies Record<Name, WireFormat>;

const auth = {
  openai: "bearer",
  responses: "bearer",
  anthropic: "x-api-key",
  google: "x-goog-api-key",
  local: "bearer",
} as const satisfies Record<Name, Surface["auth"]>;

/** A gateway before one upstream each; names other than those of `models` go to the provider before their slash. */
export async function startFourVendors(
  options: Readonly<{ catalog?: Partial<Catalog>; only?: readonly Name[] }> & Pick<ServedOptions, "route"> = {},
) {
  const upstreams: Record<Name, CaptureUpstream> = {
    openai: startCaptureUpstream(),
    responses: startCaptureUpstream(),
    anthropic: startCaptureUpstream(),
    google: startCaptureUpstream(),
    local: startCaptureUpstream(),
  };
  const names = options.only ?? ["openai", "responses", "anthropic", "google", "local"];
  const providers = Object.fromEntries(names.map((name) => [name, provider(name, upstreams[name].url)]));
  const gateway = testGateway({
    upstreamUrl: "",
    ...(options.route === undefined ? {} : { route: options.route }),
    catalog: {
      providers,
      models: Object.values(models),
      health: { probeIntervalMs: 0, failOn: "all" },
      ...options.catalog,
    },
    resolve: (model) => {
      const name = names.find((one) => models[one] === model || model.startsWith(`${one}/`));
      if (name === undefined) return undefined;
      const served = model.startsWith(`${name}/`) ? model.slice(name.length + 1) : model;
      return { model, offers: [{ provider: name, model: served }] };
    },
  });
  const lines: string[] = [];
  const served = await serve(gateway, {
    env: { KEY: "sk-upstream", OTHER_KEY: "sk-upstream-2" },
    readConfigFile: () => Promise.reject(new Error("no configuration file")),
    log: "text",
    print: (line) => lines.push(line),
  });
  return {
    url: served.url,
    upstreams,
    /** What the gateway has logged. */
    lines,
    stop: async () => {
      await served.stop();
      for (const upstream of Object.values(upstreams)) upstream.stop();
    },
  };
}

export type FourVendors = Awaited<ReturnType<typeof startFourVendors>>;

function provider(name: Name, baseUrl: string): Provider {
  return {
    format: formats[name],
    baseUrl,
    auth: auth[name],
    keys: [
      { id: "first", secret: [{ from: "env", name: "KEY" }] },
      { id: "second", secret: [{ from: "env", name: "OTHER_KEY" }] },
    ],
    timeouts: { connectMs: 2000, firstByteMs: 5000, idleMs: 5000, totalMs: 20_000 },
    dialect: { vendor: name !== "local", streamOptions: true, maxTokensField: "auto" },
    ...steadyTerms,
  };
}
