import type { ConditionIR, PlanIR, RouterIR, RuleIR } from "../../compiler/ir.ts";
import type { Provider, RequestFacts, Route } from "../../runtime/contract.ts";
import { defaults } from "../../schemas/defaults.ts";
import { catalogTerms, providerTerms } from "./terms.ts";

const provider: Provider = {
  format: "openai-chat",
  baseUrl: "https://api.openai.com",
  auth: "bearer",
  keys: [{ id: "default", secret: [{ from: "env", name: "OPENAI_API_KEY" }] }],
  timeouts: { connectMs: 1000, firstByteMs: 2000, idleMs: 3000, totalMs: 4000 },
  dialect: { vendor: true, streamOptions: true, maxTokensField: "auto" },
  ...providerTerms,
};

/** An IR with these rules and the providers `openai` and `anthropic`. */
export function routerIR(rules: readonly RuleIR[], more: Partial<RouterIR> = {}): RouterIR {
  return {
    sources: [{ file: "policies.yaml", sha256: "0".repeat(64) }],
    catalog: {
      configFile: "arouter.toml",
      listen: ["127.0.0.1:8080"],
      providers: { anthropic: { ...provider, format: "anthropic-messages", auth: "x-api-key" }, openai: provider },
      auth: { mode: "auto", keys: [] },
      limits: {
        maxBodyBytes: 1000,
        maxJsonDepth: 100,
        maxResponseBytes: 1000,
        ...defaults.admission,
      },
      ...catalogTerms,
      preflush: { bufferBytes: 8192, maxMs: 15_000 },
      health: { probeIntervalMs: 60_000, failOn: "all" },
      shutdown: { drainMs: 1000 },
      startup: { allowMissingKeys: false, allowPrivilegedPort: false },
    },
    providers: [],
    resolver: {
      providerIds: ["anthropic", "openai"],
      models: [],
      aliases: [],
      tiers: [],
      prefixes: [{ prefix: "claude-", provider: "anthropic" }],
      defaultProvider: "openai",
    },
    prices: [],
    rules,
    schemas: [],
    ...more,
  };
}

/** A model that one provider serves under its own name. */
export function routeTo(provider: string, model: string): Route {
  return { model, offers: [{ provider, model }] };
}

/** A rule on line `number`. */
export function ruleIR(number: number, when: readonly ConditionIR[], more: Partial<RuleIR> = {}): RuleIR {
  const plan: PlanIR = { routes: [routeTo("openai", `model-${number}`)], validate: [], hedge: undefined };
  const span = { file: "policies.yaml", start: 0, end: 0 };
  return { name: `rule_${number}`, when, plan, span, line: number, place: `policies.yaml:${number}`, ...more };
}

/** A plain request with these facts. */
export function requestOf(
  facts: Partial<Omit<RequestFacts, "header">> & { headers?: Readonly<Record<string, string>> } = {},
): RequestFacts {
  const { headers = {}, ...rest } = facts;
  return {
    endpoint: "chat_completions",
    model: "gpt-4o",
    stream: false,
    hasTools: false,
    hasImage: false,
    responseFormat: undefined,
    maxTokens: undefined,
    inputTokens: 0,
    ...rest,
    header: (name) => headers[name],
  };
}
