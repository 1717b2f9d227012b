import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { startServed } from "../support/served.ts";

let simulator: Simulator;
let gateway: Served;
beforeAll(async () => {
  simulator = await startSimulator();
  gateway = await startServed({ upstreamUrl: simulator.openaiUrl });
});
afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
});
beforeEach(() => simulator.reset());

const question = [{ role: "user", content: "hello" }];

async function ask(path: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(gateway.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, warnings: response.headers.get("x-arouter-warnings"), body: await response.json() };
}

test("what a translation leaves out is named in x-arouter-warnings", async () => {
  const chat = { model: "claude-sonnet-4-5", messages: question, seed: 7, brand_new: 1 };
  const { status, warnings } = await ask("/v1/chat/completions", chat);
  expect(status).toBe(200);
  expect(
    warnings
      ?.split(",")
      .map((warning) => warning.split(":")[1])
      .sort(),
  ).toEqual(["brand_new", "seed"]);
});

test("a request of one format to the same format loses nothing and warns of nothing", async () => {
  const { warnings } = await ask("/v1/chat/completions", { model: "gpt-4o", messages: question, seed: 7 });
  expect(warnings).toBeNull();
});

test.each([
  ["a Chat client", "/v1/chat/completions", { model: "claude-sonnet-4-5", messages: question, seed: 7 }, "seed"],
  ["a Messages client", "/v1/messages", { model: "gpt-4o", max_tokens: 9, messages: question, top_k: 5 }, "top_k"],
])("x-arouter-strict refuses it instead, before any provider is asked: %s", async (_name, path, body, field) => {
  const { status, body: answer } = await ask(path, body, { "x-arouter-strict": "1" });
  expect(status).toBe(400);
  expect(JSON.stringify(answer)).toContain("arouter_unsupported_field");
  expect(JSON.stringify(answer)).toContain(field);
  expect(simulator.requests.filter((request) => request.method === "POST")).toEqual([]);
});

test("a field that changes the meaning is refused without asking for strictness, by its path", async () => {
  const { status, body } = await ask("/v1/chat/completions", { model: "claude-sonnet-4-5", messages: question, n: 2 });
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { type: "invalid_request_error", param: "n" } });
});

test("control characters in a client's field names do not reach a header", async () => {
  const { status, warnings } = await ask("/v1/chat/completions", {
    model: "claude-sonnet-4-5",
    messages: question,
    "evil\r\nset-cookie: a=b, é": 1,
  });
  expect(status).toBe(200);
  expect(warnings).toMatch(/^[\x20-\x7e]+$/);
});

const callWithoutObject = { id: "c", type: "function", function: { name: "f", arguments: "[1]" } };

test.each([
  [
    "Chat",
    "/v1/chat/completions",
    {
      model: "claude-sonnet-4-5",
      messages: [
        ...question,
        { role: "assistant", tool_calls: [callWithoutObject] },
        { role: "tool", tool_call_id: "c", content: "1" },
      ],
    },
    "/messages/1/tool_calls/0",
  ],
  [
    "Messages",
    "/v1/messages",
    {
      model: "gpt-4o",
      max_tokens: 9,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "read" },
            { type: "document", source: { type: "text", media_type: "text/plain", data: "x" } },
          ],
        },
      ],
    },
    "/messages/0/content/1",
  ],
  [
    "Responses",
    "/v1/responses",
    {
      model: "claude-sonnet-4-5",
      input: [
        { role: "user", content: "hello" },
        { role: "assistant", content: "hi" },
        { type: "reasoning", summary: [], encrypted_content: "state" },
        { role: "user", content: "on" },
      ],
    },
    "/input/2",
  ],
  [
    "Gemini",
    "/v1beta/models/claude-sonnet-4-5:generateContent",
    {
      contents: [
        { role: "user", parts: [{ text: "hello" }] },
        { role: "model", parts: [{ text: "hi" }] },
        { role: "user", parts: [{ text: "on" }] },
        { role: "model", parts: [{ text: "it is", thought: true, thoughtSignature: "c2ln" }, { text: "so" }] },
        { role: "user", parts: [{ text: "on" }] },
      ],
    },
    "/contents/3/parts/0",
  ],
])("R298 a 400 for a loss points into the body that a %s client wrote", async (_name, path, body, pointer) => {
  const refused = await ask(path, body, { "x-arouter-strict": "1" });
  expect(refused.status).toBe(400);
  expect(JSON.stringify(refused.body)).toContain(`cannot express ${pointer} (`);
  const { status, warnings } = await ask(path, body);
  expect(status).toBe(200);
  expect(warnings?.replaceAll(/[[.]/g, "/").replaceAll("]", "")).toContain(`:${pointer.slice(1)}`);
});
