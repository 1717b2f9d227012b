import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Served } from "../../../runtime/server/serve.ts";
import { type CaptureUpstream, startCaptureUpstream } from "../../support/capture-upstream.ts";
import { serveCompiled } from "../../support/compiled.ts";

let upstream: CaptureUpstream;
beforeAll(() => {
  upstream = startCaptureUpstream();
});
afterAll(() => upstream.stop());

function start(type: string, lines: string, more = ""): Promise<Served> {
  const config = `${more}[providers.up]\ntype = "${type}"\nbase_url = "${upstream.url}"\nauth = "none"\n${lines}\n`;
  return serveCompiled({ files: { "arouter.toml": config }, env: { AROUTER_STORE: ":memory:" }, upstreams: {} });
}

const event = (data: object & { type?: string }) =>
  `${data.type === undefined ? "" : `event: ${data.type}\n`}data: ${JSON.stringify(data)}\n\n`;
const sse = (text: string | ReadableStream) => new Response(text, { headers: { "content-type": "text/event-stream" } });
const paths = { anthropic: "/v1/messages", openai: "/v1/chat/completions", "openai-responses": "/v1/responses" };

async function ask(served: Served, client: keyof typeof paths, stream = true): Promise<string> {
  const body = { model: "m", stream, max_tokens: 9, messages: [{ role: "user", content: "hi" }], input: "hi" };
  const response = await fetch(served.url + paths[client], { method: "POST", body: JSON.stringify(body) });
  return await response.text();
}

const open = (index: number, block: object) => ({ type: "content_block_start", index, content_block: block });
const delta = (index: number, part: object) => ({ type: "content_block_delta", index, delta: part });
const close = (index: number) => ({ type: "content_block_stop", index });
const start_ = { type: "message_start", message: { id: "m", usage: { input_tokens: 3, output_tokens: 1 } } };
const stop = { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 7 } };
const text = [open(1, { type: "text", text: "" }), delta(1, { type: "text_delta", text: "hi" }), close(1)];
const thoughtful = [
  start_,
  open(0, { type: "thinking", thinking: "", signature: "" }),
  delta(0, { type: "thinking_delta", thinking: "hm" }),
  close(0),
  ...text,
  { type: "ping" },
  open(2, { type: "redacted_thinking", data: "x" }),
  close(2),
  open(3, { type: "tool_use", id: "t", name: "f", input: {} }),
  close(3),
  stop,
  { type: "message_stop" },
];

describe("R352 thinking and events that clients are not to see", () => {
  test("R388 R389 thinking is left out of a stream of Anthropic's, and blocks are numbered anew", async () => {
    const served = await start("anthropic", 'stream_thinking = "drop"\ndrop_events = ["ping"]');
    upstream.answer(() => sse(thoughtful.map(event).join("")));
    const expected = [
      start_,
      ...text.map((one) => ({ ...one, index: 0 })),
      open(1, { type: "tool_use", id: "t", name: "f", input: {} }),
      close(1),
      stop,
      { type: "message_stop" },
    ];
    expect(await ask(served, "anthropic")).toBe(expected.map(event).join(""));
    const traces = await (await fetch(`${served.url}/api/v1/traces`)).text();
    expect(traces).toContain('"tokens_in":3,"tokens_out":7');
    await served.stop();
  });

  test("however the bytes are cut, and with CRLF", async () => {
    const served = await start("anthropic", 'stream_thinking = "drop"');
    const bytes = new TextEncoder().encode(thoughtful.map(event).join("").replaceAll("\n", "\r\n"));
    const answers = [];
    for (const size of [1, 7, 100_000]) {
      upstream.answer(() =>
        sse(
          new ReadableStream({
            start: (controller) => {
              for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
              controller.close();
            },
          }),
        ),
      );
      answers.push(await ask(served, "anthropic"));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).not.toContain("thinking");
    await served.stop();
  });

  test("each event passes as soon as it is there", async () => {
    const served = await start("anthropic", 'stream_thinking = "drop"');
    let go = () => undefined as undefined;
    upstream.answer(() =>
      sse(
        new ReadableStream({
          start: (controller) => {
            const send = (events: readonly object[]) =>
              controller.enqueue(new TextEncoder().encode(events.map((one) => event(one)).join("")));
            send(thoughtful.slice(0, 6));
            go = () => {
              send(thoughtful.slice(6));
              controller.close();
            };
          },
        }),
      ),
    );
    const response = await fetch(`${served.url}/v1/messages`, {
      method: "POST",
      body: JSON.stringify({ model: "m", stream: true, max_tokens: 9, messages: [{ role: "user", content: "hi" }] }),
    });
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    expect(first).toContain('"text":"hi"');
    go();
    await reader?.cancel();
    await served.stop();
  });

  test("whole answers too; for clients of another API, too", async () => {
    const served = await start("anthropic", 'stream_thinking = "drop"');
    const content = [
      { type: "thinking", thinking: "hm", signature: "s" },
      { type: "text", text: "hi" },
    ];
    const message = { id: "m", type: "message", role: "assistant", content, stop_reason: "end_turn", usage: {} };
    upstream.answer(() => Response.json(message));
    expect(JSON.parse(await ask(served, "anthropic", false))).toEqual({ ...message, content: [content[1]] });
    expect(await ask(served, "openai", false)).not.toContain("hm");
    upstream.answer(() => sse(thoughtful.map(event).join("")));
    const translated = await ask(served, "openai");
    expect(translated).toContain('"content":"hi"');
    expect(translated).not.toContain("hm");
    await served.stop();
  });

  test("where replies carry the name that was asked for, too", async () => {
    const served = await start("anthropic", 'stream_thinking = "drop"', '[http]\nresponse_model = "requested"\n');
    upstream.answer(() => sse(thoughtful.map(event).join("")));
    const answer = await ask(served, "anthropic");
    expect(answer).toContain('"text":"hi"');
    expect(answer).not.toContain("hm");
    await served.stop();
  });

  test("chat chunks that only reason go, others lose their reasoning", async () => {
    const chunk = (said: object, finish: string | null = null) => ({
      id: "c",
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta: said, finish_reason: finish }],
    });
    const served = await start("openai", 'stream_thinking = "drop"');
    upstream.answer(() =>
      sse(
        `${[chunk({ reasoning_content: "hm" }), chunk({ role: "assistant", content: "", reasoning: "hm" }), chunk({ content: "hi" }), chunk({}, "stop")].map(event).join("")}data: [DONE]\n\n`,
      ),
    );
    const expected = [chunk({ role: "assistant", content: "" }), chunk({ content: "hi" }), chunk({}, "stop")];
    expect(await ask(served, "openai")).toBe(`${expected.map(event).join("")}data: [DONE]\n\n`);
    await served.stop();
  });

  test("R389 R348 without a filter a stream passes byte for byte", async () => {
    const served = await start("anthropic", "");
    const bytes = `: hello\r\n\r\n${thoughtful.map(event).join("")}`;
    upstream.answer(() => sse(bytes));
    expect(await ask(served, "anthropic")).toBe(bytes);
    await served.stop();
  });

  test.each([400, 401, 404, 429, 500, 529])("R390 an error %d is passed on, status and words", async (status) => {
    const served = await start("anthropic", 'stream_thinking = "drop"', "[failover]\nrelay_401 = true\n");
    const error = { type: "error", error: { type: "some_error", message: "the vendor's words" } };
    upstream.answer(() => Response.json(error, { status }));
    const response = await fetch(`${served.url}/v1/messages`, {
      method: "POST",
      body: JSON.stringify({ model: "m", max_tokens: 9, messages: [{ role: "user", content: "hi" }] }),
    });
    expect([response.status, await response.json()]).toEqual([status, error]);
    await served.stop();
  });
});

