import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import OpenAI from "openai";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { serveCompiled } from "../support/compiled.ts";
import { anthropicSdk } from "./anthropic-sdk.ts";
import { openaiSdk } from "./openai-sdk.ts";

/** Three providers with their own credentials; a model that all of them serve, and one of each. */
const config = `
[providers.alpha]
type = "openai"
base_url = "https://alpha.test"
keys = [{ id: "one", key = "env.ALPHA_1" }, { id = "two", key = "env.ALPHA_2" }]
retry.initial_backoff_ms = 1
[providers.beta]
type = "anthropic"
base_url = "https://beta.test"
api_key = "env.BETA"
[providers.own]
type = "openai"
base_url = "https://own.test"
pool = "fallback"
keys = [{ id = "paid", key = "env.OWN_1" }, { id = "mine", key = "env.OWN_2", billing = "byok" }]

[[models]]
name = "shared"
provider = "alpha"
upstream_model = "gpt-4o"
priority = 1
price = { prompt = "2.50", completion = "10" }
[[models]]
name = "shared"
provider = "beta"
upstream_model = "claude-sonnet-4-5"
priority = 2
[[models]]
name = "shared"
provider = "own"
upstream_model = "gpt-4.1"
priority = 3

[[models]]
name = "alpha-model"
provider = "alpha"
upstream_model = "gpt-4o-mini"
[[models]]
name = "beta-model"
provider = "beta"
upstream_model = "claude-haiku-4-5"
[[models]]
name = "own-model"
provider = "own"
upstream_model = "gpt-4.1-mini"
`.replace("id: ", "id = ");

const env = { ALPHA_1: "sk-a-1", ALPHA_2: "sk-a-2", BETA: "sk-b", OWN_1: "sk-o-1", OWN_2: "sk-o-2" };
let alpha: Simulator;
let beta: Simulator;
let own: Simulator;
let gateway: Served;

async function start(): Promise<Served> {
  return serveCompiled({
    files: { "arouter.toml": config },
    env,
    upstreams: { alpha: alpha.openaiUrl, beta: beta.anthropicUrl, own: own.openaiUrl },
  });
}

beforeAll(async () => {
  [alpha, beta, own] = await Promise.all([startSimulator(), startSimulator(), startSimulator()]);
});
beforeEach(async () => {
  for (const simulator of [alpha, beta, own]) simulator.reset();
  gateway = await start();
});
afterAll(async () => {
  for (const simulator of [alpha, beta, own]) await simulator.stop();
});

const keys = (simulator: Simulator) =>
  simulator.requests
    .filter(({ method }) => method === "POST")
    .map(({ headers }) => headers["authorization"]?.replace("Bearer ", "") ?? headers["x-api-key"]);

const hello = { turns: [{ role: "user" as const, text: "hello" }] };

describe("R79 R81 R83 R87 R91 R118 one URL, one body, models told apart by their name alone", () => {
  test.each(["alpha-model", "beta-model", "own-model", "shared"])(
    "%s, for either SDK, whole and streamed",
    async (model) => {
      for (const sdk of [openaiSdk(`${gateway.url}/v1`), anthropicSdk(gateway.url)]) {
        for (const way of ["create", "iterate", "helper"] as const) {
          expect((await sdk[way]({ ...hello, model })).text).toBe("You said: hello");
        }
      }
      await gateway.stop();
    },
  );

  test("R83 each provider is sent its own credentials in its own way, and its errors come in the client's shape", async () => {
    alpha.script({ do: { status: 400 } });
    beta.script({ do: { status: 400 } });
    for (const model of ["alpha-model", "beta-model"]) {
      const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "x", maxRetries: 0 });
      const bad = { model, messages: [{ role: "user" as const, content: "hi" }] };
      const error = await client.chat.completions.create(bad).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OpenAI.BadRequestError);
      expect(error).toMatchObject({ status: 400, type: "invalid_request_error" });
    }
    expect(keys(alpha)).toEqual(["sk-a-1"]);
    expect(keys(beta)).toEqual(["sk-b"]);
    await gateway.stop();
  });
});

