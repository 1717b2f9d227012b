import { afterEach, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { createAdmission } from "../../runtime/admission/admission.ts";
import { createReasoningMemory } from "../../runtime/answer/reasoning-memory.ts";
import { after, monotonicMs } from "../../runtime/clock.ts";
import type { Gateway } from "../../runtime/contract.ts";
import { createKeptIds } from "../../runtime/kept/kept-ids.ts";
import { createMetrics } from "../../runtime/metrics/metrics.ts";
import { createResponseStore } from "../../runtime/responses/response-store.ts";
import { type Benchmark, createBenchmark } from "../../runtime/routing/benchmark.ts";
import { defaultPreferences } from "../../runtime/routing/preferences.ts";
import type { Dependencies } from "../../runtime/server/dependencies.ts";
import { createGeneration } from "../../runtime/server/generation.ts";
import { createInFlight } from "../../runtime/server/in-flight.ts";
import { createTelemetry } from "../../runtime/telemetry/telemetry.ts";
import { createAccessTokens } from "../../runtime/upstream/access-tokens.ts";
import { createSchemaChecker } from "../../runtime/validation/schema-checker.ts";
import { testGateway } from "../support/served.ts";
import { silent } from "../support/silent.ts";
import { providerTerms } from "../support/terms.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function simulator(): Promise<Simulator> {
  const started = await startSimulator();
  ends.push(() => started.stop());
  return started;
}

const models = ["claude-sonnet-4-5", "gpt-4o"];
const hour = { enabled: true, intervalMs: 3_600_000 };

/** A gateway with an OpenAI and an Anthropic provider at one simulator, and what it knows of them. */
async function dependencies(
  upstreamUrl: string,
  benchmark: Gateway["catalog"]["benchmark"] = hour,
  resolve?: Gateway["resolve"],
): Promise<Dependencies> {
  const { breaker } = providerTerms;
  const gateway = testGateway({
    upstreamUrl,
    provider: { breaker },
    catalog: { models, benchmark },
    ...(resolve === undefined ? {} : { resolve }),
  });
  const checker = createSchemaChecker();
  const admission = createAdmission(gateway.catalog.limits, { now: monotonicMs, after, refused: () => undefined });
  ends.push(checker.close, admission.stop);
  const created = await createGeneration(gateway, {
    env: { OPENAI: "sk-openai", ANTHROPIC: "sk-ant" },
    readConfigFile: () => Promise.reject(new Error("no configuration file")),
    connect: () => Promise.resolve(),
    inFlight: createInFlight(),
    admission,
    metrics: createMetrics(),
    metricsText: () => Promise.resolve(""),
    traces: undefined,
    telemetry: createTelemetry({ env: {}, dropped: () => undefined, warn: () => undefined }),
    tokens: createAccessTokens({ fetch: globalThis.fetch, now: () => 0 }),
    reasoning: createReasoningMemory(() => 0),
    responses: createResponseStore(() => 0),
    keptIds: createKeptIds(() => 0),
    recorder: undefined,
    checker,
    finished: () => undefined,
    log: silent,
    keepAliveMs: 0,
    stalledClientMs: 0,
    loopbackOnly: true,
    startedMs: 0,
    reloads: { status: () => ({ generation: 1 }), request: () => Promise.reject(new Error("no reload")) },
  });
  if (created.kind === "refused") throw new Error(created.problems.join());
  return created.generation.dependencies;
}

function start(deps: Dependencies, times: { firstMs?: number; limitMs?: number } = {}): Benchmark {
  const benchmark = createBenchmark(deps, { firstMs: 1, ...times });
  ends.push(benchmark.stop);
  benchmark.start();
  return benchmark;
}

async function until(holds: () => boolean): Promise<void> {
  for (let n = 0; n < 200 && !holds(); n++) await Bun.sleep(10);
}

const counted = "one two three four five six seven eight nine ten eleven twelve";
const speaks = { text: counted, usage: { output_tokens: 32, completion_tokens: 32 }, eventDelayMs: 4 };

test("R233 R285 asks every model a tiny streamed question in its own words, and its speed is known", async () => {
  const sim = await simulator();
  sim.script({ do: speaks, times: "always" });
  const deps = await dependencies(sim.openaiUrl);
  start(deps);
  await until(() => deps.hot.throughput.report().length === 2);
  const messages = [{ role: "user", content: "Count from one to forty in words." }];
  expect(sim.requests.map(({ path, json }) => ({ path, json }))).toEqual([
    { path: "/v1/messages", json: { model: "claude-sonnet-4-5", max_tokens: 32, stream: true, messages } },
    {
      path: "/v1/chat/completions",
      json: {
        model: "gpt-4o",
        max_completion_tokens: 32,
        stream: true,
        stream_options: { include_usage: true },
        messages,
      },
    },
  ]);
  const speeds = deps.hot.throughput.report().map(({ provider, model, samples }) => ({ provider, model, samples }));
  expect(speeds.toSorted((one, other) => (one.provider < other.provider ? -1 : 1))).toEqual([
    { provider: "anthropic", model: "claude-sonnet-4-5", samples: 1 },
    { provider: "openai", model: "gpt-4o", samples: 1 },
  ]);
  expect(await deps.metrics.text()).toContain(
    'arouter_upstream_attempts_total{provider="openai",model="gpt-4o",outcome="ok",rule="none"} 1',
  );
  expect(deps.hot.keys().flatMap(({ keys }) => keys.filter(({ inFlight }) => inFlight > 0))).toEqual([]);
});

