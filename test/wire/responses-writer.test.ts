import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { translatingRelay } from "../../runtime/answer/relay.ts";
import type { JsonObject, StreamEvent } from "../../runtime/wire/canonical.ts";
import { emptyAnswerMap, type ReplyContext } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { isObject, objectOf } from "../../runtime/wire/json.ts";
import { openaiResponses } from "../../runtime/wire/openai-responses/codec.ts";
import { replay } from "../../runtime/wire/replay.ts";
import { arbitraryResponse, arbitraryStream } from "../support/arbitrary-response.ts";
import { assembleResponse, responseEvents, shownByDeltas, shownByItems } from "../support/assemble-response.ts";
import { replyContext } from "../support/canonical.ts";

const encoder = new TextEncoder();
const codexTools = [
  { type: "function", name: "w" },
  { type: "custom", name: "apply_patch" },
  { type: "namespace", name: "ns", tools: [{ type: "function", name: "deep" }] },
  { type: "web_search" },
];
const context = replyContext({ request: { model: "m", stream: true, tools: codexTools } });

function write(events: readonly StreamEvent[], to: ReplyContext = context): string {
  const writer = openaiResponses.streamWriter(to);
  return events.map((event) => writer.push(event)).join("");
}

const eventsOf = (events: readonly StreamEvent[], to?: ReplyContext) => responseEvents(write(events, to));

/** Short for what an event says: its type, its item's place, and what is new. */
function told(event: JsonObject): string {
  const type = String(event["type"]).replace("response.", "");
  const item = objectOf(event["item"]);
  const part = objectOf(event["part"]);
  const said = ["delta", "text", "arguments", "input", "refusal"].flatMap((field) => event[field] ?? []);
  const what = [event["output_index"], item?.["type"], item?.["status"], part?.["type"], ...said];
  return [type, ...what.filter((each) => each !== undefined)].join(" ");
}

const start: StreamEvent = { kind: "start", id: "up", model: "claude" };
const end: StreamEvent = { kind: "end" };
const stop = (reason: "end" | "tool-calls" | "length" | "filtered" | "refusal"): StreamEvent => ({
  kind: "stop",
  stop: { reason },
});
const open = (key: number, name: string, tool: "function" | "custom" = "function"): StreamEvent => ({
  kind: "tool-open",
  key,
  id: `c${key}`,
  name,
  tool,
});
const args = (key: number, text: string): StreamEvent => ({ kind: "tool-arguments", key, text });
const close = (key: number): StreamEvent => ({ kind: "tool-close", key });
const usage = { uncachedInput: 20, cacheRead: 100, cacheWrite: 3, output: 55, reasoning: 7, cacheWriteKnown: true };

