import type { Json, JsonObject } from "../../../runtime/wire/canonical.ts";
import {
  argumentsChunk,
  block,
  chunk,
  done,
  messageDelta,
  messageStart,
  messageStop,
  role,
  textBlock,
  usageChunk,
} from "./bodies.ts";
import type { StreamVector, Vector } from "./vector.ts";

type Row = Omit<StreamVector, "kind" | "from" | "to">;

const toMessages = (row: Row): Vector => ({ kind: "stream", from: "openai-chat", to: "anthropic-messages", ...row });
const toChat = (row: Row): Vector => ({ kind: "stream", from: "anthropic-messages", to: "openai-chat", ...row });

/** What a Messages client is told of one block. */
const told = (index: number, content: JsonObject, ...deltas: readonly JsonObject[]): readonly JsonObject[] => [
  { type: "content_block_start", index, content_block: content },
  ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
  { type: "content_block_stop", index },
];
const text = (index: number, ...texts: readonly string[]) =>
  told(index, { type: "text", text: "" }, ...texts.map((one) => ({ type: "text_delta", text: one })));
const use = (index: number, id: string, ...fragments: readonly string[]) =>
  told(
    index,
    { type: "tool_use", id, name: "w", input: {} },
    ...fragments.map((partial_json) => ({ type: "input_json_delta", partial_json })),
  );
const start = { type: "message_start" };
const ended = (reason: string, usage: JsonObject = {}): readonly JsonObject[] => [
  { type: "message_delta", delta: { stop_reason: reason }, usage },
  { type: "message_stop" },
];

