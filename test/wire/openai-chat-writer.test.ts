import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ChatCompletionStream } from "openai/lib/ChatCompletionStream";
import type { JsonObject, Response, StreamEvent } from "../../runtime/wire/canonical.ts";
import type { ReplyContext } from "../../runtime/wire/codec.ts";
import { openaiChat } from "../../runtime/wire/openai-chat/codec.ts";
import { replay } from "../../runtime/wire/replay.ts";
import { sseDecoder } from "../../runtime/wire/sse.ts";

const context: ReplyContext = {
  requestId: "r1",
  createdSeconds: 1763683200,
  model: "my-alias",
  request: { stream: true, stream_options: { include_usage: true } },
};
const quiet: ReplyContext = { ...context, request: { stream: true } };
const legacy: ReplyContext = { ...context, request: { functions: [{ name: "w" }] } };

function write(events: readonly StreamEvent[], to: ReplyContext = context): string {
  const writer = openaiChat.streamWriter(to);
  return events.map((event) => writer.push(event)).join("");
}

/** The parsed chunks, without `[DONE]`. */
function chunks(text: string): JsonObject[] {
  const decoder = sseDecoder();
  const events = [...decoder.push(new TextEncoder().encode(text)), ...decoder.end()];
  return events.filter((event) => event.data !== "[DONE]").map((event) => JSON.parse(event.data));
}

function deltas(text: string): unknown[] {
  return chunks(text).flatMap((chunk) =>
    JSON.parse(JSON.stringify(chunk["choices"])).map((c: { delta: unknown }) => c.delta),
  );
}

const start: StreamEvent = { kind: "start", id: "up", model: "claude" };
const end: StreamEvent = { kind: "end" };
const usage = { uncachedInput: 20, cacheRead: 100, cacheWrite: 0, output: 55, reasoning: 0, cacheWriteKnown: true };

test("R15 R20 C4.2 thinking, text and two calls, byte for byte", () => {
  const signature = { from: "anthropic-messages", data: "Er" } as const;
  const text = write([
    start,
    { kind: "ping" },
    { kind: "thinking", text: "Need" },
    { kind: "thinking-signature", signature },
    { kind: "text", text: "Hi" },
    { kind: "tool-open", key: 2, id: "toolu_1", name: "w", tool: "function" },
    { kind: "tool-arguments", key: 2, text: "" },
    { kind: "tool-arguments", key: 2, text: '{"c": "Oslo"}' },
    { kind: "tool-close", key: 2 },
    { kind: "tool-open", key: 3, id: "toolu_2", name: "now", tool: "function" },
    { kind: "tool-close", key: 3 },
    { kind: "usage", usage },
    { kind: "stop", stop: { reason: "tool-calls" } },
    end,
  ]);
  const head =
    '{"id":"chatcmpl-r1","object":"chat.completion.chunk","created":1763683200,"model":"my-alias","choices":[';
  const frame = (delta: string, finish = "null"): string =>
    `data: ${head}{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}],"usage":null}\n\n`;
  expect(text).toBe(
    [
      frame('{"role":"assistant","content":"","refusal":null}'),
      ": keepalive\n\n",
      frame(
        '{"reasoning_content":"Need","reasoning":"Need","reasoning_details":[{"type":"reasoning.text","text":"Need","index":0}]}',
      ),
      frame(
        '{"reasoning_details":[{"type":"reasoning.text","signature":"ar1.anthropic-messages.eyJ0ZXh0IjoiTmVlZCIsImRhdGEiOiJFciJ9","index":0}]}',
      ),
      frame('{"content":"Hi"}'),
      frame('{"tool_calls":[{"index":0,"id":"toolu_1","type":"function","function":{"name":"w","arguments":""}}]}'),
      frame('{"tool_calls":[{"index":0,"function":{"arguments":"{\\"c\\": \\"Oslo\\"}"}}]}'),
      frame('{"tool_calls":[{"index":1,"id":"toolu_2","type":"function","function":{"name":"now","arguments":""}}]}'),
      frame('{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}'),
      frame("{}", '"tool_calls"'),
      `data: ${head}],"usage":{"prompt_tokens":120,"completion_tokens":55,"total_tokens":175,"prompt_tokens_details":{"cached_tokens":100,"audio_tokens":0,"cache_write_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}\n\n`,
      "data: [DONE]\n\n",
    ].join(""),
  );
});