describe("C2.3 the events of each item", () => {
  const rows: readonly Readonly<{ title: string; events: readonly StreamEvent[]; expected: readonly string[] }>[] = [
    {
      title: "C4.3 signed thinking without text, text in two fragments, a custom tool",
      events: [
        { kind: "thinking-signature", signature: { from: "anthropic-messages", data: "Er" } },
        { kind: "block-break" },
        { kind: "text", text: "Hel" },
        { kind: "text", text: "lo" },
        { kind: "block-break" },
        open(2, "apply_patch", "custom"),
        args(2, "***"),
        args(2, "\n"),
        close(2),
        stop("tool-calls"),
      ],
      expected: [
        "output_item.added 0 reasoning",
        "output_item.done 0 reasoning completed",
        "output_item.added 1 message in_progress",
        "content_part.added 1 output_text",
        "output_text.delta 1 Hel",
        "output_text.delta 1 lo",
        "output_text.done 1 Hello",
        "content_part.done 1 output_text",
        "output_item.done 1 message completed",
        "output_item.added 2 custom_tool_call in_progress",
        "custom_tool_call_input.delta 2 ***",
        "custom_tool_call_input.delta 2 \n",
        "custom_tool_call_input.done 2 ***\n",
        "output_item.done 2 custom_tool_call completed",
        "completed",
      ],
    },
    {
      title: "C4.7 thinking text, text, two calls whose fragments interleave",
      events: [
        { kind: "thinking", text: "a" },
        { kind: "thinking", text: "b" },
        { kind: "text", text: "Hi" },
        open(0, "w"),
        open(1, "w"),
        args(1, '{"k":1}'),
        args(0, "{}"),
        close(0),
        close(1),
        stop("tool-calls"),
      ],
      expected: [
        "output_item.added 0 reasoning",
        "reasoning_summary_part.added 0 summary_text",
        "reasoning_summary_text.delta 0 a",
        "reasoning_summary_text.delta 0 b",
        "reasoning_summary_text.done 0 ab",
        "reasoning_summary_part.done 0 summary_text",
        "output_item.done 0 reasoning completed",
        "output_item.added 1 message in_progress",
        "content_part.added 1 output_text",
        "output_text.delta 1 Hi",
        "output_text.done 1 Hi",
        "content_part.done 1 output_text",
        "output_item.done 1 message completed",
        "output_item.added 2 function_call in_progress",
        "function_call_arguments.delta 2 {}",
        "function_call_arguments.done 2 {}",
        "output_item.done 2 function_call completed",
        "output_item.added 3 function_call in_progress",
        'function_call_arguments.delta 3 {"k":1}',
        'function_call_arguments.done 3 {"k":1}',
        "output_item.done 3 function_call completed",
        "completed",
      ],
    },
    {
      title: "a search, and one that failed",
      events: [
        { kind: "web-search", search: { kind: "web-search", id: "s1", query: "q", sources: [], failed: false } },
        { kind: "web-search", search: { kind: "web-search", id: "s2", query: "q", sources: [], failed: true } },
        stop("end"),
      ],
      expected: [
        "output_item.added 0 web_search_call in_progress",
        "web_search_call.in_progress 0",
        "web_search_call.searching 0",
        "web_search_call.completed 0",
        "output_item.done 0 web_search_call completed",
        "output_item.added 1 web_search_call in_progress",
        "web_search_call.in_progress 1",
        "web_search_call.searching 1",
        "output_item.done 1 web_search_call failed",
        "completed",
      ],
    },
    {
      title: "a refusal is a part of its own behind the text",
      events: [{ kind: "text", text: "Well" }, { kind: "refusal", text: "no" }, stop("refusal")],
      expected: [
        "output_item.added 0 message in_progress",
        "content_part.added 0 output_text",
        "output_text.delta 0 Well",
        "output_text.done 0 Well",
        "content_part.done 0 output_text",
        "content_part.added 0 refusal",
        "refusal.delta 0 no",
        "refusal.done 0 no",
        "content_part.done 0 refusal",
        "output_item.done 0 message completed",
        "completed",
      ],
    },
    {
      title: "a refusal that only the stop reason tells of is written, and the answer is incomplete",
      events: [stop("refusal")],
      expected: [
        "output_item.added 0 message in_progress",
        "content_part.added 0 refusal",
        "refusal.delta 0 The model declined to answer.",
        "refusal.done 0 The model declined to answer.",
        "content_part.done 0 refusal",
        "output_item.done 0 message incomplete",
        "incomplete",
      ],
    },
    {
      title: "what the length limit cuts is incomplete",
      events: [{ kind: "text", text: "a" }, stop("length")],
      expected: [
        "output_item.added 0 message in_progress",
        "content_part.added 0 output_text",
        "output_text.delta 0 a",
        "output_text.done 0 a",
        "content_part.done 0 output_text",
        "output_item.done 0 message incomplete",
        "incomplete",
      ],
    },
    {
      title: "a call without arguments gets an empty object, a custom one stays empty",
      events: [open(0, "w"), close(0), open(1, "apply_patch", "custom"), close(1), stop("tool-calls")],
      expected: [
        "output_item.added 0 function_call in_progress",
        "function_call_arguments.delta 0 {}",
        "function_call_arguments.done 0 {}",
        "output_item.done 0 function_call completed",
        "output_item.added 1 custom_tool_call in_progress",
        "custom_tool_call_input.done 1 ",
        "output_item.done 1 custom_tool_call completed",
        "completed",
      ],
    },
    {
      title: "S08 a call that the limit cut off is incomplete, its arguments as they came",
      events: [open(0, "w"), args(0, '{"a":'), close(0), stop("length")],
      expected: [
        "output_item.added 0 function_call in_progress",
        'function_call_arguments.delta 0 {"a":',
        'function_call_arguments.done 0 {"a":',
        "output_item.done 0 function_call incomplete",
        "incomplete",
      ],
    },
    { title: "an answer without a word", events: [stop("end")], expected: ["completed"] },
  ];
  for (const { title, events, expected } of rows) {
    test(`R15 R20 ${title}`, async () => {
      const written = eventsOf([start, ...events, end]);
      expect(written.map(told)).toEqual(["created", "in_progress", ...expected]);
      expect(await assembleResponse(written)).toEqual(objectOf(written.at(-1)?.["response"]) ?? {});
    });
  }
});

