import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Catalog } from "../../runtime/contract.ts";
import { operatorRefusal } from "../../runtime/operator/operator.ts";
import type { Served } from "../../runtime/server/serve.ts";
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
    env: { AROUTER_STORE: ":memory:", ...(more.env ?? env) },
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
  alpha.script({ do: { status: 500, errorMessage: "sk-canary-one cannot say a-private-word" } });
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
  for (const limit of ["0", "-1", "all", "1.5", ""]) {
    const refused = await get(served, `/v1/traces?limit=${limit}`);
    expect([refused.status, refused.body.error.message]).toEqual([400, "limit must be a whole number from 1 to 1000."]);
  }
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
  expect(lines).toContain(
    'arouter_upstream_attempts_total{provider="beta",model="gpt-4.1",outcome="ok",rule="none"} 1',
  );
  expect(lines).toContain(
    'arouter_upstream_attempts_total{provider="beta",model="gpt-4.1",outcome="server_error",rule="none"} 5',
  );
  expect(lines).toContain('arouter_key_quarantines_total{provider="alpha",key="one",reason="rejected"} 1');
  expect(lines).toContain('arouter_key_quarantined{provider="alpha",key="two"} 1');
  expect(lines).toContain('arouter_breaker_state{provider="beta",model="gpt-4.1"} 2');
  expect(lines).toContain('arouter_breaker_opens_total{provider="beta",model="gpt-4.1"} 1');
  expect(lines).toContain("# TYPE arouter_breaker_opens_total counter");
  const { body } = await get(served, "/admin/state");
  const count = expect.any(Number);
  const key = { billing: "platform", denied_models: [], in_flight: 0, spent_today_usd: 0, spent_month_usd: 0 };
  expect(body).toEqual({
    generation: 1,
    uptime_seconds: count,
    in_flight: 0,
    queued: 0,
    limit: 0,
    rss_bytes: null,
    keys: [
      {
        ...key,
        provider: "alpha",
        id: "one",
        state: "quarantined",
        why: "rejected",
        needs_attention: true,
        left_ms: count,
        requests: count,
        failures: count,
      },
      {
        ...key,
        provider: "alpha",
        id: "two",
        state: "quarantined",
        why: "rate-limited",
        needs_attention: false,
        left_ms: count,
        requests: 1,
        failures: 1,
      },
      {
        ...key,
        provider: "beta",
        id: "default",
        state: "ok",
        why: null,
        needs_attention: false,
        left_ms: 0,
        requests: 6,
        failures: 0,
        spent_today_usd: count,
        spent_month_usd: count,
      },
    ],
    breakers: [
      {
        provider: "beta",
        model: "gpt-4.1",
        state: "open",
        left_ms: count,
        consecutive_failures: 5,
        error_rate: 5 / 6,
        requests_in_window: 6,
        opens: 1,
      },
      {
        provider: "alpha",
        model: "gpt-4o",
        state: "closed",
        left_ms: 0,
        consecutive_failures: 0,
        error_rate: 0,
        requests_in_window: 0,
        opens: 0,
      },
    ],
    throughput: [],
  });
  const [alphaHealth, betaHealth] = Object.values((await get(served, "/healthz")).body.providers);
  expect(alphaHealth).toMatchObject({ breaker: "closed", keys: { ok: 0, quarantined: 2, limited: 0 } });
  expect(betaHealth).toMatchObject({ breaker: "open", keys: { ok: 1, quarantined: 0, limited: 0 } });
  await served.stop();
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
    ["this machine by its name", { host: "localhost:8080" }, true, undefined],
    ["this machine by its other address", { host: "[::1]:8080" }, true, undefined],
    ["a network", {}, false, "operator_only"],
    ["a network, through a proxy on this machine", { "x-forwarded-for": "192.0.2.1" }, true, "operator_only"],
    ["another site's page", { "sec-fetch-site": "cross-site" }, true, "cross_site"],
    ["a page from another port", { "sec-fetch-site": "same-site" }, true, "cross_site"],
    ["a page of the same site", { "sec-fetch-site": "same-origin", host: "localhost:8080" }, true, undefined],
    ["whoever types the address", { "sec-fetch-site": "none", host: "127.0.0.1:8080" }, true, undefined],
    ["an old browser, another origin", { origin: "http://evil.test", host: "localhost:8080" }, true, "cross_site"],
    ["an old browser, the same origin", { origin: "http://localhost:8080", host: "localhost:8080" }, true, undefined],
    ["an origin that is none", { origin: "http://[", host: "localhost:8080" }, true, "cross_site"],
    ["a sandboxed page", { origin: "null", host: "localhost:8080" }, true, "cross_site"],
    [
      "F232 a site whose name points here",
      { "sec-fetch-site": "same-origin", host: "evil.test:8080" },
      true,
      "cross_site",
    ],
    ["F232 a name that only begins like ours", { host: "localhost.evil.test" }, true, "cross_site"],
  ] as const)("F192 F231 pages that tell, without a key, to %s", (_name, headers, loopbackOnly, code) => {
    const refused = operatorRefusal(new Headers(headers), { key: undefined, loopbackOnly }, "tells");
    expect(refused?.code).toBe(code);
    expect(refused?.status).toBe(code && 403);
  });

  test("F192 who is not let in learns which setting would", () => {
    const refused = operatorRefusal(new Headers(), { key: undefined, loopbackOnly: false }, "tells");
    const hint = "Set [admin] key in the configuration and present it as `Authorization: Bearer <key>`.";
    expect(refused?.message).toBe(`This page is for the gateway's operator. ${hint}`);
    const page = new Headers({ "sec-fetch-site": "cross-site" });
    const foreign = operatorRefusal(page, { key: undefined, loopbackOnly: true }, "tells");
    expect(foreign?.message).toBe(`Without a key, other sites' pages may not read this. ${hint}`);
  });

  test.each(["authorization", "x-api-key"])(
    "the key is taken from %s, also from far away and by any name",
    (header) => {
      const access = { key: adminKey, loopbackOnly: false };
      const value = (key: string) => (header === "authorization" ? `Bearer ${key}` : key);
      const refusal = (key: string) =>
        operatorRefusal(new Headers({ [header]: value(key), host: "gateway.test" }), access, "changes");
      expect(refusal(adminKey)).toBeUndefined();
      expect(refusal(`${adminKey}x`)?.status).toBe(401);
    },
  );

  test("F233 no cache keeps what operators see, nor a refusal", async () => {
    const served = await start();
    for (const path of ["/metrics", "/api/v1/traces", "/v1/traces/none", "/admin/state"]) {
      expect((await fetch(served.url + path)).headers.get("cache-control")).toBe("no-store");
    }
    const refused = await fetch(`${served.url}/metrics`, { headers: { "sec-fetch-site": "cross-site" } });
    expect([refused.status, refused.headers.get("cache-control")]).toEqual([403, "no-store"]);
    await served.stop();
  });
});
