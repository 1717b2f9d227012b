import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Catalog } from "../../runtime/contract.ts";
import { operatorRefusal } from "../../runtime/operator.ts";
import type { Served } from "../../runtime/serve.ts";
import { serveCompiled } from "../support/compiled.ts";

const config = `
[providers.alpha]
type = "openai"
base_url = "https://alpha.test"
label = "Alpha"
keys = [{ id = "one", key = "env.ALPHA_1" }, { id = "two", key = "env.ALPHA_2" }]
[providers.beta]
type = "openai"
base_url = "https://beta.test"
api_key = "env.BETA"
retry = { max_attempts = 1 }
[[models]]
name = "shared"
provider = "alpha"
upstream_model = "gpt-4o"
priority = 1
price = { prompt = "2.50", completion = "10" }
[[models]]
name = "shared"
provider = "beta"
upstream_model = "gpt-4.1"
priority = 2
price = { prompt = 2, completion = 8 }
[tiers.gpt]
provider = "alpha"
model = "gpt-4o"
`;
const env: Record<string, string> = { ALPHA_1: "sk-canary-one", ALPHA_2: "sk-canary-two", BETA: "sk-canary-beta" };
const adminKey = "operator-key";

let alpha: Simulator;
let beta: Simulator;
beforeAll(async () => {
  [alpha, beta] = await Promise.all([startSimulator(), startSimulator()]);
});
afterAll(async () => {
  await alpha.stop();
  await beta.stop();
});

function start(more: { text?: string; env?: Record<string, string>; change?: Partial<Catalog> } = {}): Promise<Served> {
  alpha.reset();
  beta.reset();
  return serveCompiled({
    files: { "arouter.toml": config + (more.text ?? "") },
    env: more.env ?? env,
    upstreams: { alpha: alpha.openaiUrl, beta: beta.openaiUrl },
    ...(more.change === undefined ? {} : { change: () => more.change ?? {} }),
  });
}

async function ask(served: Served, word = "hello"): Promise<Response> {
  const body = JSON.stringify({ model: "shared", messages: [{ role: "user", content: word }] });
  const response = await fetch(`${served.url}/v1/chat/completions`, { method: "POST", body });
  await response.clone().text();
  return response;
}

/** Bodies are compared member by member, so their type is left to the comparison. */
async function json(response: Response): Promise<Readonly<{ status: number; body: ReturnType<typeof JSON.parse> }>> {
  return { status: response.status, body: JSON.parse(await response.text()) };
}

const get = (served: Served, path: string, headers = {}) => fetch(served.url + path, { headers }).then(json);

