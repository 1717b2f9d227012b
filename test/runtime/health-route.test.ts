import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Catalog, Provider, SecretRef } from "../../runtime/contract.ts";
import { type TierHealth, tierHealth } from "../../runtime/health/tier-health.ts";
import { createMetrics } from "../../runtime/metrics/metrics.ts";
import { createHotState, type HotState } from "../../runtime/routing/hot-state.ts";
import type { Served } from "../../runtime/server/serve.ts";
import type { ResolvedKey } from "../../runtime/upstream/secrets.ts";
import { serveCompiled } from "../support/compiled.ts";
import { testGateway } from "../support/served.ts";
import { providerTerms } from "../support/terms.ts";

const tierNames = ["opus", "sonnet", "haiku"] as const;
const labels = { opus: "DeepSeek", sonnet: "Kimi", haiku: "MiniMax" } as const;
const env = { OPUS: "sk-opus", SONNET: "sk-sonnet", HAIKU: "sk-haiku" };
const config = tierNames
  .map(
    (tier) => `
[providers.${tier}-upstream]
type = "anthropic"
base_url = "https://${tier}.test"
label = "${labels[tier]}"
api_key = "env.${tier.toUpperCase()}"
[tiers.${tier}]
provider = "${tier}-upstream"
model = "some-model"
`,
  )
  .join("");

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

function start(own: Record<string, string>, extra = ""): Promise<Served> {
  const upstreams = Object.fromEntries(tierNames.map((tier) => [`${tier}-upstream`, simulator.anthropicUrl]));
  return serveCompiled({ files: { "arouter.toml": extra + config }, env: own, upstreams });
}

async function health(served: Served): Promise<Readonly<{ status: number; body: TierHealth }>> {
  const response = await fetch(`${served.url}/health`);
  const body: TierHealth = JSON.parse(await response.text());
  return { status: response.status, body };
}

const well = { key_present: true, healthy: true, error_rate: 0, breaker: "closed" } as const;

describe("GET /health", () => {
  test("R355 R377 R378 R379 says ok, and for every tier its upstream and whether its key is there, to anyone", async () => {
    const served = await start(env, `[auth]\nkeys = ["a-client-key"]\n`);
    const { status, body } = await health(served);
    expect([status, body.status]).toEqual([200, "ok"]);
    expect(JSON.stringify(body.tiers)).toBe(
      '{"opus":{"upstream":"DeepSeek","key_present":true},"sonnet":{"upstream":"Kimi","key_present":true},"haiku":{"upstream":"MiniMax","key_present":true}}',
    );
    expect(body).toEqual({
      status: "ok",
      tiers: body.tiers,
      providers: { "haiku-upstream": well, "opus-upstream": well, "sonnet-upstream": well },
      healthy_providers: 3,
      total_providers: 3,
      tps_threshold: 40,
    });
    await served.stop();
  });

  test("R380 is 503 as soon as an upstream's key is gone from the environment, and 200 once it is back", async () => {
    const own: Record<string, string> = { AROUTER_STORE: "off", ...env };
    const served = await start(own);
    own["SONNET"] = " ";
    const { status, body } = await health(served);
    expect([status, body.status, body.healthy_providers]).toEqual([503, "degraded", 2]);
    expect(body.tiers).toEqual({
      opus: { upstream: "DeepSeek", key_present: true },
      sonnet: { upstream: "Kimi", key_present: false },
      haiku: { upstream: "MiniMax", key_present: true },
    });
    expect(body.providers["sonnet-upstream"]).toEqual({ ...well, key_present: false });
    own["SONNET"] = "sk-new";
    expect((await health(served)).status).toBe(200);
    await served.stop();
  });

  test("R380 is 503 from the start where a gateway may start without its keys", async () => {
    const served = await start({ OPUS: "sk-opus" }, "[startup]\nallow_missing_keys = true\n");
    const { status, body } = await health(served);
    expect(status).toBe(503);
    expect(tierNames.map((tier) => body.tiers[tier]?.key_present)).toEqual([true, false, false]);
    await served.stop();
  });
});

