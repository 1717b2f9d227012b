import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { anthropicMessages } from "../../runtime/wire/anthropic-messages/codec.ts";
import type { Block, Response, StreamEvent } from "../../runtime/wire/canonical.ts";
import { packOpaque } from "../../runtime/wire/carrier.ts";
import { replay } from "../../runtime/wire/replay.ts";
import { sseDecoder } from "../../runtime/wire/sse.ts";
import { assembleMessage } from "../support/assemble-message.ts";
import { call, replyContext, response, text } from "../support/canonical.ts";

const context = replyContext();

function write(events: readonly StreamEvent[]): string {
  const writer = anthropicMessages.streamWriter(context);
  return events.map((event) => writer.push(event)).join("");
}

/** The frames without the members that never vary. */
function framesOf(sse: string): readonly string[] {
  const decoder = sseDecoder();
  return decoder.push(new TextEncoder().encode(sse)).map((frame) => {
    const { type, ...data } = JSON.parse(frame.data);
    expect(frame.event).toBe(type);
    if (type === "message_start") return "message_start";
    if (type === "message_delta") return `message_delta ${data.delta.stop_reason} ${data.usage.output_tokens}`;
    if (type === "error") return `error ${data.error.type}`;
    if (type === "content_block_start")
      return `start ${data.index} ${data.content_block.type} ${data.content_block.id ?? ""}`.trim();
    if (type === "content_block_stop") return `stop ${data.index}`;
    if (type === "content_block_delta") return `delta ${data.index} ${Object.values(data.delta).slice(1).join()}`;
    return type;
  });
}

const start: StreamEvent = { kind: "start", id: "up", model: "m" };
const end: StreamEvent = { kind: "end" };
const said = (value: string): StreamEvent => ({ kind: "text", text: value });
const open = (key: number, id = `call_${key}`): StreamEvent => ({
  kind: "tool-open",
  key,
  id,
  name: "w",
  tool: "function",
});
const args = (key: number, value: string): StreamEvent => ({ kind: "tool-arguments", key, text: value });
const close = (key: number): StreamEvent => ({ kind: "tool-close", key });
const stop = (reason: Response["stop"]["reason"]): StreamEvent => ({ kind: "stop", stop: { reason } });

