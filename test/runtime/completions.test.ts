import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type FourVendors, models, startFourVendors } from "../support/four-vendors.ts";

let gateway: FourVendors;
beforeAll(async () => {
  gateway = await startFourVendors({
    route: ({ endpoint }) =>
      endpoint === "completions"
        ? {
            rule: "legacy",
            routes: [{ model: models.anthropic, offers: [{ provider: "anthropic", model: models.anthropic }] }],
            validate: [],
          }
        : undefined,
  });
});
afterAll(() => gateway.stop());

function post(body: object, headers: Record<string, string> = { "x-arouter-no-policy": "1" }): Promise<Response> {
  return fetch(`${gateway.url}/v1/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

const chatAnswer = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: models.openai,
  choices: [{ index: 0, message: { role: "assistant", content: " a time" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};

describe("E19 POST /v1/completions", () => {
  test("a plain prompt is a message to a model for conversations, and its answer a text_completion", async () => {
    const { openai } = gateway.upstreams;
    openai.answer(() => Response.json(chatAnswer));
    const response = await post({ model: models.openai, prompt: "Once upon", max_tokens: 9 });
    expect(await response.json()).toMatchObject({
      id: expect.stringMatching(/^cmpl-\w{24}$/),
      object: "text_completion",
      model: models.openai,
      choices: [{ text: " a time", index: 0, logprobs: null, finish_reason: "stop" }],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
    });
    expect(openai.requests[0]?.path).toBe("/v1/chat/completions");
    expect(JSON.parse(openai.requests[0]?.text ?? "")).toMatchObject({
      messages: [{ role: "user", content: "Once upon" }],
    });
  });

  test("echo at a model for conversations is a 400, and nothing is asked", async () => {
    const { openai } = gateway.upstreams;
    openai.answer(() => Response.json(chatAnswer));
    const response = await post({ model: models.openai, prompt: "Once upon", echo: true });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error", param: "echo" } });
    expect(openai.requests).toEqual([]);
  });

  test("a server that has the API gets the client's own bytes, and gives its own", async () => {
    const { local } = gateway.upstreams;
    const answer = '{"id":"c", "choices":[{"text":"Once upon a time","index":0,"finish_reason":"stop"}]}';
    local.answer(() => new Response(answer, { headers: { "content-type": "application/json" } }));
    const asked = { model: models.local, prompt: [1, 2, 3], echo: true, logprobs: 3, n: 2 };
    const response = await post(asked);
    expect(await response.text()).toBe(answer);
    expect(local.requests[0]?.path).toBe("/v1/completions");
    expect(local.requests[0]?.text).toBe(JSON.stringify({ ...asked, model: "llama" }));
  });

  test("so does a stream", async () => {
    const frames = [
      '{"id":"c","object":"text_completion","choices":[{"text":" a","index":0,"finish_reason":null}]}',
      '{"id":"c","object":"text_completion","choices":[{"text":"","index":0,"finish_reason":"stop"}]}',
      "[DONE]",
    ];
    const told = frames.map((data) => `data: ${data}\n\n`).join("");
    gateway.upstreams.local.answer(() => new Response(told, { headers: { "content-type": "text/event-stream" } }));
    const response = await post({ model: models.local, prompt: "Once", stream: true });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(await response.text()).toBe(told);
  });

  test("a translated stream has chunks of texts", async () => {
    const frames = [
      { choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }] },
      { choices: [{ index: 0, delta: { content: " a time" }, finish_reason: null }] },
      { choices: [{ index: 0, delta: {}, finish_reason: "length" }] },
    ].map((frame) => JSON.stringify({ id: "x", object: "chat.completion.chunk", created: 1, model: "m", ...frame }));
    const told = [...frames, "[DONE]"].map((data) => `data: ${data}\n\n`).join("");
    gateway.upstreams.openai.answer(() => new Response(told, { headers: { "content-type": "text/event-stream" } }));
    const text = await (await post({ model: models.openai, prompt: "Once", stream: true })).text();
    const chunks = text
      .split("\n\n")
      .flatMap((frame) => (frame.startsWith("data: {") ? [JSON.parse(frame.slice(6))] : []));
    expect(chunks.map(({ object, choices: [choice] }) => [object, choice.text, choice.finish_reason])).toEqual([
      ["text_completion", " a time", null],
      ["text_completion", "", "length"],
    ]);
    expect(text).toEndWith("data: [DONE]\n\n");
  });

  test("rules can ask for the endpoint", async () => {
    const { anthropic } = gateway.upstreams;
    anthropic.answer(() =>
      Response.json({
        id: "msg_1",
        type: "message",
        role: "assistant",
        model: models.anthropic,
        content: [{ type: "text", text: "hello" }],
        stop_reason: "end_turn",
        usage: { input_tokens: 1, output_tokens: 1 },
      }),
    );
    const response = await post({ model: models.openai, prompt: "hi" }, {});
    expect(response.headers.get("x-arouter-rule")).toBe("legacy");
    expect(await response.json()).toMatchObject({ object: "text_completion", choices: [{ text: "hello" }] });
  });
});
