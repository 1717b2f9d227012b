import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { serveCompiled } from "../support/compiled.ts";
import { anthropicSdk } from "./anthropic-sdk.ts";

/** The profile that reproduces a router of model tiers, with the table it has of itself. */
const tiers = ["deepseek", "kimi", "minimax"] as const;
type Tier = (typeof tiers)[number];
const models = ["deepseek-v4-pro", "kimi-for-coding", "MiniMax-M2.7", "m"];
const env = { DEEPSEEK_API_KEY: "sk-deepseek", KIMI_API_KEY: "sk-kimi", MINIMAX_API_KEY: "sk-minimax" };

const simulators = new Map<Tier, Simulator>();
let gateway: Served;

function upstreams(): Record<string, string> {
  return Object.fromEntries([...simulators].map(([tier, { anthropicUrl }]) => [tier, anthropicUrl]));
}

function at(tier: Tier): Simulator {
  const simulator = simulators.get(tier);
  if (simulator === undefined) throw new Error(`no simulator for ${tier}`);
  return simulator;
}

const asked = (tier: Tier) => at(tier).requests.filter(({ method }) => method === "POST");

beforeAll(async () => {
  for (const tier of tiers) simulators.set(tier, await startSimulator({ anthropicKey: `sk-${tier}`, models }));
  gateway = await serveCompiled({
    files: { "arouter.toml": "" },
    profile: "model-router",
    env,
    upstreams: upstreams(),
  });
});
afterAll(async () => {
  await gateway.stop();
  for (const simulator of simulators.values()) await simulator.stop();
});
beforeEach(() => {
  for (const simulator of simulators.values()) simulator.reset();
});