describe("C2.2 rules of the stream", () => {
  test("P24 without include_usage no chunk speaks of usage", () => {
    const text = write([start, { kind: "text", text: "a" }, { kind: "usage", usage }, end], quiet);
    expect(text).not.toContain("usage");
    expect(text).toEndWith("data: [DONE]\n\n");
  });
  test("an upstream that reported no usage gets none invented", () => {
    expect(chunks(write([start, { kind: "text", text: "a" }, end])).at(-1)).toMatchObject({ usage: null });
  });
  test("X09 later deltas of a call hold neither id, type nor name", () => {
    const text = write([
      start,
      { kind: "tool-open", key: 0, id: "c1", name: "w", tool: "function" },
      { kind: "tool-arguments", key: 0, text: "{" },
      { kind: "tool-arguments", key: 0, text: "}" },
    ]);
    expect(deltas(text).slice(2)).toEqual([
      { tool_calls: [{ index: 0, function: { arguments: "{" } }] },
      { tool_calls: [{ index: 0, function: { arguments: "}" } }] },
    ]);
  });
  test("a custom tool streams raw input, empty input included", () => {
    const text = write([
      start,
      { kind: "tool-open", key: 0, id: "c1", name: "patch", tool: "custom" },
      { kind: "tool-arguments", key: 0, text: "***" },
      { kind: "tool-close", key: 0 },
      { kind: "tool-open", key: 1, id: "c2", name: "patch", tool: "custom" },
      { kind: "tool-close", key: 1 },
    ]);
    expect(deltas(text).slice(1)).toEqual([
      { tool_calls: [{ index: 0, id: "c1", type: "custom", custom: { name: "patch", input: "" } }] },
      { tool_calls: [{ index: 0, custom: { input: "***" } }] },
      { tool_calls: [{ index: 1, id: "c2", type: "custom", custom: { name: "patch", input: "" } }] },
    ]);
  });
  test("clients of the API before tools get the first call as function_call", () => {
    const text = write(
      [
        start,
        { kind: "tool-open", key: 0, id: "c1", name: "w", tool: "function" },
        { kind: "tool-arguments", key: 0, text: '{"a":1}' },
        { kind: "tool-close", key: 0 },
        { kind: "tool-open", key: 1, id: "c2", name: "x", tool: "function" },
        { kind: "tool-arguments", key: 1, text: "{}" },
        { kind: "tool-close", key: 1 },
        { kind: "stop", stop: { reason: "tool-calls" } },
        end,
      ],
      legacy,
    );
    expect(deltas(text).slice(1)).toEqual([
      { function_call: { name: "w", arguments: "" } },
      { function_call: { arguments: '{"a":1}' } },
      {},
    ]);
    expect(text).toContain('"finish_reason":"function_call"');
  });
  test("a refusal that only the stop reason tells of is written before the finish", () => {
    const told = write([start, { kind: "stop", stop: { reason: "refusal", explanation: "No." } }, end]);
    expect(deltas(told).slice(1)).toEqual([{ refusal: "No." }, {}]);
    expect(told).toContain('"finish_reason":"content_filter"');
    const silent = write([start, { kind: "stop", stop: { reason: "refusal" } }, end]);
    expect(deltas(silent)[1]).toEqual({ refusal: "The model declined to answer." });
  });
  test("a refusal the model spoke ends with stop", () => {
    const stop = { reason: "refusal", explanation: "No." } as const;
    const text = write([start, { kind: "refusal", text: "No." }, { kind: "stop", stop }, end]);
    expect(deltas(text)).toEqual([{ role: "assistant", content: "", refusal: null }, { refusal: "No." }, {}]);
    expect(text).toContain('"finish_reason":"stop"');
  });
  test("C6 an error ends the stream without [DONE] and without a finish", () => {
    const error = { class: "overloaded", status: 529, message: "Overloaded" } as const;
    expect(write([start, { kind: "text", text: "a" }, { kind: "error", error }])).toEndWith(
      'data: {"error":{"message":"Overloaded","type":"server_error","param":null,"code":"server_is_overloaded"}}\n\n',
    );
    expect(write([{ kind: "error", error }])).not.toContain("[DONE]");
  });
  test("a stream that never said start still begins with the role", () => {
    expect(deltas(write([{ kind: "text", text: "a" }]))[0]).toMatchObject({ role: "assistant" });
    expect(deltas(write([end]))).toEqual([{ role: "assistant", content: "", refusal: null }, {}]);
  });
  test("X48 halves of a surrogate pair stay what they are", () => {
    const text = write([start, { kind: "text", text: "\ud83d" }, { kind: "text", text: "\ude00" }]);
    expect(deltas(text).slice(1)).toEqual([{ content: "\ud83d" }, { content: "\ude00" }]);
  });
});

