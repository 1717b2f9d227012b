import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { durationMs } from "../../compiler/duration.ts";
import { entryOf, type Node, type Path, toValue, writtenPath } from "../../compiler/node.ts";
import { parseConfig } from "../../compiler/spelling.ts";
import { compileSources } from "./compile-case.ts";
import { sourcesOf } from "./sources-of.ts";

function parsed(file: string, text: string) {
  const { root, diagnostics } = parseConfig({ file, text });
  if (root === undefined) throw new Error(JSON.stringify(diagnostics));
  return { root, value: toValue(root), diagnostics };
}

/** What a configuration says once its keys are respelt. */
function inOneSpelling(value: unknown): unknown {
  const { root } = parsed("config.json", JSON.stringify(value));
  return toValue(root);
}

describe("R239 R267 R269 R270 a configuration of an Anthropic proxy", () => {
  const yaml = `providers:
  # Anthropic provider
  anthropic:
    type: anthropic  # Optional: defaults to "anthropic"
    endpoint: https://api.anthropic.com
    apiKey: env.ANTHROPIC_API_KEY

  # OpenAI provider
  openai:
    type: openai
    endpoint: https://api.openai.com
    apiKey: env.OPENAI_API_KEY

models:
  # Claude model via Anthropic
  - name: "claude-sonnet-4-5-20250929"
    context: 200000
    alias: "claude-sonnet*"
    provider: anthropic
    weight: 5

  # GPT-4 model via OpenAI (format converted automatically)
  - name: "gpt-4o"
    context: 128000
    alias: "gpt-4o*"
    provider: openai
    weight: 5
`;
  const models = [
    {
      name: "claude-sonnet-4-5-20250929",
      context: 200_000,
      alias: "claude-sonnet*",
      provider: "anthropic",
      weight: 5,
    },
    { name: "gpt-4o", context: 128_000, alias: "gpt-4o*", provider: "openai", weight: 5 },
  ];
  const providers = {
    anthropic: { type: "anthropic", base_url: "https://api.anthropic.com", api_key: "env.ANTHROPIC_API_KEY" },
    openai: { type: "openai", base_url: "https://api.openai.com", api_key: "env.OPENAI_API_KEY" },
  };

  test("the one of its documentation compiles", () => {
    expect(parsed("config.yaml", yaml)).toMatchObject({ value: { providers, models }, diagnostics: [] });
    const { ir, diagnostics } = compileSources({ ...sourcesOf(""), config: { file: "config.yaml", text: yaml } });
    expect(diagnostics).toEqual([]);
    expect(ir?.resolver.aliases.map(({ globs, offer }) => [...globs, offer.provider])).toEqual([
      ["claude-sonnet*", "anthropic"],
      ["gpt-4o*", "openai"],
    ]);
  });

  const everything = {
    providers: { zai: { endpoint: "https://api.z.ai/api/anthropic", apiKey: "env.ZAI_KEY" } },
    models: [
      { name: "glm-4.6", alias: "claude-*", context: 200_000, provider: "zai", weight: 5, thinking: true },
      { name: "glm-4.5-air", context: 128_000, provider: "zai" },
    ],
    apiKeys: ["sk-proxy-custom-key-123", "env.CLIENT_KEY"],
    retry: {
      retrySameProvider: false,
      maxRetries: 3,
      initialDelay: "100ms",
      maxDelay: "5s",
      backoffMultiplier: 2,
    },
  };
  const understood = {
    providers: { zai: { base_url: "https://api.z.ai/api/anthropic", api_key: "env.ZAI_KEY" } },
    models: everything.models,
    auth: { keys: everything.apiKeys },
    retry: {
      same_provider: "auto",
      max_attempts: 4,
      initial_backoff_ms: 100,
      max_backoff_ms: 5000,
      multiplier: 2,
    },
  };

  test.each([
    ["YAML", "config.yaml", Bun.YAML.stringify(everything, null, 2)],
    ["YAML with a spec around it", "config.yml", Bun.YAML.stringify({ spec: everything }, null, 2)],
    ["JSON", "config.json", JSON.stringify(everything)],
    [
      "TOML",
      "config.toml",
      `apiKeys = ["sk-proxy-custom-key-123", "env.CLIENT_KEY"]
[providers.zai]
endpoint = "https://api.z.ai/api/anthropic"
apiKey = "env.ZAI_KEY"
[[models]]
name = "glm-4.6"
alias = "claude-*"
context = 200_000
provider = "zai"
weight = 5
thinking = true
[[models]]
name = "glm-4.5-air"
context = 128_000
provider = "zai"
[retry]
retrySameProvider = false
maxRetries = 3
initialDelay = "100ms"
maxDelay = "5s"
backoffMultiplier = 2.0
`,
    ],
  ])("R244 R282 all of it in %s", (_, file, text) => {
    const { value, diagnostics } = parsed(file, text);
    expect({ value, diagnostics }).toEqual({ value: understood, diagnostics: [] });
  });
});