describe("what surrounds the items", () => {
  test("R20 S05 S18 the last event holds the whole object: the client's settings, model and usage with every number", () => {
    const request = {
      model: "m",
      instructions: "Be brief.",
      metadata: { k: "v" },
      reasoning: { effort: "low" },
      tools: codexTools,
      store: false,
    };
    const written = eventsOf(
      [start, { kind: "text", text: "a" }, { kind: "usage", usage }, stop("end"), end],
      replyContext({ request }),
    );
    expect(written.at(-1)?.["response"]).toEqual({
      id: "resp_req0123456789abcdefghi",
      object: "response",
      access_programs: null,
      created_at: 1_790_000_000,
      status: "completed",
      background: false,
      error: null,
      incomplete_details: null,
      instructions: "Be brief.",
      max_output_tokens: null,
      max_tool_calls: null,
      model: "my-alias",
      output: [
        {
          id: expect.stringMatching(/^msg_[0-9a-f]{32}$/),
          type: "message",
          role: "assistant",
          status: "completed",
          content: [{ type: "output_text", text: "a", annotations: [], logprobs: [] }],
        },
      ],
      parallel_tool_calls: true,
      previous_response_id: null,
      prompt_cache_key: null,
      prompt_cache_retention: null,
      reasoning: { effort: "low", summary: null },
      safety_identifier: null,
      service_tier: "default",
      store: false,
      temperature: 1,
      text: { format: { type: "text" } },
      tool_choice: "auto",
      tools: codexTools,
      top_logprobs: 0,
      top_p: 1,
      truncation: "disabled",
      usage: {
        input_tokens: 123,
        input_tokens_details: { cached_tokens: 100, cache_write_tokens: 3 },
        output_tokens: 55,
        output_tokens_details: { reasoning_tokens: 7 },
        total_tokens: 178,
      },
      user: null,
      metadata: { k: "v" },
      completed_at: 1_790_000_000,
      frequency_penalty: 0,
      presence_penalty: 0,
    });
    const begun = objectOf(written[0]?.["response"]);
    expect(begun).toMatchObject({
      status: "in_progress",
      output: [],
      usage: null,
      completed_at: null,
      model: "my-alias",
    });
  });

  test("R20 S05 an upstream that reported no usage gives zeros", () => {
    const response = objectOf(eventsOf([start, stop("end"), end]).at(-1)?.["response"]);
    expect(response?.["usage"]).toEqual({
      input_tokens: 0,
      input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
      output_tokens: 0,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 0,
    });
  });

  test("R20 C6 an error ends the stream as a failed response that holds what was finished; nothing follows", async () => {
    const error = { class: "rate-limited", status: 429, message: "Slow down.", retryAfterMs: 2400 } as const;
    const text = write([
      start,
      open(0, "w"),
      args(0, "{}"),
      close(0),
      { kind: "text", text: "a" },
      { kind: "error", error },
      end,
    ]);
    const written = responseEvents(text);
    expect(text).not.toContain("[DONE]");
    expect(written.at(-1)).toMatchObject({
      type: "response.failed",
      response: {
        id: "resp_req0123456789abcdefghi",
        status: "failed",
        error: { code: "rate_limit_exceeded", message: "Slow down. Please try again in 3s." },
        output: [{ type: "function_call", call_id: "c0" }],
      },
    });
    expect(await assembleResponse(written)).toMatchObject({ status: "failed", error: { code: "rate_limit_exceeded" } });
  });

  test("R20 an error that comes first still opens the response, as the SDK wants", async () => {
    const error = { class: "overloaded", status: 503, message: "Busy." } as const;
    const written = eventsOf([{ kind: "error", error }]);
    expect(written.map(told)).toEqual(["created", "in_progress", "failed"]);
    expect(await assembleResponse(written)).toMatchObject({
      error: { code: "server_is_overloaded", message: "Busy." },
    });
  });

  test("R20 codes of failed responses", () => {
    const codes = (["context-too-long", "billing", "invalid-request", "content-policy", "timeout"] as const).map(
      (of) => {
        const written = eventsOf([start, { kind: "error", error: { class: of, status: 400, message: "m" } }]);
        return objectOf(objectOf(written.at(-1)?.["response"])?.["error"])?.["code"];
      },
    );
    expect(codes).toEqual([
      "context_length_exceeded",
      "insufficient_quota",
      "invalid_prompt",
      "invalid_prompt",
      "server_error",
    ]);
  });

  test("C0.10 a ping is a comment, which every client ignores", () => {
    expect(write([start, { kind: "ping" }])).toEndWith("\n\n: keepalive\n\n");
  });

  test("X42 searches that the client did not ask for leave no gap", () => {
    const search = { kind: "web-search", id: "s", query: "q", sources: [], failed: false } as const;
    const quiet = replyContext({ request: {} });
    const written = eventsOf(
      [start, { kind: "text", text: "a" }, { kind: "web-search", search }, open(1, "w"), close(1), end],
      quiet,
    );
    const added = written.filter(({ type }) => type === "response.output_item.added");
    expect(added.map(told)).toEqual([
      "output_item.added 0 message in_progress",
      "output_item.added 1 function_call in_progress",
    ]);
  });

  test("the frame of a stream that the upstream wrote says what failed", () => {
    const frame = openaiResponses.streamError({ class: "timeout", status: 504, message: "Too slow." }, "r1");
    expect(frame).toStartWith("event: response.failed\ndata: {");
    expect(responseEvents(frame)).toMatchObject([
      {
        response: {
          id: "resp_r1",
          object: "response",
          status: "failed",
          error: { code: "server_error", message: "Too slow." },
        },
      },
    ]);
  });
});

