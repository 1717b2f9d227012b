import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "../../../cli/sim/simulator.ts";
import type { Served } from "../../../runtime/server/serve.ts";
import { openToRead } from "../../../runtime/store/sqlite/open-database.ts";
import { sqliteStore } from "../../../runtime/store/sqlite/sqlite-store.ts";
import { serveCompiled } from "../../support/compiled.ts";
import { startServed, testGateway } from "../../support/served.ts";
import { everything } from "./rows.ts";

const config = `
[auth]
keys = ["env.CLIENT"]
[providers.alpha]
type = "openai"
base_url = "https://alpha.test"
keys = [{ id = "own", key = "env.ALPHA", billing = "byok" }]
retry = { max_attempts = 1 }
[providers.beta]
type = "openai"
base_url = "https://beta.test"
api_key = "env.BETA"
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
`;
const secrets = { ALPHA: "sk-canary-alpha", BETA: "sk-canary-beta", CLIENT: "sk-canary-client" };

let folder: string;
let alpha: Simulator;
let beta: Simulator;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "arouter-routes-"));
  [alpha, beta] = await Promise.all([startSimulator(), startSimulator()]);
});
afterAll(async () => {
  await alpha.stop();
  await beta.stop();
  await rm(folder, { recursive: true });
});

function start(store: string, more = "", lines: string[] = []): Promise<Served> {
  alpha.reset();
  beta.reset();
  return serveCompiled({
    files: { "arouter.toml": config + more },
    env: { ...secrets, AROUTER_STORE: store },
    upstreams: { alpha: alpha.openaiUrl, beta: beta.openaiUrl },
    lines,
  });
}