type Keys = readonly [ResolvedKey, ...ResolvedKey[]];

/** What GET /health says of providers with these keys in the environment, after what `happens` to the first, `a`. */
function told(
  settings: Readonly<Record<string, Partial<Provider>>>,
  given: Readonly<{ env?: Record<string, string>; happens?: (hot: HotState) => void }> = {},
) {
  const base = testGateway({
    upstreamUrl: "http://upstream.test",
    provider: { breaker: providerTerms.breaker },
  }).catalog;
  const openai = base.providers["openai"];
  if (openai === undefined) throw new Error("no provider");
  const providers = Object.fromEntries(
    Object.entries(settings).map(([id, more]) => [id, { ...openai, keys: [keyFrom(id)], ...more }]),
  );
  const catalog: Catalog = { ...base, providers };
  const keys = new Map(Object.keys(settings).map((id): [string, Keys] => [id, [{ id: "default", value: `sk-${id}` }]]));
  let nowMs = 0;
  const now = () => nowMs++;
  const hot = createHotState(catalog, keys, { now, epochMs: now, random: () => 0, metrics: createMetrics() });
  given.happens?.(hot);
  return tierHealth(catalog, hot, given.env ?? { A: "sk-a", B: "sk-b" });
}

function keyFrom(id: string, ...literals: readonly SecretRef[]): Provider["keys"][number] {
  return { id: "default", secret: [{ from: "env", name: id.toUpperCase() }, ...literals] };
}

/** Calls of one model that end like this, in order: `+` well, `-` not. */
function calls(results: string, model = "m") {
  return (hot: HotState) => {
    for (const result of results) {
      hot.breakers.of("a", model, providerTerms.breaker).settle(result === "+" ? "success" : "failure", undefined);
    }
  };
}

describe("C2 what counts", () => {
  test.each([
    ["", 200, 0, "closed", true],
    ["+++-", 200, 0.25, "closed", true],
    ["+-", 503, 0.5, "closed", false],
    ["++++-----", 503, 5 / 9, "open", false],
  ] as const)("a provider alone, after %p: %p", (results, status, errorRate, breaker, healthy) => {
    const report = told({ a: {} }, { happens: calls(results) });
    expect(report.status).toBe(status);
    expect(report.body.status).toBe(status === 200 ? "ok" : "unhealthy");
    expect(report.body.providers).toEqual({ a: { key_present: true, healthy, error_rate: errorRate, breaker } });
    expect(report.body.healthy_providers).toBe(healthy ? 1 : 0);
  });

  test("one healthy provider is enough", () => {
    const report = told({ a: {}, b: {} }, { happens: calls("-----") });
    expect([report.status, report.body.status, report.body.healthy_providers]).toEqual([200, "ok", 1]);
    expect(report.body.total_providers).toBe(2);
  });

  test("the worst of a provider's breakers is shown, and all of its models' calls are counted", () => {
    const report = told(
      { a: {}, b: {} },
      {
        happens: (hot) => {
          calls("+++++++++++++++", "good")(hot);
          calls("-----", "bad")(hot);
        },
      },
    );
    expect(report.body.providers["a"]).toEqual({ ...well, healthy: false, error_rate: 0.25, breaker: "open" });
  });

  test("a provider that needs no key has it; a key that was written in the file stays", () => {
    const report = told(
      {
        a: { auth: "none", keys: [] },
        b: { keys: [keyFrom("b", { from: "config", path: ["providers", "b", "api_key"] })] },
      },
      { env: {} },
    );
    expect(report.status).toBe(200);
  });

  test("one key of a pool is enough", () => {
    const keys = [keyFrom("a"), { ...keyFrom("spare"), id: "spare" }];
    expect(told({ a: { keys } }, { env: { SPARE: "sk" } }).status).toBe(200);
    expect(told({ a: { keys } }, { env: { SPARE: "" } }).status).toBe(503);
  });
});