test("R15 R20 the official SDK assembles any stream to the whole answer, also from its items alone", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryResponse, async (response) => {
      const whole = JSON.parse(JSON.stringify(openaiResponses.encodeResponse(response, context)));
      const written = eventsOf(replay(response));
      expect(written.at(-1)?.["response"]).toEqual(whole);
      expect(await assembleResponse(written)).toEqual(whole);
      if (whole.status === "completed") expect(await assembleResponse(written, true)).toEqual(whole);
    }),
    { numRuns: 150 },
  );
});

test("R15 however an upstream cut its fragments, deltas add up to the items, with one item open at a time and no gap", () => {
  fc.assert(
    fc.property(arbitraryStream, (stream) => {
      const written = eventsOf(stream);
      const output = JSON.parse(JSON.stringify(objectOf(written.at(-1)?.["response"])?.["output"]));
      expect(shownByDeltas(written)).toEqual(shownByItems(output.filter(isObject)));
      const places = written.flatMap(({ type, output_index }) =>
        type === "response.output_item.added" ? [output_index] : [],
      );
      expect(places).toEqual(output.map((_: unknown, place: number) => place));
      const all = written.flatMap(({ output_index }) => output_index ?? []);
      expect(all).toEqual([...all].sort((a, b) => Number(a) - Number(b)));
    }),
    { numRuns: 300 },
  );
});

test("X43 R19 a custom tool's text reaches the client while its wrapper still streams", () => {
  const answer = { ...emptyAnswerMap, customTools: new Set(["apply_patch"]) };
  const relay = translatingRelay(codecs["anthropic-messages"], openaiResponses, answer, context);
  const deltas = ['{"inp', 'ut":"a\\', "nb\\u00", 'e9"}'].map((partial_json) => ({
    type: "content_block_delta",
    index: 0,
    delta: { type: "input_json_delta", partial_json },
  }));
  const upstream = [
    {
      type: "message_start",
      message: { id: "msg_up", model: "claude-x", usage: { input_tokens: 1, output_tokens: 1 } },
    },
    {
      type: "content_block_start",
      index: 0,
      content_block: { type: "tool_use", id: "toolu_9", name: "apply_patch", input: {} },
    },
    ...deltas,
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 5 } },
    { type: "message_stop" },
  ];
  const sent = upstream.map((event) =>
    relay.push(encoder.encode(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)),
  );
  const written = responseEvents(Buffer.concat([...sent, relay.end()]).toString());
  const input = written.filter(({ type }) => String(type).startsWith("response.custom_tool_call_input"));
  expect(input.map(told)).toEqual([
    "custom_tool_call_input.delta 0 a",
    "custom_tool_call_input.delta 0 \nb",
    "custom_tool_call_input.delta 0 é",
    "custom_tool_call_input.done 0 a\nbé",
  ]);
  expect(written.at(-1)).toMatchObject({
    type: "response.completed",
    response: { output: [{ type: "custom_tool_call", call_id: "toolu_9", name: "apply_patch", input: "a\nbé" }] },
  });
});