test("R86 R97 R100 R101 a trace holds both hops in order: which upstream, why, and what it cost", async () => {
  const served = await start();
  alpha.script({ do: { status: 500 } });
  const response = await ask(served, "a-private-word");
  const id = response.headers.get("x-arouter-request-id");
  const { status, body } = await get(served, `/api/v1/traces/${id}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id,
    endpoint: "chat_completions",
    model_requested: "shared",
    model_served: "gpt-4.1",
    provider: "beta",
    status: 200,
    how: "finished",
    attempts: [
      {
        n: 1,
        provider: "alpha",
        key: "one",
        model: "gpt-4o",
        outcome: "failed",
        status: 500,
        error_type: "server_error",
        cost: null,
      },
      { n: 2, provider: "beta", key: "default", model: "gpt-4.1", outcome: "ok", status: null, error_type: null },
    ],
  });
  const { usage } = JSON.parse(await response.text());
  expect(body.attempts[1]).toMatchObject({ tokens_in: usage.prompt_tokens, tokens_out: usage.completion_tokens });
  expect(body.attempts[1].cost).toBeCloseTo((usage.prompt_tokens * 2 + usage.completion_tokens * 8) / 1e6, 12);
  const list = await get(served, "/api/v1/traces?limit=1");
  expect(list.body.traces.map((trace: { id: string }) => trace.id)).toEqual([id]);
  expect((await get(served, "/v1/traces/nobody")).status).toBe(404);
  const pages = await Promise.all(
    ["/api/v1/traces", "/admin/state", "/metrics", "/health", "/healthz"].map((path) =>
      fetch(served.url + path).then((page) => page.text()),
    ),
  );
  expect(pages.join("")).not.toMatch(/sk-canary|a-private-word/);
  await served.stop();
});

test("R42 R181 R98 R125 R126 metrics and state show keys at rest, breakers and attempts", async () => {
  const served = await start();
  alpha.script({ when: { key: "sk-canary-one" }, do: { status: 401 }, times: "always" });
  alpha.script({ when: { key: "sk-canary-two" }, do: { status: 429, retryAfter: "60" }, times: "always" });
  expect((await ask(served)).status).toBe(200);
  beta.script({ do: { status: 500 }, times: "always" });
  for (let n = 0; n < 5; n++) expect((await ask(served)).status).toBe(500);
  expect((await ask(served)).status).toBe(429);
  const page = await fetch(`${served.url}/metrics`);
  expect(page.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const lines = (await page.text()).split("\n");
  expect(lines).toContain('arouter_upstream_attempts_total{provider="beta",model="gpt-4.1",outcome="ok"} 1');
  expect(lines).toContain('arouter_upstream_attempts_total{provider="beta",model="gpt-4.1",outcome="server_error"} 5');
  expect(lines).toContain('arouter_key_quarantines_total{provider="alpha",key="one",reason="rejected"} 1');
  expect(lines).toContain('arouter_key_quarantined{provider="alpha",key="two"} 1');
  expect(lines).toContain('arouter_breaker_state{provider="beta",model="gpt-4.1"} 2');
  expect(lines).toContain('arouter_breaker_opens_total{provider="beta",model="gpt-4.1"} 1');
  expect(lines).toContain("# TYPE arouter_breaker_opens_total counter");
  const { body } = await get(served, "/admin/state");
  expect(body.keys).toMatchObject([
    { provider: "alpha", id: "one", state: "quarantined", why: "rejected", needs_attention: true },
    { provider: "alpha", id: "two", state: "quarantined", why: "rate-limited", needs_attention: false },
    { provider: "beta", id: "default", state: "ok" },
  ]);
  await served.stop();
});

describe("R377 R378 R379 R380 R355 GET /health", () => {
  test("tiers with their upstreams and keys, without any authentication", async () => {
    const served = await start();
    const { status, body } = await get(served, "/health");
    expect(status).toBe(200);
    expect(body).toEqual({
      status: "ok",
      tiers: { gpt: { upstream: "Alpha", key_present: true } },
      providers: {
        alpha: { key_present: true, healthy: true, error_rate: 0, breaker: "closed" },
        beta: { key_present: true, healthy: true, error_rate: 0, breaker: "closed" },
      },
      healthy_providers: 2,
      total_providers: 2,
      tps_threshold: 40,
    });
    await served.stop();
  });

  test("503 as soon as an upstream's key is gone from the environment", async () => {
    const own = { ...env };
    const served = await start({ env: own });
    delete own["BETA"];
    const { status, body } = await get(served, "/health");
    expect([status, body.status]).toEqual([503, "degraded"]);
    expect(body.providers.beta.key_present).toBe(false);
    await served.stop();
  });
});

test("R182 probes in the background find a dead key before any client does", async () => {
  const strict = await startSimulator({ openaiKey: "sk-canary-two" });
  const served = await serveCompiled({
    files: { "arouter.toml": config },
    env,
    upstreams: { alpha: strict.openaiUrl, beta: beta.openaiUrl },
    change: () => ({ health: { probeIntervalMs: 50, failOn: "all" } }),
  });
  const states = async () =>
    (await get(served, "/admin/state")).body.keys.map(({ id, state }: { id: string; state: string }) => [id, state]);
  for (let n = 0; n < 100 && (await states())[0][1] === "ok"; n++) await Bun.sleep(20);
  expect(await states()).toEqual([
    ["one", "quarantined"],
    ["two", "ok"],
    ["default", "ok"],
  ]);
  expect((await ask(served)).status).toBe(200);
  expect(
    strict.requests.filter(({ method }) => method === "POST").map(({ headers }) => headers["authorization"]),
  ).toEqual(["Bearer sk-canary-two"]);
  await served.stop();
  await strict.stop();
});

describe("who may", () => {
  test("with a key: whoever presents it; actions too", async () => {
    const served = await start({ text: `\n[admin]\nkey = "env.ADMIN"\n`, env: { ...env, ADMIN: adminKey } });
    expect((await get(served, "/admin/state")).status).toBe(401);
    const authorization = `Bearer ${adminKey}`;
    expect((await get(served, "/admin/state", { authorization })).status).toBe(200);
    alpha.script({ when: { key: "sk-canary-one" }, do: { status: 401 } });
    await ask(served);
    const reset = await fetch(`${served.url}/admin/keys/alpha/one/reset`, {
      method: "POST",
      headers: { authorization },
    });
    expect(await json(reset)).toEqual({ status: 200, body: { reset: true } });
    const { body } = await get(served, "/admin/state", { authorization });
    expect(body.keys[0]).toMatchObject({ id: "one", state: "ok" });
    const reload = await fetch(`${served.url}/admin/reload`, { method: "POST", headers: { authorization } });
    expect(await json(reload)).toEqual({ status: 200, body: { applied: true, generation: 2, problems: [] } });
    const nobody = await fetch(`${served.url}/admin/keys/alpha/nine/reset`, {
      method: "POST",
      headers: { authorization },
    });
    expect(nobody.status).toBe(404);
    await served.stop();
  });

  test("without one nothing can be changed", async () => {
    const served = await start();
    const reload = await fetch(`${served.url}/admin/reload`, { method: "POST" });
    expect(await json(reload)).toMatchObject({ status: 403, body: { error: { code: "operator_only" } } });
    await served.stop();
  });

  test("an admin key that is configured and missing stops the start", async () => {
    await expect(start({ text: `\n[admin]\nkey = "env.ADMIN"\n` })).rejects.toThrow(/Admin key: .*ADMIN not set/);
  });

  test.each([
    ["this machine", {}, true, undefined],
    ["a network", {}, false, 403],
    ["another site's page", { "sec-fetch-site": "cross-site" }, true, 403],
    ["a page of the same site", { "sec-fetch-site": "same-origin" }, true, undefined],
    ["an old browser, another origin", { origin: "http://evil.test", host: "localhost:8080" }, true, 403],
    ["an old browser, the same origin", { origin: "http://localhost:8080", host: "localhost:8080" }, true, undefined],
  ] as const)("F192 F231 pages that tell, without a key, to %s", (_name, headers, loopbackOnly, status) => {
    expect(operatorRefusal(new Headers(headers), { key: undefined, loopbackOnly }, "tells")?.status).toBe(status);
  });
});
