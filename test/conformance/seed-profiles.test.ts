import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { serveCompiled } from "../support/compiled.ts";
import { seedPolicies } from "./seed-policies.ts";

/** The product's own first configuration, word for word. */
const seedConfig = `
listen_addr = "0.0.0.0:8080"
[router]
policy_file = "policies.yaml"
[providers.openai]
api_key = "sk-..."
[providers.anthropic]
api_key = "sk-ant-..."
[telemetry]
# OTLP traces when set; no-op otherwise
otlp_endpoint = "http://localhost:4317"
`;

let openai: Simulator;
let second: Simulator;
beforeAll(async () => {
  [openai, second] = await Promise.all([startSimulator(), startSimulator()]);
});
afterAll(async () => {
  await openai.stop();
  await second.stop();
});
beforeEach(() => {
  openai.reset();
  second.reset();
});

const posts = ({ requests }: Simulator) => requests.filter(({ method }) => method === "POST");

async function ask(served: Served, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const response = await fetch(`${served.url}/v1/chat/completions`, {
    method: "POST",
    headers,
    body: JSON.stringify({ messages: [{ role: "user", content: "hello" }], ...body }),
  });
  await response.clone().text();
  return response;
}

test("R5 R6 R26 R54 the first example under --profile arouter: cheap tier, retries at the same provider, its breaker", async () => {
  const served = await serveCompiled({
    files: { "arouter.toml": seedConfig, "policies.yaml": seedPolicies },
    profile: "arouter",
    env: {},
    upstreams: { openai: openai.openaiUrl, anthropic: second.anthropicUrl },
  });
  openai.script({ do: { status: 503 } });
  const healed = await ask(served, { model: "gpt-4.1" });
  expect([healed.status, healed.headers.get("x-arouter-model-served")]).toEqual([200, "gpt-4o-mini"]);
  expect(posts(openai)).toHaveLength(2);
  openai.reset();
  openai.script({ do: { status: 500 }, times: "always" });
  expect((await ask(served, { model: "gpt-4.1" })).status).toBe(500);
  expect(posts(openai)).toHaveLength(3);
  expect((await ask(served, { model: "gpt-4.1" })).status).toBe(500);
  // Five failures in a row: nobody is asked any more.
  expect(posts(openai)).toHaveLength(5);
  expect((await ask(served, { model: "gpt-4.1" })).status).toBe(503);
  expect(posts(openai)).toHaveLength(5);
  await served.stop();
}, 30_000);

test("R88 R92 R97 R98 R99 R107 the example of --profile anyrouter: in order of priority, and on at the first 429", async () => {
  const text = await readFile(join(import.meta.dir, "../../policies/profiles/anyrouter.toml"), "utf8");
  const served = await serveCompiled({
    files: { "arouter.toml": text },
    env: {
      AROUTER_CLIENT_KEY: "sk-ar-v1-test",
      OPENAI_API_KEY: "a",
      ANTHROPIC_API_KEY: "b",
      OPENROUTER_API_KEY: "c",
    },
    upstreams: { openai: openai.openaiUrl, openrouter: second.openaiUrl },
  });
  const authorization = "Bearer sk-ar-v1-test";
  expect((await ask(served, { model: "gpt-4o-mini" })).status).toBe(401);
  openai.script({ do: { status: 429, retryAfter: "60" } });
  const first = await ask(served, { model: "gpt-4o-mini" }, { authorization });
  expect([first.status, first.headers.get("x-arouter-provider"), first.headers.get("x-arouter-attempts")]).toEqual([
    200,
    "openrouter",
    "2",
  ]);
  const next = await ask(served, { model: "gpt-4o-mini" }, { authorization });
  expect([next.headers.get("x-arouter-provider"), next.headers.get("x-arouter-attempts")]).toEqual(["openrouter", "1"]);
  expect([posts(openai).length, posts(second).length]).toEqual([1, 2]);
  await served.stop();
});