test("R233 the faster of two equal offers goes first once both were measured", async () => {
  const sim = await simulator();
  sim.script(
    { when: { model: "gpt-4o" }, do: { ...speaks, eventDelayMs: 40 }, times: "always" },
    { do: speaks, times: "always" },
  );
  const route = {
    model: "any",
    offers: [
      { provider: "openai", model: "gpt-4o" },
      { provider: "anthropic", model: "claude-sonnet-4-5" },
    ],
  } as const;
  const deps = await dependencies(sim.openaiUrl, hour, () => route);
  const first = () =>
    deps.hot.rank(route, {
      preferences: defaultPreferences,
      clientFormat: "openai-chat",
      usedParameters: () => [],
      wantsThinking: () => false,
    }).offers[0]?.provider;
  expect(first()).toBe("openai");
  start(deps);
  await until(() => deps.hot.throughput.report().length === 2);
  expect(first()).toBe("anthropic");
});

describe("costs no more than it must", () => {
  test("nothing is asked unless it is enabled", async () => {
    const sim = await simulator();
    start(await dependencies(sim.openaiUrl, { enabled: false, intervalMs: 10 }));
    await Bun.sleep(100);
    expect(sim.requests).toEqual([]);
  });

  test("what was measured less than a minute ago is left out, however short the interval", async () => {
    const sim = await simulator();
    const deps = await dependencies(sim.openaiUrl, { enabled: true, intervalMs: 20 });
    start(deps);
    await until(() => sim.requests.length >= 2);
    await Bun.sleep(100);
    expect(sim.requests.map(({ path }) => path)).toEqual(["/v1/messages", "/v1/chat/completions"]);
  });

  test("a configuration that is reloaded does not measure again within its interval", async () => {
    const sim = await simulator();
    const deps = await dependencies(sim.openaiUrl);
    for (const [provider, model] of [["openai", "gpt-4o"] as const, ["anthropic", "claude-sonnet-4-5"] as const]) {
      deps.hot.throughput.sample(provider, model, { outputTokens: 50, generationMs: 1000, firstTokenMs: 10 });
    }
    start(deps);
    await Bun.sleep(100);
    expect(sim.requests).toEqual([]);
  });
});

describe("an upstream that does not do well", () => {
  test("one that is too slow is let go of, and nothing is held against it", async () => {
    const sim = await simulator();
    sim.script({ when: { path: "/v1/messages" }, do: { stallAfterEvents: 3 } });
    const deps = await dependencies(sim.openaiUrl);
    start(deps, { limitMs: 100 });
    await until(() => deps.hot.breakers.report().length === 2 && sim.requests[0]?.closedEarlyAtMs !== undefined);
    expect(sim.requests[0]?.closedEarlyAtMs).toBeNumber();
    expect(deps.hot.breakers.report().map(({ errorRate }) => errorRate)).toEqual([0, 0]);
    expect(deps.hot.throughput.report().map(({ provider }) => provider)).not.toContain("anthropic");
  });

  test("one that fails counts as for a client's request, and the next one is measured", async () => {
    const sim = await simulator();
    sim.script({ when: { path: "/v1/messages" }, do: { status: 500 } }, { do: speaks });
    const deps = await dependencies(sim.openaiUrl);
    start(deps);
    await until(() => deps.hot.throughput.report().length === 1);
    expect(deps.hot.throughput.report()).toMatchObject([{ provider: "openai" }]);
    const failed = deps.hot.breakers.report().find(({ provider }) => provider === "anthropic");
    expect(failed?.consecutiveFailures).toBe(1);
  });

  test("one whose breaker is open is not asked", async () => {
    const sim = await simulator();
    const deps = await dependencies(sim.openaiUrl);
    const breaker = deps.hot.breakers.of("anthropic", "claude-sonnet-4-5", providerTerms.breaker);
    for (let n = 0; n < 5; n++) breaker.settle("failure", undefined);
    start(deps);
    await until(() => sim.requests.length > 0);
    await Bun.sleep(50);
    expect(sim.requests.map(({ path }) => path)).toEqual(["/v1/chat/completions"]);
  });
});

test("stop closes the answer under way and asks no more", async () => {
  const sim = await simulator();
  sim.script({ do: { neverAnswer: true } });
  const benchmark = start(await dependencies(sim.openaiUrl));
  await until(() => sim.requests.length > 0);
  benchmark.stop();
  await until(() => sim.requests[0]?.closedEarlyAtMs !== undefined);
  expect(sim.requests[0]?.closedEarlyAtMs).toBeNumber();
  expect(sim.requests.length).toBe(1);
});