/** What a Chat client is told: a delta, or how it ended. */
const says = (delta: JsonObject) => ({ choices: [{ index: 0, delta, finish_reason: null }] });
const finished = (reason: string) => ({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
const opens = says({ role: "assistant", content: "", refusal: null });
const counted = (usage: JsonObject) => ({ choices: [], usage });
const calls = (index: number, id: string, name: string) =>
  says({ tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] });
const fragment = (index: number, part: string) => says({ tool_calls: [{ index, function: { arguments: part } }] });
const toolUse = (index: number, id: string, name: string, ...parts: readonly string[]) =>
  block(
    index,
    { type: "tool_use", id, name, input: {} },
    ...parts.map((partial_json) => ({ type: "input_json_delta", partial_json })),
  );
const broken = (code: string): Json => ({ type: "error", error: { type: "api_error", details: { error_code: code } } });

const ping = { type: "ping" };

export const streams: readonly Vector[] = [
  toMessages({
    id: "X01 C4.1",
    title: "reasoning, text, two calls whose fragments alternate, usage",
    frames: [
      role,
      chunk({ reasoning_content: "Need weather" }),
      chunk({ content: "Checking." }),
      argumentsChunk(0, "", "call_a"),
      argumentsChunk(0, '{"c":'),
      argumentsChunk(1, '{"c":"Rome"}', "call_b"),
      argumentsChunk(0, '"Oslo"}'),
      chunk({}, "tool_calls"),
      usageChunk({
        prompt_tokens: 120,
        completion_tokens: 40,
        prompt_tokens_details: { cached_tokens: 100 },
        completion_tokens_details: { reasoning_tokens: 10 },
      }),
      done,
    ],
    says: [
      start,
      ...told(0, { type: "thinking" }, { type: "thinking_delta", thinking: "Need weather" }),
      ...text(1, "Checking."),
      ...use(2, "call_a", '{"c":', '"Oslo"}'),
      ...use(3, "call_b", '{"c":"Rome"}'),
      ...ended("tool_use", {
        input_tokens: 20,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 0,
        output_tokens: 40,
        output_tokens_details: { thinking_tokens: 10 },
      }),
    ],
  }),
  toMessages({
    id: "X03",
    title: "a second call is whole before the first one is",
    frames: [
      role,
      argumentsChunk(0, '{"a":', "k0"),
      argumentsChunk(1, '{"b":2}', "k1"),
      argumentsChunk(0, "1}"),
      chunk({}, "tool_calls"),
      done,
    ],
    says: [start, ...use(0, "k0", '{"a":', "1}"), ...use(1, "k1", '{"b":2}'), ...ended("tool_use")],
  }),
  toMessages({
    id: "X04",
    title: "a first {} is a placeholder when arguments follow",
    frames: [
      role,
      argumentsChunk(0, "{}", "a"),
      argumentsChunk(0, '{"a":'),
      argumentsChunk(0, "1}"),
      chunk({}, "tool_calls"),
      done,
    ],
    says: [start, ...use(0, "a", '{"a":', "1}"), ...ended("tool_use")],
  }),
  toMessages({
    id: "X07",
    title: "a call whose name never comes is left out",
    frames: [
      role,
      chunk({ tool_calls: [{ index: 0, id: "a", type: "function", function: { arguments: "{}" } }] }),
      chunk({}, "tool_calls"),
      done,
    ],
    says: [start, ...ended("end_turn")],
  }),
  toMessages({
    id: "X13",
    title: "text beside the finish reason",
    frames: [role, chunk({ content: "Hi" }, "stop"), done],
    says: [start, ...text(0, "Hi"), ...ended("end_turn")],
  }),
  toMessages({
    id: "X16",
    title: "the first event has numbers before any are known",
    frames: [role, chunk({ content: "a" }, "stop"), done],
    says: [
      {
        type: "message_start",
        message: {
          usage: { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
        },
      },
      ...text(0, "a"),
      ...ended("end_turn"),
    ],
  }),
  toMessages({
    id: "X18",
    title: "a role and nothing else is a failure",
    frames: [role],
    says: [start, broken("stream_truncated")],
  }),
  toMessages({
    id: "X19",
    title: "a terminator without a finish reason ends an answer",
    frames: [role, chunk({ content: "Hi" }), done],
    says: [start, ...text(0, "Hi"), ...ended("end_turn")],
  }),
  toMessages({
    id: "X19",
    title: "but not one that never began",
    frames: [role, done],
    says: [start, broken("stream_truncated")],
  }),
  toMessages({
    id: "X21",
    title: "what follows the terminator is not read",
    frames: [role, chunk({ content: "Hi" }, "stop"), done, chunk({ content: "more" }, "stop"), done],
    says: [start, ...text(0, "Hi"), ...ended("end_turn")],
  }),
  toMessages({
    id: "X33",
    title: "characters of several bytes, cut anywhere",
    frames: [role, chunk({ content: "北🎉" }, "stop"), done],
    says: [start, ...text(0, "北🎉"), ...ended("end_turn")],
  }),
  toMessages({
    id: "X34",
    title: "other line ends, comments, a byte order mark, data over several lines",
    frames: [
      '\uFEFF: hello\r\n\r\ndata:{"id":"a","choices":[{"index":0,\r\ndata: "delta":{"content":"a"}}]}\r\n\r\n',
      'event: x\rid: 1\rdata: {"id":"a","choices":[{"index":0,"delta":{"content":"b"},"finish_reason":"stop"}]}\r\r',
      done,
    ],
    says: [start, ...text(0, "a", "b"), ...ended("end_turn")],
  }),
  toMessages({
    id: "X39",
    title: "Azure's first chunk, of filters only",
    frames: [
      { id: "", object: "", choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
      role,
      chunk({ content: "Hi" }, "stop"),
      done,
    ],
    says: [start, ...text(0, "Hi"), ...ended("end_turn")],
  }),
  toMessages({
    id: "X46",
    title: "arguments that are no JSON in the end",
    frames: [role, argumentsChunk(0, '{"a":nope}', "a"), chunk({}, "tool_calls"), done],
    says: [
      start,
      { type: "content_block_start", index: 0 },
      { type: "content_block_delta", index: 0, delta: { partial_json: '{"a":nope}' } },
      broken("upstream_invalid_response"),
    ],
  }),
  toMessages({
    id: "X48",
    title: "halves of a character stay what they are",
    frames: [role, chunk({ content: "\ud83d" }), chunk({ content: "\ude00" }, "stop"), done],
    says: [start, ...text(0, "\ud83d", "\ude00"), ...ended("end_turn")],
  }),
  toChat({
    id: "C4.2 X09 X10 X12 X28",
    title: "calls are numbered from 0 and named once; a signature comes once, before its block ends",
    frames: [
      messageStart({
        input_tokens: 20,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 0,
        output_tokens: 1,
      }),
      { type: "ping" },
      ...block(
        0,
        { type: "thinking", thinking: "", signature: "" },
        { type: "thinking_delta", thinking: "Need" },
        { type: "signature_delta", signature: "Er" },
      ),
      ...textBlock(1, "Hi"),
      ...toolUse(2, "toolu_1", "w", "", '{"c": "Oslo"}'),
      ...toolUse(3, "toolu_2", "now"),
      messageDelta("tool_use"),
      messageStop,
    ],
    says: [
      opens,
      ": keepalive",
      says({
        reasoning_content: "Need",
        reasoning: "Need",
        reasoning_details: [{ type: "reasoning.text", text: "Need", index: 0 }],
      }),
      says({ reasoning_details: [{ type: "reasoning.text", index: 0 }] }),
      says({ content: "Hi" }),
      calls(0, "toolu_1", "w"),
      fragment(0, '{"c": "Oslo"}'),
      calls(1, "toolu_2", "now"),
      fragment(1, "{}"),
      finished("tool_calls"),
      counted({
        prompt_tokens: 120,
        completion_tokens: 55,
        total_tokens: 175,
        prompt_tokens_details: { cached_tokens: 100, cache_write_tokens: 0 },
      }),
      "[DONE]",
    ],
  }),
  toChat({
    id: "X15",
    title: "the last counts win, also where they split what was counted before",
    frames: [
      messageStart({ input_tokens: 8834, output_tokens: 0 }),
      ...textBlock(0, "a"),
      messageDelta("end_turn", { input_tokens: 18, cache_read_input_tokens: 8831, output_tokens: 426 }),
      messageStop,
    ],
    says: [
      opens,
      says({ content: "a" }),
      finished("stop"),
      counted({ prompt_tokens: 8849, completion_tokens: 426, prompt_tokens_details: { cached_tokens: 8831 } }),
      "[DONE]",
    ],
  }),
  toChat({
    id: "X22",
    title: "a last event that was cut off after the reason to stop",
    frames: [
      messageStart(),
      ...textBlock(0, "a"),
      messageDelta("end_turn"),
      'event: message_stop\ndata: {"type":"mess',
    ],
    says: [opens, says({ content: "a" }), finished("stop"), counted({ completion_tokens: 55 }), "[DONE]"],
  }),
  toChat({
    id: "P24",
    title: "a client that did not ask for usage gets none",
    asked: {
      model: "claude-sonnet-4-5",
      body: { model: "m", messages: [{ role: "user", content: "q" }], stream: true },
    },
    frames: [messageStart(), ...textBlock(0, "a"), messageDelta("end_turn"), messageStop],
    says: [opens, says({ content: "a" }), finished("stop"), "[DONE]"],
  }),
  toChat({
    id: "X36",
    title: "each ping is a comment in a block of its own",
    frames: [messageStart(), ping, ping, ...textBlock(0, "a"), messageDelta("end_turn"), messageStop],
    says: [opens, ": keepalive", ": keepalive", says({ content: "a" }), finished("stop"), counted({}), "[DONE]"],
  }),
  {
    kind: "stream",
    from: "anthropic-messages",
    to: "gemini",
    id: "X36",
    title: "each ping is a chunk that says nothing, as clients break on comments",
    frames: [messageStart(), ping, ...textBlock(0, "a"), messageDelta("end_turn"), messageStop],
    says: [
      { candidates: [{ content: { role: "model", parts: [{ text: "" }] } }] },
      { candidates: [{ content: { role: "model", parts: [{ text: "a" }] } }] },
      { candidates: [{ finishReason: "STOP" }] },
    ],
  },
];