const text = fc.string({ minLength: 1 });
const opaque = fc.record({ from: fc.constantFrom("anthropic-messages", "openai-chat"), data: text } as const);
const block = fc.oneof(
  fc.record({ kind: fc.constant("text"), text } as const),
  fc.record({
    kind: fc.constant("thinking"),
    text: fc.string(),
    signature: fc.option(opaque, { nil: undefined }),
  } as const),
  fc.record({ kind: fc.constant("redacted-thinking"), data: opaque } as const),
  fc.record({ kind: fc.constant("text"), text, signature: opaque } as const),
  fc.record({ kind: fc.constant("refusal"), text } as const),
  fc.record({
    kind: fc.constant("tool-call"),
    id: text,
    name: text,
    tool: fc.constantFrom("function", "custom"),
    argumentsText: fc.oneof(fc.json(), fc.constant("")),
    signature: fc.option(opaque, { nil: undefined }),
  } as const),
);
const stop = fc.record(
  {
    reason: fc.constantFrom("end", "stop-sequence", "length", "tool-calls", "refusal", "filtered", "pause"),
    explanation: text,
  } as const,
  { requiredKeys: ["reason"] },
);
const count = fc.nat({ max: 5000 });
const response: fc.Arbitrary<Response> = fc.record({
  id: text,
  model: text,
  blocks: fc.array(block, { maxLength: 6 }),
  stop,
  usage: fc.record({
    uncachedInput: count,
    cacheRead: count,
    cacheWrite: count,
    output: count,
    reasoning: count,
    cacheWriteKnown: fc.boolean(),
  }),
});

type Detail = { index: number; text?: string };
type Reasoning = { reasoning_content?: string; reasoning?: string; reasoning_details?: Detail[] };

/** As clients put details together: those of one index are one, with their texts joined. */
function joinDetails(details: readonly Detail[]): readonly Detail[] {
  const byIndex = new Map<number, Detail>();
  for (const detail of details) {
    const known = byIndex.get(detail.index);
    const texts = [known?.text, detail.text].filter((part) => part !== undefined);
    byIndex.set(detail.index, { ...known, ...detail, ...(texts.length === 0 ? {} : { text: texts.join("") }) });
  }
  return [...byIndex.values()];
}

/** The SDK's own assembly; fields it does not know are joined here, as it keeps the last piece of them only. */
async function assemble(sse: string): Promise<unknown> {
  const parsed = chunks(sse);
  const lines = new Blob(parsed.map((chunk) => `${JSON.stringify(chunk)}\n`)).stream();
  const completion = await ChatCompletionStream.fromReadableStream(lines).finalChatCompletion();
  const parts: Reasoning[] = deltas(sse).map((delta) => Object(delta));
  const reasoning = parts.map((delta) => delta.reasoning_content ?? "").join("");
  const details = joinDetails(parts.flatMap((delta) => delta.reasoning_details ?? []));
  expect(parts.map((delta) => delta.reasoning ?? "").join("")).toBe(reasoning);
  const [choice] = completion.choices;
  if (choice === undefined) throw new Error("the SDK assembled no choice");
  const { parsed: _parsed, ...message } = choice.message;
  return {
    ...completion,
    object: "chat.completion",
    choices: [
      {
        ...choice,
        message: {
          ...message,
          content: message.content === "" ? null : message.content,
          ...(reasoning === "" ? {} : { reasoning_content: reasoning, reasoning }),
          ...(details.length === 0 ? {} : { reasoning_details: details }),
        },
      },
    ],
  };
}

test("R15 R16 R20 the official SDK assembles the stream to the very answer the buffered reply gives", async () => {
  await fc.assert(
    fc.asyncProperty(response, async (answer) => {
      const whole = JSON.parse(JSON.stringify(openaiChat.encodeResponse(answer, context)));
      const message = whole.choices[0].message;
      // The first chunk says `content: ""` before anybody knows whether text will come.
      if (message.content === "") message.content = null;
      expect(await assemble(write(replay(answer)))).toEqual(whole);
    }),
    { numRuns: 400 },
  );
});
