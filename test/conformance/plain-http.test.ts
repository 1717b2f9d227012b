import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";

/** The first examples of both vendors' documentation, sent with no SDK at all to one address. */
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.forget());

const models = [
  { model: "gpt-4o-mini", upstream: "/v1/chat/completions" },
  { model: "claude-sonnet-4-6", upstream: "/v1/messages" },
] as const;

test.each(models)("R1 R4 R9 R10 R11 R18 a plain Chat Completions body for $model", async ({ model, upstream }) => {
  const response = await post("/v1/chat/completions", {
    model,
    messages: [
      { role: "developer", content: "You are a helpful assistant." },
      { role: "user", content: "Hello!" },
    ],
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    id: expect.stringMatching(/^chatcmpl-/),
    object: "chat.completion",
    created: expect.any(Number),
    model,
    choices: [{ index: 0, message: { role: "assistant", content: "You said: Hello!" }, finish_reason: "stop" }],
    usage: {
      prompt_tokens: expect.any(Number),
      completion_tokens: expect.any(Number),
      total_tokens: expect.any(Number),
    },
  });
  expect(gateway.received().map(({ path }) => path)).toEqual([upstream]);
});

test.each(models)("R1 R4 R9 R10 R12 R18 a plain Messages body for $model", async ({ model, upstream }) => {
  const response = await post(
    "/v1/messages",
    { model, max_tokens: 1024, messages: [{ role: "user", content: "Hello!" }] },
    { "anthropic-version": "2023-06-01", "x-api-key": "anything" },
  );
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    id: expect.stringMatching(/^msg_/),
    type: "message",
    role: "assistant",
    model,
    content: [{ type: "text", text: "You said: Hello!" }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
  });
  expect(gateway.received().map(({ path }) => path)).toEqual([upstream]);
});

function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(gateway.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}