test("R96 R118 R119 the user's own key comes last, is used when the paid one is out, and after a restart as before", async () => {
  for (let run = 0; run < 2; run++) {
    own.reset();
    own.script({ when: { key: "sk-o-1" }, do: { status: 402 }, times: 1 });
    const ask = { ...hello, model: "own-model" };
    expect((await openaiSdk(`${gateway.url}/v1`).create(ask)).text).toBe("You said: hello");
    expect((await openaiSdk(`${gateway.url}/v1`).create(ask)).text).toBe("You said: hello");
    expect(keys(own)).toEqual(["sk-o-1", "sk-o-2", "sk-o-2"]);
    await gateway.stop();
    gateway = await start();
  }
  await gateway.stop();
});

test("R84 R102 an agent finishes its task although a provider runs out in the middle", async () => {
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "x", maxRetries: 0 });
  // The second step meets rate limits at both keys of alpha, and the third a provider that breaks off.
  alpha.script(
    { when: { call: 2 }, do: { status: 429, retryAfter: "30" } },
    { when: { call: 3 }, do: { status: 429 } },
  );
  beta.script({ when: { call: 2 }, do: { resetBeforeHeaders: true }, times: 1 });
  const asked: string[] = [];
  const tool = (name: string) => ({
    type: "function" as const,
    function: {
      name,
      description: name,
      parameters: { type: "object", properties: {} },
      parse: JSON.parse,
      function: () => {
        asked.push(name);
        return `${name} done; now say get_${asked.length === 1 ? "time" : "nothing"}`;
      },
    },
  });
  const runner = client.chat.completions.runTools({
    model: "shared",
    messages: [{ role: "user", content: "call get_weather" }],
    tools: [tool("get_weather")],
  });
  const answer = await runner.finalContent();
  expect(asked).toEqual(["get_weather"]);
  expect(answer).toContain("get_weather done");
  const last = await client.chat.completions.create({ model: "shared", messages: [{ role: "user", content: "bye" }] });
  expect(last.choices[0]?.message.content).toBe("You said: bye");
  await gateway.stop();
});

test("R185 an upstream's own limit reaches the client when nobody else serves the model, with the time it named", async () => {
  beta.script({ do: { status: 429, retryAfter: "7" }, times: "always" });
  const body = JSON.stringify({ model: "beta-model", max_tokens: 5, messages: [{ role: "user", content: "hi" }] });
  const first = await fetch(`${gateway.url}/v1/messages`, { method: "POST", body });
  expect([first.status, first.headers.get("retry-after")]).toEqual([429, "7"]);
  await first.text();
  const second = await fetch(`${gateway.url}/v1/messages`, { method: "POST", body });
  expect(second.status).toBe(429);
  expect(Number(second.headers.get("retry-after"))).toBeGreaterThanOrEqual(6);
  await second.text();
  expect(keys(beta)).toHaveLength(1);
  await gateway.stop();
});

test("R38 calls one after the other share a connection to the provider", async () => {
  const sockets = new Set<Socket>();
  const answer = JSON.stringify({
    id: "x",
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: "ok" }, finish_reason: "stop" }],
  });
  const server: Server = createServer((socket) => {
    socket.on("data", (data) => {
      if (data.toString("latin1").startsWith("POST")) {
        sockets.add(socket);
        const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n`;
        socket.write(head + answer);
      } else socket.end();
    });
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const served = await serveCompiled({
    files: { "arouter.toml": config },
    env,
    upstreams: { alpha: `http://127.0.0.1:${port}`, beta: beta.anthropicUrl, own: own.openaiUrl },
  });
  for (let n = 0; n < 20; n++) {
    const body = JSON.stringify({ model: "alpha-model", messages: [{ role: "user", content: "hi" }] });
    const response = await fetch(`${served.url}/v1/chat/completions`, { method: "POST", body });
    expect(response.status).toBe(200);
    await response.text();
  }
  expect(sockets.size).toBe(1);
  await served.stop();
  for (const socket of sockets) socket.destroy();
  server.close();
});