describe("R12 R15 the stream a Messages client gets", () => {
  test("X16 whole frames, with numbers wherever a client reads one", () => {
    const usage = {
      uncachedInput: 20,
      cacheRead: 100,
      cacheWrite: 0,
      output: 40,
      reasoning: 10,
      cacheWriteKnown: false,
    };
    expect(write([start, said("Hi"), { kind: "usage", usage }, stop("end"), end])).toBe(
      [
        'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_req0123456789abcdefghi","type":"message","role":"assistant","model":"my-alias","content":[],"diagnostics":null,"stop_reason":null,"stop_sequence":null,"stop_details":null,"container":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0,"output_tokens_details":null,"server_tool_use":null,"cache_creation":null,"service_tier":null,"inference_geo":null,"speed":null}}}',
        'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"","citations":null}}',
        'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}',
        'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}',
        'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null,"stop_details":null,"container":null},"usage":{"input_tokens":20,"cache_creation_input_tokens":0,"cache_read_input_tokens":100,"output_tokens":40,"output_tokens_details":{"thinking_tokens":10},"server_tool_use":null}}',
        'event: message_stop\ndata: {"type":"message_stop"}',
        "",
      ].join("\n\n"),
    );
  });

  const cases: Readonly<Record<string, readonly [readonly StreamEvent[], readonly string[]]>> = {
    "X03 interleaved calls one after the other": [
      [
        start,
        open(0),
        args(0, '{"c":'),
        open(1),
        args(1, '{"d":2}'),
        args(0, "1}"),
        close(0),
        close(1),
        stop("tool-calls"),
        end,
      ],
      [
        "start 0 tool_use call_0",
        'delta 0 {"c":',
        "delta 0 1}",
        "stop 0",
        "start 1 tool_use call_1",
        'delta 1 {"d":2}',
        "stop 1",
        "message_delta tool_use 0",
      ],
    ],
    "a fragment of the next call closes one that is whole": [
      [start, open(0), args(0, '{"c":1}'), open(1), args(1, '{"d":'), args(1, "2}"), end],
      [
        "start 0 tool_use call_0",
        'delta 0 {"c":1}',
        "stop 0",
        "start 1 tool_use call_1",
        'delta 1 {"d":',
        "delta 1 2}",
        "stop 1",
        "message_delta tool_use 0",
      ],
    ],
    "a bare {} may be a placeholder and closes nothing": [
      [start, open(0), args(0, "{}"), open(1), args(1, "{}"), close(0), close(1), end],
      [
        "start 0 tool_use call_0",
        "delta 0 {}",
        "stop 0",
        "start 1 tool_use call_1",
        "delta 1 {}",
        "stop 1",
        "message_delta tool_use 0",
      ],
    ],
    "X07 a message without calls does not stop for tools": [
      [start, said("a"), stop("tool-calls"), end],
      ["start 0 text", "delta 0 a", "stop 0", "message_delta end_turn 0"],
    ],
    "X12 a call without arguments needs no delta": [
      [start, open(0), close(0), end],
      ["start 0 tool_use call_0", "stop 0", "message_delta tool_use 0"],
    ],
    "X28 one signature, last in its block": [
      [
        start,
        { kind: "thinking", text: "t" },
        { kind: "thinking-signature", signature: { from: "anthropic-messages", data: "S" } },
        said("a"),
        end,
      ],
      [
        "start 0 thinking",
        "delta 0 t",
        "delta 0 S",
        "stop 0",
        "start 1 text",
        "delta 1 a",
        "stop 1",
        "message_delta end_turn 0",
      ],
    ],
    "a signature without visible thinking": [
      [
        start,
        { kind: "thinking-signature", signature: { from: "anthropic-messages", data: "S" } },
        { kind: "block-break" },
        said("a"),
        end,
      ],
      ["start 0 thinking", "delta 0 S", "stop 0", "start 1 text", "delta 1 a", "stop 1", "message_delta end_turn 0"],
    ],
    "text behind a call waits for it": [
      [start, open(0), args(0, '{"c":'), said("late"), args(0, "1}"), close(0), end],
      [
        "start 0 tool_use call_0",
        'delta 0 {"c":',
        "delta 0 1}",
        "stop 0",
        "start 1 text",
        "delta 1 late",
        "stop 1",
        "message_delta tool_use 0",
      ],
    ],
    "empty text opens no block, blank text does": [
      [start, said(""), said(" "), end],
      ["start 0 text", "delta 0  ", "stop 0", "message_delta end_turn 0"],
    ],
    "X46 arguments that are no JSON": [
      [start, open(0), args(0, '{"c":oops'), close(0), stop("tool-calls"), end],
      ["start 0 tool_use call_0", 'delta 0 {"c":oops', "error api_error"],
    ],
    "S08 a call that the limit cut off stays cut": [
      [start, open(0), args(0, '{"c":'), close(0), stop("length"), end],
      ["start 0 tool_use call_0", 'delta 0 {"c":', "stop 0", "message_delta max_tokens 0"],
    ],
    "more arguments after the end of a call": [
      [start, open(0), args(0, "{}"), close(0), args(0, " "), args(0, "x"), said("never")],
      ["start 0 tool_use call_0", "delta 0 {}", "stop 0", "error api_error"],
    ],
    "S14 missing and repeated ids": [
      [start, open(0, ""), close(0), open(1, "x"), close(1), open(2, "x"), close(2), end],
      [
        "start 0 tool_use toolu_req0123456789abcdefghi_0",
        "stop 0",
        "start 1 tool_use x",
        "stop 1",
        "start 2 tool_use toolu_req0123456789abcdefghi_2",
        "stop 2",
        "message_delta tool_use 0",
      ],
    ],
    "a key used twice": [
      [start, open(0, "a"), open(0, "b"), args(0, "{}"), close(0), end],
      ["start 0 tool_use a", "stop 0", "start 1 tool_use b", "delta 1 {}", "stop 1", "message_delta tool_use 0"],
    ],
    "an error ends the stream where it is": [
      [
        start,
        said("a"),
        { kind: "error", error: { class: "overloaded", status: 503, message: "busy" } },
        said("b"),
        end,
      ],
      ["start 0 text", "delta 0 a", "error overloaded_error"],
    ],
    pings: [
      [start, { kind: "ping" }, end],
      ["ping", "message_delta end_turn 0"],
    ],
    "content before the start": [
      [said("a"), end],
      ["start 0 text", "delta 0 a", "stop 0", "message_delta end_turn 0"],
    ],
  };
  for (const [name, [events, frames]] of Object.entries(cases)) {
    test(name, () => {
      const isWhole = frames.at(-1)?.startsWith("message_delta");
      expect(framesOf(write(events))).toEqual(["message_start", ...frames, ...(isWhole ? ["message_stop"] : [])]);
    });
  }

  test("X48 halves of a surrogate pair survive as escapes", () => {
    const sse = write([start, said("\ud83d"), said("\ude00"), end]);
    expect(sse).toContain('"text":"\\ud83d"');
    expect(sse).toContain('"text":"\\ude00"');
  });

  test("X43 the raw text of a custom tool arrives as JSON", async () => {
    const custom: StreamEvent = { kind: "tool-open", key: 0, id: "c", name: "patch", tool: "custom" };
    const message = await assembleMessage(
      write([start, custom, args(0, 'a"\n'), args(0, "\ud83d"), args(0, "\ude00"), close(0), end]),
    );
    expect(message.content).toMatchObject([{ type: "tool_use", name: "patch", input: { input: 'a"\n😀' } }]);
  });

  test("a broken stream is an error for the SDK, never a whole message", async () => {
    const cut = write([
      start,
      said("Half"),
      { kind: "error", error: { class: "timeout", status: 504, message: "too slow" } },
    ]);
    await expect(assembleMessage(cut)).rejects.toThrow("too slow");
  });
});