describe("X40 what a native answer cost, where input_tokens counts cached input as well", () => {
  const usage = { input_tokens: 100, cache_read_input_tokens: 60, cache_creation_input_tokens: 10 };
  const message = { ...start_.message, type: "message", role: "assistant", content: [{ type: "text", text: "hi" }] };

  test.each([
    ["streamed", true, true, 100],
    ["whole", false, true, 100],
    ["streamed, as the API has it", true, false, 170],
    ["whole, as the API has it", false, false, 170],
  ])("%s", async (_, stream, inclusive, total) => {
    const served = await start("anthropic", inclusive ? "inclusive_usage = true" : "");
    const events = [{ ...start_, message: { ...start_.message, usage } }, ...text, stop, { type: "message_stop" }];
    const whole = { ...message, stop_reason: "end_turn", usage: { ...usage, output_tokens: 7 } };
    upstream.answer(() => (stream ? sse(events.map(event).join("")) : Response.json(whole)));
    expect(await ask(served, "anthropic", stream)).toContain('"input_tokens":100');
    const traces = await (await fetch(`${served.url}/api/v1/traces`)).text();
    expect(traces).toContain(`"tokens_in":${total},"tokens_out":7`);
    await served.stop();
  });
});

test("R348 OpenRouter tells usage unasked: a stream's request and answer pass as they are, and what it took is told behind it", async () => {
  const config = `[providers.up]\ntype = "openrouter"\nbase_url = "${upstream.url}"\nauth = "none"\n`;
  const served = await serveCompiled({
    files: { "arouter.toml": config },
    env: { AROUTER_STORE: ":memory:" },
    upstreams: {},
  });
  const frame = (data: object) => `data: ${JSON.stringify(data)}\n\n`;
  const chunk = { id: "gen-1", object: "chat.completion.chunk", provider: "Anthropic", model: "m" };
  const frames = [
    ": OPENROUTER PROCESSING\n\n",
    frame({ ...chunk, choices: [{ index: 0, delta: { role: "assistant", content: "hi" }, finish_reason: null }] }),
    frame({ ...chunk, choices: [{ index: 0, delta: { content: "" }, finish_reason: "stop" }] }),
    frame({
      ...chunk,
      choices: [],
      usage: {
        prompt_tokens: 194,
        completion_tokens: 2,
        total_tokens: 196,
        cost: 0.95,
        prompt_tokens_details: { cached_tokens: 90, cache_write_tokens: 100 },
      },
    }),
    "data: [DONE]\n\n",
  ].join("");
  upstream.answer(() => sse(frames));
  const body = '{ "model":"m","stream":true, "messages":[{"role":"user","content":"hi"}]}';
  const response = await fetch(`${served.url}/v1/chat/completions`, { method: "POST", body });
  const cost = ": x-arouter-cost-usd: 0.95\n: x-arouter-cost-saved-usd: 0\n\n";
  expect(await response.text()).toBe(`${frames}${cost}`);
  expect(upstream.requests.map(({ text }) => text)).toEqual([body]);
  const traces = await (await fetch(`${served.url}/api/v1/traces`)).text();
  expect(traces).toContain('"tokens_in":194,"tokens_out":2');
  await served.stop();
});
