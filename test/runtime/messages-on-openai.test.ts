import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import Anthropic from "@anthropic-ai/sdk";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import { type FourVendors, models, startFourVendors } from "../support/four-vendors.ts";
import { chunk, completion, done, functionCall, role, usageChunk } from "../wire/vectors/bodies.ts";

/** Clients of Anthropic's before models of OpenAI's and of servers like it. */

let gateway: FourVendors;
let client: Anthropic;
beforeAll(async () => {
  gateway = await startFourVendors({ only: ["openai", "local"] });
  client = new Anthropic({ baseURL: gateway.url, apiKey: "any", maxRetries: 0 });
});
afterAll(() => gateway.stop());
afterEach(() => {
  for (const upstream of Object.values(gateway.upstreams)) upstream.answer(() => undefined);
});

const usage = { prompt_tokens: 11, completion_tokens: 7 };
const question = { model: models.openai, max_tokens: 123, messages: [{ role: "user", content: "hi" }] } as const;

/** Sends a body as it is and gives what each side got. */
async function ask(body: JsonObject, answer: JsonObject = completion({ content: "Hello" }, "stop", { usage })) {
  const upstream = gateway.upstreams[body["model"] === models.local ? "local" : "openai"];
  upstream.answer(() => Response.json(answer));
  const response = await fetch(`${gateway.url}/v1/messages?beta=true`, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01", "x-api-key": "any" },
    body: JSON.stringify(body),
  });
  const [request] = upstream.requests;
  return {
    path: request?.path,
    sent: JSON.parse(request?.text ?? "null"),
    headers: response.headers,
    reply: JSON.parse(await response.text()),
  };
}

describe("a request", () => {
  for (const model of [models.openai, models.local]) {
    test(`R264 R278 R284 R289 to /v1/messages is put to ${model} in OpenAI's own form`, async () => {
      const { path, sent } = await ask({ ...question, model });
      const served = model === models.local ? "llama" : model;
      const limit = model === models.local ? "max_tokens" : "max_completion_tokens";
      expect(path).toBe("/v1/chat/completions");
      expect(sent).toEqual({ model: served, messages: [{ role: "user", content: "hi" }], [limit]: 123 });
    });
  }
  const blocks = [
    { type: "text", text: "Let me " },
    { type: "text", text: "look." },
  ];
  test("R293 texts of one message are one string", async () => {
    const { sent } = await ask({
      ...question,
      model: models.local,
      messages: [
        { role: "user", content: blocks },
        { role: "assistant", content: blocks },
        { role: "user", content: [{ type: "text", text: "go on" }] },
      ],
    });
    expect(sent.messages).toEqual([
      { role: "user", content: "Let me \n\nlook." },
      { role: "assistant", content: "Let me look." },
      { role: "user", content: "go on" },
    ]);
  });
  for (const [form, system, content] of [
    ["text", "Be brief.", "Be brief."],
    ["blocks", [...blocks], "Let me \n\nlook."],
  ] as const) {
    test(`R294 system as ${form} is a system message before the others`, async () => {
      const { sent } = await ask({ ...question, system });
      expect(sent.messages).toEqual([
        { role: "system", content },
        { role: "user", content: "hi" },
      ]);
    });
  }
  test("R295 R296 the limit, temperature and top_p keep their values", async () => {
    const { sent } = await ask({ ...question, temperature: 0.3, top_p: 0.8 });
    expect(sent).toMatchObject({ max_completion_tokens: 123, temperature: 0.3, top_p: 0.8 });
  });
  for (const stop of [["\n\nHuman:"], ["a", "b"]]) {
    test(`R297 ${stop.length} stop sequences are stop`, async () => {
      expect((await ask({ ...question, stop_sequences: stop })).sent.stop).toEqual(stop);
    });
  }
  test("R331 what only Claude can do is left out, which the warnings say", async () => {
    const { sent, reply, headers } = await ask({
      ...question,
      thinking: { type: "enabled", budget_tokens: 2048 },
      context_management: { edits: [{ type: "clear_thinking_20251015" }] },
      safeguards: [{ type: "x" }],
      top_k: 5,
    });
    expect(Object.keys(sent).sort()).toEqual(["max_completion_tokens", "messages", "model"]);
    expect(reply.content).toMatchObject([{ type: "text", text: "Hello" }]);
    expect(headers.get("x-arouter-warnings")?.split(/,\s*/).sort()).toEqual([
      "dropped:context_management",
      "dropped:safeguards",
      "dropped:thinking",
      "dropped:top_k",
    ]);
  });
});

