import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { understand } from "../../compiler/compile.ts";
import { parseJson } from "../../compiler/parse-json.ts";
import { checkShape } from "../../compiler/shape.ts";
import { ConfigSchema } from "../../schemas/config.ts";
import { type ProfileName, profileNames } from "../../schemas/profile-names.ts";
import { profiles } from "../../schemas/profiles.ts";
import { shapeOf } from "../../schemas/shape.ts";
import { compileSources } from "./compile-case.ts";
import { sourcesOf } from "./sources-of.ts";

const examples = join(import.meta.dir, "../../policies/profiles");
const clientKey = '[auth]\nkeys = ["env.CLIENT_KEY"]\n';

function compiled(config: string, profile?: ProfileName) {
  const { ir, diagnostics } = compileSources(sourcesOf(config), profile);
  if (ir === undefined) throw new Error(JSON.stringify(diagnostics));
  return ir;
}

test.each(profileNames)("what profile %s fills in is a valid configuration", (name) => {
  const { config, provider, upstreams = {} } = profiles[name];
  for (const part of [config, { providers: { openai: provider } }, upstreams]) {
    const { root } = parseJson({ file: "profile.json", text: JSON.stringify(part) });
    expect(root && checkShape(shapeOf(ConfigSchema), root)).toEqual([]);
  }
});

test.each(profileNames)(
  "R238 the example of profile %s compiles without a warning and names its profile",
  async (name) => {
    const understood = await understand(join(examples, `${name}.toml`));
    expect(understood.diagnostics).toEqual([]);
    expect(understood.ok && understood.ir.profile).toBe(name);
  },
);

describe("the file wins over the profile", () => {
  const ir = compiled(`
profile = "model-router"
listen_addr = "127.0.0.1:7000"
[limits]
max_in_flight = 3
[failover]
statuses = [503]
[providers.openai]
timeouts = { idle_ms = 5 }
[providers.other]
type = "openai"
base_url = "http://localhost:1"
`);
  test("single values and lists are replaced, the rest of a table stays", () => {
    expect([...ir.catalog.listen]).toEqual(["127.0.0.1:7000"]);
    expect(ir.catalog.limits).toMatchObject({ maxInFlight: 3, queueMs: 0, maxBodyBytes: 10_485_760 });
    expect(ir.catalog.failover).toMatchObject({ statuses: [503], relay401: true, maxAttempts: 1 });
  });

  test("each provider has the profile's defaults, and the API its name or type tells", () => {
    const { openai, other } = ir.catalog.providers;
    expect(openai).toMatchObject({ format: "openai-chat", timeouts: { idleMs: 5, firstByteMs: 0 } });
    expect(other).toMatchObject({ format: "openai-chat", breaker: { enabled: false }, retry: { maxAttempts: 1 } });
  });

  test("no upstream is added to one that the file names", () => {
    expect(Object.keys(ir.catalog.providers)).toEqual(["openai", "other"]);
    expect(ir.catalog.tiers).toEqual({});
  });
});

test("the profile that is asked for wins over the one in the file", () => {
  const config = `profile = "model-router"\n${clientKey}`;
  expect(compiled(config).catalog.listen).toEqual(["127.0.0.1:9099"]);
  const ir = compiled(config, "anthropic-proxy");
  expect([ir.profile, ...ir.catalog.listen]).toEqual(["anthropic-proxy", "127.0.0.1:8080"]);
});

test("an unknown profile is refused with a suggestion", () => {
  const { diagnostics } = compileSources(sourcesOf('profile = "modelrouter"\n'));
  expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([["AR115", 'Did you mean "model-router"?']]);
});

test("places stay true: what a profile says is reported at the top of the file", () => {
  const { diagnostics } = compileSources(sourcesOf('profile = "anyrouter"\n'));
  expect(diagnostics.map(({ code }) => code)).toEqual(["AR212"]);
});