/** Bodies are compared member by member, so their type is left to the comparison. */
async function get(served: Served, path: string, headers = {}) {
  const response = await fetch(served.url + path, { headers });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function ask(served: Served, stream = false, content = "hello", model = "shared") {
  const options = stream ? { stream, stream_options: { include_usage: true } } : {};
  const body = JSON.stringify({ model, ...options, messages: [{ role: "user", content }] });
  const headers = { authorization: `Bearer ${secrets.CLIENT}` };
  const response = await fetch(`${served.url}/v1/chat/completions`, { method: "POST", body, headers });
  return { id: response.headers.get("x-arouter-request-id") ?? "", text: await response.text() };
}

const nanos = (usd: number | null) => Math.round((usd ?? 0) * 1e9);

describe("what requests used", () => {
  test("R86 R111 R123 R186 a trace has the cost of each attempt; a key of one's own costs, and is charged nothing", async () => {
    const served = await start(":memory:");
    const own = await ask(served);
    alpha.script({ do: { status: 500 } });
    const failed = await ask(served);
    const paths = [own, failed].map(({ id }) => `/api/v1/traces/${id}`);
    const [first, second] = await Promise.all(paths.map((path) => get(served, path)));
    const price = (text: string, prompt: number, completion: number) => {
      const { usage } = JSON.parse(text);
      return usage.prompt_tokens * prompt * 1000 + usage.completion_tokens * completion * 1000;
    };
    expect(price(own.text, 2.5, 10)).toBeGreaterThan(0);
    expect(nanos(first?.body.cost)).toBe(price(own.text, 2.5, 10));
    expect(first?.body).toMatchObject({ charged: 0, byok: true, attempts: [{ billing: "byok", charged: 0 }] });
    expect(second?.body).toMatchObject({
      byok: false,
      provider: "beta",
      attempts: [
        { provider: "alpha", status: 500, error_type: "server_error", cost: null, charged: null },
        { provider: "beta", outcome: "ok", cost: second?.body.cost, charged: second?.body.cost },
      ],
    });
    expect(nanos(second?.body.charged)).toBe(price(failed.text, 2, 8));
    expect(first?.body.key).toMatch(/^[\w-]{12}$/);
    expect(second?.body.key).toBe(first?.body.key);
    const usage = await get(served, "/v1/usage?by=provider");
    expect(usage.body.usage).toMatchObject([
      { name: "alpha", requests: 2, attempts: 2, failed: 1, cost: first?.body.cost, charged: 0 },
      { name: "beta", requests: 1, attempts: 1, failed: 0, cost: second?.body.cost, charged: second?.body.cost },
    ]);
    await served.stop();
  });
});

test("R45 what a rule saved is the difference of the prices at the tokens that were used", async () => {
  const priced = (name: string, prompt: string, completion: string) =>
    `[[models]]\nname = "${name}"\nprovider = "alpha"\nprice = { prompt = "${prompt}", completion = "${completion}" }\n`;
  const files = {
    "arouter.toml": `[router]\npolicy_file = "policies.yaml"\n[providers.alpha]\ntype = "openai"\nbase_url = "https://alpha.test"\napi_key = "env.ALPHA"\n${priced("dear", "2.50", "10")}${priced("cheap", "0.15", "0.60")}`,
    "policies.yaml": "rules:\n  - name: thrifty\n    when: { model_glob: dear }\n    then: { model: cheap }\n",
  };
  alpha.reset();
  const served = await serveCompiled({
    files,
    env: { ...secrets, AROUTER_STORE: ":memory:" },
    upstreams: { alpha: alpha.openaiUrl },
  });
  let saved = 0;
  for (const content of ["one", "one two three", "one two three four five"]) {
    const { text } = await ask(served, false, content, "dear");
    const { prompt_tokens, completion_tokens } = JSON.parse(text).usage;
    saved += (2500 - 150) * prompt_tokens + (10_000 - 600) * completion_tokens;
  }
  await ask(served, false, "not rewritten", "cheap");
  const { body: byRule } = await get(served, "/v1/savings");
  expect(byRule.savings.map(({ rule, requests }: { rule: string; requests: number }) => [rule, requests])).toEqual([
    ["thrifty", 3],
    ["none", 1],
  ]);
  expect(nanos(byRule.savings[0].saved)).toBe(saved);
  expect(byRule.savings[1].saved).toBe(0);
  expect(nanos(byRule.total.cost_requested)).toBe(nanos(byRule.total.cost) + saved);
  const { body: byModel } = await get(served, "/v1/savings?by=model&rule=thrifty");
  expect(byModel.savings).toMatchObject([{ model_requested: "dear", model_served: "cheap", requests: 3 }]);
  const { body: traces } = await get(served, "/v1/traces?rule=thrifty");
  expect(traces.traces.reduce((sum: number, trace: { saved: number }) => sum + nanos(trace.saved), 0)).toBe(saved);
  await served.stop();
});

test("R130 no word of a request or an answer and no key is in the store's files", async () => {
  const path = join(folder, "canary/traces.db");
  const served = await start(path);
  alpha.script({ do: { text: "a-private-answer" } }, { do: { status: 400, errorMessage: "a-private-word?" } });
  await ask(served, true, "a-private-word");
  const { id } = await ask(served, false, "a-private-word");
  expect((await get(served, `/v1/traces/${id}`)).body.status).toBe(400);
  const files = await readdir(join(folder, "canary"));
  expect(files.sort()).toEqual(["traces.db", "traces.db-shm", "traces.db-wal"]);
  const bytes = await Promise.all(files.map((name) => readFile(join(folder, "canary", name), "latin1")));
  expect(bytes.join("")).toContain(id);
  expect(bytes.join("")).not.toMatch(/a-private|sk-canary/);
  await served.stop();
});

describe("the pages", () => {
  test("list what is asked for, newest first, and lead on in both directions", async () => {
    const served = await start(":memory:");
    const ids = [];
    for (let n = 0; n < 4; n++) ids.unshift((await ask(served)).id);
    const idsOf = (body: { traces: { id: string }[] }) => body.traces.map(({ id }) => id);
    const { body: newest } = await get(served, "/api/v1/traces?limit=2");
    expect(idsOf(newest)).toEqual(ids.slice(0, 2));
    const { body: oldest } = await get(served, `/v1/traces?limit=3&before=${newest.older}`);
    expect([idsOf(oldest), oldest.older]).toEqual([ids.slice(2), null]);
    const { body: newer } = await get(served, `/v1/traces?after=${oldest.newer}`);
    expect([idsOf(newer), newer.newer]).toEqual([ids.slice(0, 2), newest.newer]);
    const { body: none } = await get(served, `/v1/traces?after=${newer.newer}`);
    expect(none).toEqual({ traces: [], older: null, newer: newer.newer });
    expect((await get(served, "/v1/traces?status=error&since=1h")).body.traces).toEqual([]);
    expect((await get(served, "/v1/traces?provider=alpha&rule=none&since=1h")).body.traces).toHaveLength(4);
    await served.stop();
  });

  test("say what is wrong with a question", async () => {
    const served = await start(":memory:");
    const wrong = async (path: string) => {
      const { status, body } = await get(served, path);
      return [status, body.error.code, body.error.message];
    };
    expect(await wrong("/v1/traces?modle=m")).toMatchObject([
      400,
      "invalid_request",
      expect.stringMatching(/^modle is no parameter/),
    ]);
    expect(await wrong("/v1/usage?by=x")).toEqual([
      400,
      "invalid_request",
      "by must be one of model, provider, key, rule, day.",
    ]);
    expect(await wrong("/v1/savings?since=x")).toMatchObject([
      400,
      "invalid_request",
      expect.stringMatching(/^since must be an age/),
    ]);
    expect(await wrong("/v1/traces/nobody")).toEqual([
      404,
      "trace_not_found",
      "The store has no such request; GET /api/v1/traces lists those that it has.",
    ]);
    await served.stop();
  });

  test("are the operator's", async () => {
    const served = await start(":memory:", '[admin]\nkey = "operator-key"\n');
    for (const path of ["traces", "traces/x", "usage", "savings"]) {
      expect((await get(served, `/v1/${path}`)).status).toBe(401);
      expect((await get(served, `/v1/${path}`, { authorization: `Bearer ${secrets.CLIENT}` })).status).toBe(401);
      const { status } = await get(served, `/v1/${path}`, { authorization: "Bearer operator-key" });
      expect(status).toBe(path === "traces/x" ? 404 : 200);
    }
    await served.stop();
  });

  test("say that there is no store", async () => {
    const served = await start("off");
    await ask(served);
    const { status, body } = await get(served, "/v1/traces");
    expect([status, body.error.code]).toEqual([404, "store_off"]);
    await served.stop();
  });
});

test("a store that cannot be opened stops no request; it is told once, and what it lost is counted", async () => {
  await Bun.write(join(folder, "file"), "in the way");
  const lines: string[] = [];
  const served = await start(join(folder, "file/traces.db"), "", lines);
  const answers = [await ask(served), await ask(served)];
  expect(answers.map(({ text }) => JSON.parse(text).object)).toEqual(["chat.completion", "chat.completion"]);
  const { status, body } = await get(served, "/v1/traces");
  expect([status, body.error.code]).toEqual([503, "store_unreadable"]);
  expect(body.error.message).toMatch(/^The trace store cannot be read: .*file.traces\.db cannot be opened .*: EEXIST/);
  await served.stop();
  expect(lines.filter((line) => /traces cannot be stored: .*traces\.db cannot be opened/.test(line))).toHaveLength(1);
});

test("the end of a gateway stores what waits", async () => {
  const path = join(folder, "ended.db");
  const served = await start(path);
  const asked = [await ask(served), await ask(served, true)];
  await served.stop();
  const store = sqliteStore(await openToRead(path));
  const stored = await store.list({ ...everything, limit: 9, before: undefined, after: undefined });
  expect(stored.map(({ id }) => id)).toEqual(asked.map(({ id }) => id).reverse());
  await store.close();
});

test("another store takes a restart, which a reload says", async () => {
  const lines: string[] = [];
  const store = { path: ":memory:", retentionDays: 1, maxTraces: 0 };
  const gateway = (days: number) =>
    testGateway({ upstreamUrl: alpha.openaiUrl, catalog: { store: { ...store, retentionDays: days } } });
  const served = await startServed({ upstreamUrl: alpha.openaiUrl, catalog: { store }, lines });
  await served.reload(gateway(1));
  expect(lines).toEqual([]);
  await served.reload(gateway(2));
  expect(lines).toEqual([
    "warning: [store] has changed; that takes effect after a restart. Everything else is in force.",
  ]);
  await served.stop();
});

test("a request that another process has just served is found, too", async () => {
  const store = { path: join(folder, "workers.db"), retentionDays: 0, maxTraces: 0 };
  const worker = () => startServed({ upstreamUrl: alpha.openaiUrl, catalog: { store }, serve: { reusePort: true } });
  alpha.reset();
  const [one, other] = await Promise.all([worker(), worker()]);
  const body = JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "hello" }] });
  const response = await fetch(`${one.url}/v1/chat/completions`, { method: "POST", body });
  const id = response.headers.get("x-arouter-request-id");
  await response.text();
  expect(await get(other, `/v1/traces/${id}`)).toMatchObject({ status: 200, body: { id } });
  await Promise.all([one.stop(), other.stop()]);
});