const json = fc
  .dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
  .map((value) => JSON.stringify(value));
const opaque = fc.record({
  from: fc.constantFrom("anthropic-messages" as const, "openai-chat" as const),
  data: fc.string({ minLength: 1 }),
});
const anyText = fc.string({ unit: "grapheme", maxLength: 12 });
const anyBlock: fc.Arbitrary<Block> = fc.oneof(
  anyText.map(text),
  anyText.map((value): Block => ({ kind: "refusal", text: value })),
  fc.record({ kind: fc.constant("thinking" as const), text: anyText }),
  fc.record({ kind: fc.constant("thinking" as const), text: anyText, signature: opaque }),
  fc.record({ kind: fc.constant("redacted-thinking" as const), data: opaque }),
  fc.tuple(anyText, opaque).map(([value, signature]): Block => ({ kind: "text", text: value, signature })),
  fc.tuple(fc.constantFrom("", "a", "b:c"), json).map(([id, input]): Block => call(id, input)),
  fc.tuple(json, opaque).map(([input, signature]): Block => call("s", input, { signature })),
  fc.constant<Block>({ kind: "web-search", id: "ws_1", query: "q", sources: [], failed: false }),
  fc.tuple(fc.constantFrom("", "a"), anyText).map(([id, input]): Block => call(id, input, { tool: "custom" })),
);
const tokens = fc.nat({ max: 5000 });
const usage = fc.record({
  uncachedInput: tokens,
  cacheRead: tokens,
  cacheWrite: tokens,
  output: tokens,
  reasoning: tokens,
  cacheWriteKnown: fc.boolean(),
});
const anyResponse = fc
  .record({
    blocks: fc.array(anyBlock, { maxLength: 6 }),
    stop: fc.record({
      reason: fc.constantFrom(
        "end" as const,
        "stop-sequence" as const,
        "length" as const,
        "tool-calls" as const,
        "refusal" as const,
        "filtered" as const,
        "context-full" as const,
      ),
      sequence: fc.constant("END"),
      explanation: fc.constant("because"),
    }),
    usage: fc.option(usage, { nil: undefined }),
  })
  // Two refusals in a row are one to a stream, which has nothing to part them with.
  .filter(({ blocks }) => {
    const shown = blocks.filter(({ kind }) => kind !== "web-search");
    return shown.every((block, at) => block.kind !== "refusal" || shown[at + 1]?.kind !== "refusal");
  });

test("R12 R15 R16 the SDK assembles a stream to the very message that a buffered answer would be", async () => {
  await fc.assert(
    fc.asyncProperty(anyResponse, fc.nat({ max: 7 }), async (made, pieceLength) => {
      const answer = response(made.blocks, made);
      const whole = anthropicMessages.encodeResponse(answer, context);
      const events = replay(answer).flatMap((event) => inPieces(event, pieceLength + 1));
      const message = await assembleMessage(write(events));
      expect(JSON.parse(JSON.stringify(message))).toEqual(JSON.parse(JSON.stringify(whole)));
    }),
    { numRuns: 300 },
  );
});

/** Streams do not come in whole blocks; cuts may part surrogates. */
function inPieces(event: StreamEvent, length: number): readonly StreamEvent[] {
  if (event.kind !== "text" && event.kind !== "thinking" && event.kind !== "tool-arguments" && event.kind !== "refusal")
    return [event];
  const count = Math.ceil(event.text.length / length);
  return Array.from({ length: count }, (_, at) => ({
    ...event,
    text: event.text.slice(at * length, (at + 1) * length),
  }));
}

test("state of another vendor reaches the client in a carrier, Anthropic's own as it is", async () => {
  const foreign = { from: "openai-chat", data: "sig" } as const;
  const blocks: readonly Block[] = [
    { kind: "thinking", text: "a", signature: foreign },
    { kind: "thinking", text: "b", signature: { from: "anthropic-messages", data: "Er" } },
    { kind: "redacted-thinking", data: foreign },
  ];
  expect((await assembleMessage(write(replay(response(blocks))))).content).toEqual([
    { type: "thinking", thinking: "a", signature: packOpaque(foreign) },
    { type: "thinking", thinking: "b", signature: "Er" },
    { type: "redacted_thinking", data: packOpaque(foreign) },
  ]);
});

test("a citation reaches its text block, with the words it covers", async () => {
  const citation = { url: "https://example.org", title: "E", start: 1, end: 4 };
  const blocks: readonly Block[] = [text("🌍"), { kind: "text", text: "abc", citations: [citation] }];
  const place = {
    type: "web_search_result_location",
    url: "https://example.org",
    title: "E",
    cited_text: "abc",
    encrypted_index: "",
  };
  const expected = [
    { type: "text", text: "🌍", citations: null },
    { type: "text", text: "abc", citations: [place] },
  ];
  expect((await assembleMessage(write(replay(response(blocks))))).content).toEqual(
    JSON.parse(JSON.stringify(expected)),
  );
  expect(anthropicMessages.encodeResponse(response(blocks), context)["content"]).toEqual(expected);
});