function post(body: object, headers: Record<string, string> = { "x-api-key": "proxy-passthrough" }): Promise<Response> {
  return fetch(`${gateway.url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01", ...headers },
    body: JSON.stringify({ max_tokens: 50, messages: [{ role: "user", content: "hi" }], ...body }),
  });
}

describe("R333 R334 R336 R363 R365 R366 R367 R384 R385 R386 R391 R394 R395 R396 three tiers, three upstreams", () => {
  test.each([
    ["claude-opus-4-6", "deepseek", "deepseek-v4-pro", { "x-api-key": "sk-deepseek" }],
    ["claude-sonnet-4-6", "kimi", "kimi-for-coding", { "x-api-key": "sk-kimi" }],
    ["claude-haiku-4-5", "minimax", "MiniMax-M2.7", { authorization: "Bearer sk-minimax" }],
  ] as const)("%s goes to %s as %s, with that upstream's key", async (model, tier, upstreamModel, credentials) => {
    const response = await post({ model });
    expect(response.status).toBe(200);
    expect(response.headers.get("x-arouter-provider")).toBe(tier);
    const [request] = asked(tier);
    expect(request?.json).toMatchObject({ model: upstreamModel });
    expect(request?.headers).toMatchObject(credentials);
    expect(tiers.flatMap((one) => asked(one)).length).toBe(1);
  });

  test.each([
    [
      "opus",
      "deepseek",
      [
        { type: "thinking", thinking: "", signature: "" },
        { type: "text", text: "a" },
      ],
    ],
    ["sonnet", "kimi", [{ type: "text", text: "a" }]],
    ["haiku", "minimax", [{ type: "text", text: "a" }]],
  ] as const)("R350 R351 R387 R388 what %s is sent is what its upstream takes", async (model, tier, content) => {
    const thinking = { type: "thinking", thinking: "hm", signature: "sig" };
    const text = { type: "text", text: "a", cache_control: { type: "ephemeral" } };
    await post({
      model,
      reasoning_effort: "high",
      messages: [
        { role: "user", content: "hi" },
        { role: "assistant", content: [thinking, text] },
        { role: "user", content: "go on" },
      ],
    });
    const [request] = asked(tier);
    expect(request?.json).toMatchObject({ messages: [{}, { content }, {}] });
    expect(JSON.stringify(request?.json)).not.toMatch(/cache_control|reasoning_effort/);
  });

  test.each([
    ["my-OPUS-model", "deepseek"],
    ["sonnet", "kimi"],
    ["x.haiku.y", "minimax"],
    ["opus-sonnet-haiku", "deepseek"],
  ] as const)("R400 %s holds the keyword of %s", async (model, tier) => {
    expect((await post({ model })).headers.get("x-arouter-provider")).toBe(tier);
  });

  test.each(["gpt-4", "claude-3", "", "oppus"])(
    "R401 unknown tier %p is a 400 that nobody was asked for",
    async (model) => {
      const response = await post({ model });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ type: "error", error: { type: "invalid_request_error" } });
      expect(tiers.flatMap((one) => asked(one))).toEqual([]);
    },
  );
});

test("R335 R376 the SDK needs its base URL and any key; an empty one is refused", async () => {
  const answer = await anthropicSdk(gateway.url, "proxy-passthrough").create({
    model: "claude-sonnet-4-6",
    turns: [{ role: "user", text: "hello" }],
  });
  expect(answer.text).toBe("You said: hello");
  expect((await post({ model: "sonnet" }, {})).status).toBe(401);
});

test.each([400, 401, 404, 429, 500, 529])(
  "R390 an upstream's %d passes through, status and body, and is asked for once",
  async (status) => {
    at("kimi").script({ do: { status, retryAfter: "1" }, times: "always" });
    const response = await post({ model: "sonnet" });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      type: "error",
      error: { message: `simulated status ${status}` },
    });
    expect(asked("kimi")).toHaveLength(1);
    at("kimi").reset();
    expect((await post({ model: "sonnet" })).status).toBe(200);
  },
);

test("R353 one upstream's failure leaves the other tiers alone", async () => {
  at("kimi").script({ do: { neverAnswer: true }, times: "always" });
  const leaving = new AbortController();
  const stuck = fetch(`${gateway.url}/v1/messages`, {
    method: "POST",
    signal: leaving.signal,
    headers: { "x-api-key": "x" },
    body: JSON.stringify({ model: "sonnet", max_tokens: 5, messages: [{ role: "user", content: "hi" }] }),
  }).catch(() => "left");
  for (const model of ["opus", "haiku", "opus"]) expect((await post({ model })).status).toBe(200);
  leaving.abort();
  expect(await stuck).toBe("left");
});

describe("entries of the table", () => {
  const table = (entry: string) => `
[tiers.opus]
upstream = "http://127.0.0.1:1"
model_id = "m"
key_env = "KEY"
${entry}
`;

  async function serveTable(text: string, lines: string[] = []): Promise<Served> {
    return serveCompiled({
      files: { "arouter.toml": text },
      profile: "model-router",
      env: { KEY: "sk-deepseek" },
      upstreams: { opus: at("deepseek").anthropicUrl },
      lines,
    });
  }

  async function askOnce(served: Served): Promise<Response> {
    const response = await fetch(`${served.url}/v1/messages`, {
      method: "POST",
      headers: { "x-api-key": "x" },
      body: JSON.stringify({ model: "opus", max_tokens: 5, messages: [{ role: "user", content: "hi" }] }),
    });
    await response.clone().text();
    return response;
  }

  test("R391 R392 R393 R394 R395 R396 R397 upstream, target_path, model_id, key_env, auth_type and name", async () => {
    const served = await serveTable(table('target_path = "/v1/messages"\nauth_type = "bearer"\nname = "Mine"'));
    expect((await askOnce(served)).status).toBe(200);
    const [request] = asked("deepseek");
    expect(request).toMatchObject({ path: "/v1/messages", json: { model: "m" } });
    expect(request?.headers).toMatchObject({ authorization: "Bearer sk-deepseek" });
    await served.stop();
  });

  test("R354 R398 timeout_s ends a call of that tier with 504", async () => {
    at("deepseek").script({ do: { neverAnswer: true } });
    const served = await serveTable(table("timeout_s = 1"));
    const response = await askOnce(served);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ error: { message: expect.stringContaining("within 1000 ms") } });
    await served.stop();
  });

  test("R396 another auth_type is an error where it stands", async () => {
    await expect(serveTable(table('auth_type = "basic"'))).rejects.toThrow(/auth_type/);
  });
});

test("R391 the shipped table is the profile's own", async () => {
  const text = await readFile(join(import.meta.dir, "../../policies/profiles/model-router.toml"), "utf8");
  const served = await serveCompiled({ files: { "arouter.toml": text }, env, upstreams: upstreams() });
  const response = await fetch(`${served.url}/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": "x" },
    body: JSON.stringify({ model: "claude-haiku-4-5", max_tokens: 5, messages: [{ role: "user", content: "hi" }] }),
  });
  expect(response.headers.get("x-arouter-model-served")).toBe("MiniMax-M2.7");
  await response.text();
  await served.stop();
});

test("R359 a missing key stops the start and is named, with its upstream", async () => {
  const start = serveCompiled({
    files: { "arouter.toml": "" },
    profile: "model-router",
    env: { DEEPSEEK_API_KEY: "a", MINIMAX_API_KEY: "b" },
    upstreams: {},
  });
  await expect(start).rejects.toThrow(/Provider "kimi" has no API key.*KIMI_API_KEY/);
});