describe("an answer", () => {
  test("R265 R290 R292 R298 R299 R300 R337 is a message of Anthropic's, member for member", async () => {
    const { reply, headers } = await ask(question);
    expect(reply).toEqual({
      id: expect.stringMatching(/^msg_[0-9A-Za-z]{20,}$/),
      type: "message",
      role: "assistant",
      model: models.openai,
      content: [{ type: "text", text: "Hello", citations: null }],
      stop_reason: "end_turn",
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage: {
        input_tokens: 11,
        output_tokens: 7,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        cache_creation: null,
        output_tokens_details: null,
        server_tool_use: null,
        service_tier: null,
        inference_geo: null,
        speed: null,
      },
    });
    expect(headers.get("request-id")).toBeString();
    expect([...headers.keys()].filter((name) => name.startsWith("openai-") || name.startsWith("x-ratelimit"))).toEqual(
      [],
    );
  });
  for (const [finish, message, reason] of [
    ["stop", { content: "a" }, "end_turn"],
    ["length", { content: "a" }, "max_tokens"],
    ["tool_calls", { tool_calls: [functionCall("c", "{}")] }, "tool_use"],
    ["function_call", { function_call: { name: "w", arguments: "{}" } }, "tool_use"],
    ["stop", { tool_calls: [functionCall("c", "{}")] }, "tool_use"],
    ["content_filter", { content: "a" }, "refusal"],
    ["stop", { refusal: "No." }, "refusal"],
    ["eos", { content: "a" }, "end_turn"],
  ] as const) {
    test(`R301 ${finish} with ${Object.keys(message)} is ${reason}`, async () => {
      const { reply } = await ask(question, completion(message, finish, { usage }));
      expect(reply.stop_reason).toBe(reason);
    });
  }
});

describe("a stream", () => {
  const encoder = new TextEncoder();
  const frame = (data: JsonObject) => encoder.encode(`data: ${JSON.stringify(data)}\n\n`);

  test("R291 R302 R303 R337 is converted while it comes, for the SDK as from Anthropic", async () => {
    let finish: (() => void) | undefined;
    gateway.upstreams.openai.answer(() => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(frame(role));
          controller.enqueue(frame(chunk({ content: "Hel" })));
          finish = () => {
            for (const data of [chunk({ content: "lo" }), chunk({}, "stop"), usageChunk(usage)])
              controller.enqueue(frame(data));
            controller.enqueue(encoder.encode(done));
            controller.close();
          };
        },
      });
      return new Response(body, { headers: { "content-type": "text/event-stream" } });
    });
    const kinds: string[] = [];
    const stream = client.messages.stream({ ...question, messages: [...question.messages] });
    // The upstream goes on only once its first word has arrived here.
    stream.on("text", () => {
      finish?.();
      finish = undefined;
    });
    stream.on("streamEvent", (event) => kinds.push(event.type));
    const message = await stream.finalMessage();
    expect(kinds).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    expect(message).toMatchObject({
      model: models.openai,
      content: [{ type: "text", text: "Hello" }],
      stop_reason: "end_turn",
      usage: { input_tokens: 11, output_tokens: 7 },
    });
  });
});

describe("what makes clients of Anthropic's go on", () => {
  test("a continued thread is refused with the code that makes the SDK send its whole history", async () => {
    const { reply } = await ask({ ...question, thread: { type: "continue", previous_message_id: "msg_1" } });
    expect(reply).toMatchObject({
      type: "error",
      error: { type: "invalid_request_error", details: { error_code: "thread_unsupported_request" } },
    });
  });
  test("a 400 says what the upstream said", async () => {
    gateway.upstreams.openai.answer(() =>
      Response.json(
        {
          error: {
            message: "Unknown parameter: 'x'.",
            type: "invalid_request_error",
            param: "x",
            code: "unknown_parameter",
          },
        },
        { status: 400 },
      ),
    );
    const failure = await client.messages
      .create({ ...question, messages: [...question.messages] })
      .catch((error) => error);
    expect(failure).toBeInstanceOf(Anthropic.BadRequestError);
    expect(failure.error).toMatchObject({
      error: { type: "invalid_request_error", message: "Unknown parameter: 'x'." },
    });
  });
});