test("R363 R365 R366 R367 R391 model-router needs no configuration: three tiers with keys from the environment", () => {
  const { catalog, resolver } = compiled("", "model-router");
  expect(catalog.tiers).toEqual({
    opus: { provider: "deepseek" },
    sonnet: { provider: "kimi" },
    haiku: { provider: "minimax" },
  });
  const upstreams = Object.values(catalog.providers).map(({ label, baseUrl, auth, keys, timeouts, format }) => ({
    label,
    baseUrl,
    auth,
    key: keys[0]?.secret.at(-1),
    totalMs: timeouts.totalMs,
    connectMs: timeouts.connectMs,
    format,
  }));
  const shared = { format: "anthropic-messages" } as const;
  expect(upstreams).toEqual([
    {
      ...shared,
      label: "DeepSeek",
      baseUrl: "https://api.deepseek.com/anthropic",
      auth: "x-api-key",
      key: { from: "env", name: "DEEPSEEK_API_KEY" },
      totalMs: 300_000,
      connectMs: 15_000,
    },
    {
      ...shared,
      label: "Kimi",
      baseUrl: "https://api.kimi.com/coding",
      auth: "x-api-key",
      key: { from: "env", name: "KIMI_API_KEY" },
      totalMs: 1_800_000,
      connectMs: 10_000,
    },
    {
      ...shared,
      label: "MiniMax",
      baseUrl: "https://api.minimax.io/anthropic",
      auth: "bearer",
      key: { from: "env", name: "MINIMAX_API_KEY" },
      totalMs: 180_000,
      connectMs: 10_000,
    },
  ]);
  expect(resolver.tiers.map(({ keyword, offer }) => [keyword, offer.model])).toEqual([
    ["opus", "deepseek-v4-pro"],
    ["sonnet", "kimi-for-coding"],
    ["haiku", "MiniMax-M2.7"],
  ]);
});

test("R356 R357 R359 R364 R376 R390 R401 model-router's switches", () => {
  const { catalog } = compiled("", "model-router");
  expect(catalog).toMatchObject({
    listen: ["127.0.0.1:9099"],
    auth: { mode: "nonempty" },
    limits: { maxInFlight: 50, queueSize: 0, queueMs: 0, maxBodyBytes: 10 * 1024 * 1024 },
    failover: { statuses: [], relay401: true, maxAttempts: 1, exhausted: "last_error" },
    unknownModelStatus: 400,
    startup: { allowMissingKeys: false, allowPrivilegedPort: false },
  });
});

test("the example of model-router is the table that the profile has of itself", async () => {
  const example = await understand(join(examples, "model-router.toml"));
  const { catalog, resolver } = compiled("", "model-router");
  expect(example.ok && example.ir.resolver).toEqual(resolver);
  expect(example.ok && { ...example.ir.catalog, configFile: "" }).toEqual({ ...catalog, configFile: "" });
});

test("R233 R234 R235 R283 anthropic-proxy's switches; a retry of the same provider is the file's to ask for", () => {
  const config = `${clientKey}[providers.zai]\nbase_url = "https://api.z.ai/api/anthropic"\n`;
  const { catalog, resolver } = compiled(config, "anthropic-proxy");
  expect(catalog).toMatchObject({
    routing: { strategy: "weight_tps", minTps: 40, slow: "exclude" },
    failover: { include4xx: true, exhausted: "bad_gateway" },
    replyModel: "requested",
    unknownModelStatus: 502,
  });
  expect(catalog.providers["zai"]).toMatchObject({
    format: "anthropic-messages",
    retry: { maxAttempts: 4, initialBackoffMs: 100, maxBackoffMs: 5000, multiplier: 2, sameProvider: "never" },
    breaker: { errorRate: 0.5, minRequests: 10 },
  });
  expect(resolver.defaultProvider).toBeUndefined();
  const asked = compiled(`${config}[retry]\nsame_provider = "always"\n`, "anthropic-proxy");
  expect(asked.catalog.providers["zai"]?.retry.sameProvider).toBe("always");
});

test("arouter and anyrouter: retries first, and keys by priority", () => {
  const one = compiled("", "arouter").catalog;
  expect(one.listen).toEqual(["127.0.0.1:8080"]);
  expect(one.providers["openai"]?.retry).toMatchObject({ maxAttempts: 3, sameProvider: "always" });
  const many = compiled(clientKey, "anyrouter").catalog;
  expect(many).toMatchObject({ auth: { mode: "keys" }, routing: { strategy: "priority" }, unknownModelStatus: 404 });
  expect(many.providers["openai"]).toMatchObject({ pool: "fallback", breaker: { failureThreshold: 1 } });
});