describe("keys", () => {
  const providers = (provider: unknown) => ({ providers: { main: provider } });
  test.each([
    ["camelCase", { listenAddr: "127.0.0.1:1" }, { listen_addr: "127.0.0.1:1" }],
    ["snake_case", { listen_addr: "127.0.0.1:1" }, { listen_addr: "127.0.0.1:1" }],
    [
      "deep down",
      providers({ circuitBreaker: { cooldownMs: 1 }, keys: [{ key: "env.A", dailyBudgetUsd: 2 }] }),
      providers({ circuit_breaker: { cooldown_ms: 1 }, keys: [{ key: "env.A", daily_budget_usd: 2 }] }),
    ],
    [
      "a digit begins a word",
      { failover: { include4xx: true, relay401: false } },
      { failover: { include_4xx: true, relay_401: false } },
    ],
    ["an acronym is a word", { providers: { a: { baseURL: "x" } } }, { providers: { a: { base_url: "x" } } }],
    [
      "apiKeys are the keys of auth",
      { apiKeys: ["a"], auth: { mode: "keys" } },
      { auth: { mode: "keys", keys: ["a"] } },
    ],
    ["api_keys, too", { api_keys: ["a"] }, { auth: { keys: ["a"] } }],
    ["staticKeys are, too", { auth: { staticKeys: ["a"] } }, { auth: { keys: ["a"] } }],
    ["a provider's retries", providers({ retry: { maxRetries: 0 } }), providers({ retry: { max_attempts: 1 } })],
    ["always the same provider", { retry: { retrySameProvider: true } }, { retry: { same_provider: "always" } }],
    [
      "a name of the user's stays",
      { providers: { maxRetries: { baseUrl: "x" } } },
      { providers: { maxRetries: { base_url: "x" } } },
    ],
    [
      "a keyword stays",
      { tiers: { bigModel: { provider: "a", model: "b" } } },
      { tiers: { bigModel: { provider: "a", model: "b" } } },
    ],
    [
      "how keywords match is a word about routing",
      { tiers: { match: "prefix", opus: { provider: "a", model: "b" } } },
      { tiers: { opus: { provider: "a", model: "b" } }, routing: { tier_match: "prefix" } },
    ],
    [
      "a keyword may be called match",
      { tiers: { match: { provider: "a", model: "b" } } },
      { tiers: { match: { provider: "a", model: "b" } } },
    ],
    [
      "a key nobody knows stays",
      { listenAddress: 1, retry: { maxTries: 2 } },
      { listenAddress: 1, retry: { maxTries: 2 } },
    ],
    ["an endpoint elsewhere is unknown", { endpoint: "x" }, { endpoint: "x" }],
    [
      "a spec beside other keys",
      { profile: "arouter", spec: { apiKeys: ["a"] } },
      { profile: "arouter", auth: { keys: ["a"] } },
    ],
    ["a spec that is no table", { spec: 1 }, { spec: 1 }],
    ["an auth that is no table", { apiKeys: ["a"], auth: 1 }, { auth: 1 }],
  ])("%s", (_, written, expected) => {
    expect(inOneSpelling(written)).toEqual(expected);
  });

  test("what the schema spells itself is left as it is", () => {
    const value = {
      listen_addr: ["127.0.0.1:1"],
      providers: { openai: { keys: [{ key: "env.A" }], retry: { max_attempts: 2 } } },
      tiers: { opus: { provider: "openai", model: "m" } },
      models: [{ name: "m", provider: "openai", price: { prompt: "1", completion: "2" } }],
      retry: { initial_backoff_ms: 5, budget: { percent: 1 } },
    };
    expect(inOneSpelling(value)).toEqual(value);
  });

  test("what comes out is in one spelling: it comes out of a second pass as it is", () => {
    const key = fc.constantFrom(
      "providers",
      "endpoint",
      "apiKey",
      "apiKeys",
      "auth",
      "staticKeys",
      "retry",
      "maxRetries",
    );
    const more = fc.constantFrom("maxDelay", "tiers", "upstream", "modelId", "openid", "models", "a", "aB");
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "medium", withCrossShrink: true },
        fc.constantFrom<unknown>("5s", 3, true, null),
        fc.array(tie("value"), { maxLength: 2 }),
        fc.dictionary(fc.oneof(key, more), tie("value"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(key, more), value), (written) => {
        const once = inOneSpelling(written);
        expect(inOneSpelling(once)).toEqual(once);
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  ["100ms", 100],
  ["5s", 5000],
  ["1m30s", 90_000],
  ["2h", 7_200_000],
  ["1.5s", 1500],
  ["0.4ms", 0],
  ["", undefined],
  ["100", undefined],
  ["5 s", undefined],
  ["-1s", undefined],
  ["1d", undefined],
  ["s", undefined],
  ["1s!", undefined],
])("R282 the time %p is %p ms", (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

describe("places stay those of the file", () => {
  const text = `spec:
  apiKeys: [a, b]
  providers:
    main:
      endpoint: http://localhost:1
  tiers:
    opus: { upstream: "http://localhost:2", modelId: m, timeoutS: 1.5 }
`;
  const { root } = parsed("config.yaml", text);

  const rows: readonly (readonly [Path, Path, string])[] = [
    [["auth", "keys"], ["spec", "apiKeys"], "[a, b]"],
    [["auth", "keys", 1], ["spec", "apiKeys", 1], "b"],
    [["providers", "main"], ["spec", "providers", "main"], "endpoint: http://localhost:1"],
    [["providers", "main", "base_url"], ["spec", "providers", "main", "endpoint"], "http://localhost:1"],
    [["providers", "opus", "base_url"], ["spec", "tiers", "opus", "upstream"], '"http://localhost:2"'],
    [["providers", "opus", "timeouts", "total_ms"], ["spec", "tiers", "opus", "timeoutS"], "1.5"],
    [["tiers", "opus", "model"], ["spec", "tiers", "opus", "modelId"], "m"],
  ];
  test.each(rows)("%p is written as %p", (path, written, source) => {
    expect(writtenPath(root, path)).toEqual(written);
    const node = path.reduce<Node | undefined>(
      (at, step) => (at?.kind === "list" ? at.items[Number(step)] : entryOf(at, String(step))?.value),
      root,
    );
    expect(text.slice(node?.span.start, node?.span.end)).toBe(source);
  });
});

describe("R391 R392 R393 R394 R395 R396 R397 R398 R399 tiers with upstreams of their own", () => {
  const tiers = {
    opus: {
      name: "DeepSeek",
      upstream: "https://api.deepseek.com/anthropic",
      target_path: "/v1/messages",
      model_id: "deepseek-v4-pro",
      key_env: "DEEPSEEK_API_KEY",
      auth_type: "x-api-key",
      timeout_s: 300,
      connect_s: 15,
    },
    sonnet: {
      name: "Kimi",
      upstream: "https://api.kimi.com/coding",
      target_path: "/v1/messages",
      model_id: "kimi-for-coding",
      key_env: "KIMI_API_KEY",
      auth_type: "x-api-key",
      timeout_s: 1800,
      connect_s: 10,
    },
    haiku: {
      name: "MiniMax",
      upstream: "https://api.minimax.io/anthropic",
      target_path: "/v1/messages",
      model_id: "MiniMax-M2.7",
      key_env: "MINIMAX_API_KEY",
      auth_type: "bearer",
      timeout_s: 180,
      connect_s: 10,
    },
  };
  const provider = (
    label: string,
    base_url: string,
    variable: string,
    auth: string,
    total_ms: number,
    connect_ms: number,
  ) => ({
    type: "anthropic",
    label,
    base_url,
    path: "/v1/messages",
    api_key: `env.${variable}`,
    auth,
    timeouts: { connect_ms, total_ms, first_byte_ms: 0, idle_ms: 0 },
  });
  const understood = {
    tiers: {
      opus: { provider: "opus", model: "deepseek-v4-pro" },
      sonnet: { provider: "sonnet", model: "kimi-for-coding" },
      haiku: { provider: "haiku", model: "MiniMax-M2.7" },
    },
    providers: {
      opus: provider("DeepSeek", tiers.opus.upstream, "DEEPSEEK_API_KEY", "x-api-key", 300_000, 15_000),
      sonnet: provider("Kimi", tiers.sonnet.upstream, "KIMI_API_KEY", "x-api-key", 1_800_000, 10_000),
      haiku: provider("MiniMax", tiers.haiku.upstream, "MINIMAX_API_KEY", "bearer", 180_000, 10_000),
    },
  };
  const toml = Object.entries(tiers).map(
    ([keyword, tier]) =>
      `[tiers.${keyword}]\n${Object.entries(tier)
        .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
        .join("")}`,
  );

  test.each([
    ["TOML", "arouter.toml", toml.join("\n")],
    ["YAML", "config.yaml", Bun.YAML.stringify({ tiers }, null, 2)],
    ["JSON", "config.json", JSON.stringify({ tiers })],
  ])("the table as %s", (_, file, text) => {
    const { value, diagnostics } = parsed(file, text);
    expect({ value, diagnostics }).toEqual({ value: understood, diagnostics: [] });
    expect(Object.keys(Object(value).tiers)).toEqual(["opus", "sonnet", "haiku"]);
  });

  test("only upstream and model are needed", () => {
    const tier = { upstream: "http://localhost:1", model_id: "m" };
    expect(inOneSpelling({ tiers: { opus: tier } })).toEqual({
      tiers: { opus: { provider: "opus", model: "m" } },
      providers: { opus: { type: "anthropic", base_url: "http://localhost:1", timeouts: {} } },
    });
  });

  test("both kinds of tier side by side keep the order of the file", () => {
    const written = {
      providers: { other: { base_url: "http://localhost:1" } },
      tiers: {
        big: { provider: "other", model: "a" },
        opus: { upstream: "http://localhost:2", model_id: "b" },
        small: { provider: "other", model: "c" },
      },
    };
    const value = Object(inOneSpelling(written));
    expect(Object.keys(value.tiers)).toEqual(["big", "opus", "small"]);
    expect(Object.keys(value.providers)).toEqual(["other", "opus"]);
  });
});
