import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { serveCompiled } from "../support/compiled.ts";

let simulator: Simulator;
let cached: Served;
let plain: Served;

function start(translation: string): Promise<Served> {
  const config = `[providers.anthropic]\ntype = "anthropic"\napi_key = "k"\n[providers.near]\ntype = "anthropic"\nbase_url = "${simulator.anthropicUrl}"\napi_key = "k"\n${translation}`;
  return serveCompiled({
    files: { "arouter.toml": config },
    env: {},
    upstreams: { anthropic: simulator.anthropicUrl },
  });
}
beforeAll(async () => {
  simulator = await startSimulator();
  cached = await start("[translation]\nauto_cache = true\n");
  plain = await start("");
});
afterAll(async () => {
  await cached.stop();
  await plain.stop();
  await simulator.stop();
});
beforeEach(() => simulator.reset());

const model = "claude-sonnet-4-5";
const long = "Answer as briefly as you can. ".repeat(300);

type Message = Readonly<{ role: string; content: unknown }>;
const said = (text: string): readonly Message[] => [{ role: "user", content: text }];

async function ask(served: Served, path: string, body: object) {
  const response = await fetch(served.url + path, { method: "POST", body: JSON.stringify(body) });
  expect([response.status, response.headers.get("x-arouter-warnings")]).toEqual([200, null]);
  const sent = simulator.requests.findLast(({ method }) => method === "POST")?.body ?? "{}";
  return { sent: JSON.parse(sent), answer: JSON.parse(await response.text()), text: sent };
}

const chat = (messages: readonly Message[], more: object = {}) => ({
  model,
  max_completion_tokens: 50,
  messages,
  ...more,
});
const system = { role: "system", content: long };
const marked = { type: "ephemeral" };

describe("P17 auto_cache marks the instructions and the request itself, whose mark moves with the conversation", () => {
  test.each([
    ["Chat Completions", "/v1/chat/completions", chat([system, ...said("hi")])],
    ["Responses", "/v1/responses", { model, instructions: long, input: "hi", store: false }],
    [
      "Gemini",
      `/v1beta/models/${model}:generateContent`,
      { systemInstruction: { parts: [{ text: long }] }, contents: [{ role: "user", parts: [{ text: "hi" }] }] },
    ],
  ])("for clients of %s", async (_name, path, body) => {
    const { sent } = await ask(cached, path, body);
    expect(sent).toMatchObject({ cache_control: marked, system: [{ text: long, cache_control: marked }] });
    expect(JSON.stringify(sent.messages)).not.toContain("cache_control");
  });

  test("an empty last part gets no mark, and nothing else of the conversation does", async () => {
    const parts = [
      { type: "text", text: "hi" },
      { type: "text", text: "" },
    ];
    const { sent } = await ask(cached, "/v1/chat/completions", chat([{ role: "user", content: parts }]));
    expect(sent.cache_control).toEqual(marked);
    expect(sent.messages).toEqual([{ role: "user", content: "hi" }]);
    expect(sent).not.toHaveProperty("system");
  });

  test("the second turn is read from the cache", async () => {
    const first = await ask(cached, "/v1/chat/completions", chat([system, ...said("one")]));
    expect(first.answer.usage.prompt_tokens_details.cached_tokens).toBe(0);
    const reply = { role: "assistant", content: first.answer.choices[0].message.content };
    const second = await ask(cached, "/v1/chat/completions", chat([system, ...said("one"), reply, ...said("two")]));
    expect(second.answer.usage.prompt_tokens_details.cached_tokens).toBeGreaterThan(1024);
    expect(second.text).toStartWith(first.text.slice(0, first.text.indexOf('"one"')));
  });
});

describe("P17 nothing is marked", () => {
  test.each([
    [
      "where the client marks something itself",
      { role: "user", content: [{ type: "text", text: long, prompt_cache_breakpoint: { mode: "explicit" } }] },
      {},
    ],
    ["where the client alone wants to mark", said("hi")[0], { prompt_cache_options: { mode: "explicit" } }],
  ])("besides, %s", async (_name, message, more) => {
    const { sent, text } = await ask(
      cached,
      "/v1/chat/completions",
      chat(message === undefined ? [] : [system, message], more),
    );
    expect(sent).not.toHaveProperty("cache_control");
    expect(text.split("cache_control")).toHaveLength("prompt_cache_options" in more ? 1 : 2);
  });

  test("by a gateway that was not told to", async () => {
    expect((await ask(plain, "/v1/chat/completions", chat([system, ...said("hi")]))).text).not.toContain(
      "cache_control",
    );
  });

  test("for servers that are only like Anthropic", async () => {
    const { text } = await ask(cached, "/v1/chat/completions", {
      ...chat([system, ...said("hi")]),
      model: `near/${model}`,
    });
    expect(text).not.toContain("cache_control");
  });

  test("of a client of the Messages API, whose bytes pass", async () => {
    const body = { model, max_tokens: 9, system: long, messages: said("hi") };
    expect((await ask(cached, "/v1/messages", body)).sent).toEqual(body);
  });
});
