import { describe, expect, test } from "bun:test";
import { ChatCompletionStream } from "openai/lib/ChatCompletionStream";
import type { Json, JsonObject } from "../../runtime/wire/canonical.ts";
import { emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { sseDecoder } from "../../runtime/wire/sse.ts";
import { assembleMessage } from "../support/assemble-message.ts";
import { replyContext } from "../support/canonical.ts";
import { relayed, relayOf } from "../support/relayed.ts";

const toMessages = { upstream: "openai-chat", client: "anthropic-messages" } as const;
const toChat = { upstream: "anthropic-messages", client: "openai-chat" } as const;

/** One Chat event with this delta, or a raw event from a string. */
function chat(...chunks: readonly (JsonObject | string)[]): Uint8Array {
  const frames = chunks.map((chunk) => {
    if (typeof chunk === "string") return `data: ${chunk}\n\n`;
    return `data: ${JSON.stringify({ id: "chatcmpl-up", object: "chat.completion.chunk", created: 1, model: "up", ...chunk })}\n\n`;
  });
  return new TextEncoder().encode(frames.join(""));
}

function delta(content: JsonObject, finish: string | null = null): JsonObject {
  return { choices: [{ index: 0, delta: content, finish_reason: finish }] };
}

const role = delta({ role: "assistant", content: "" });
const done = "[DONE]";

function toolDelta(index: number, text: string, opening?: Readonly<{ id: string; name: string }>): JsonObject {
  const body = opening === undefined ? { arguments: text } : { name: opening.name, arguments: text };
  const identity = opening === undefined ? {} : { id: opening.id, type: "function" };
  return delta({ tool_calls: [{ index, ...identity, function: body }] });
}

type MessagesEvent = JsonObject & { readonly type: string };

function messages(...events: readonly MessagesEvent[]): Uint8Array {
  return new TextEncoder().encode(
    events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""),
  );
}

function messageStart(usage: JsonObject = { input_tokens: 20, output_tokens: 1 }): MessagesEvent {
  return { type: "message_start", message: { id: "msg_up", role: "assistant", content: [], model: "up", usage } };
}

function block(index: number, content: JsonObject, ...deltas: readonly JsonObject[]): readonly MessagesEvent[] {
  return [
    { type: "content_block_start", index, content_block: content },
    ...deltas.map((part) => ({ type: "content_block_delta", index, delta: part })),
    { type: "content_block_stop", index },
  ];
}

const textBlock = (index: number, ...texts: readonly string[]) =>
  block(index, { type: "text", text: "" }, ...texts.map((text) => ({ type: "text_delta", text })));
const toolBlock = (index: number, id: string, name: string, ...parts: readonly string[]) =>
  block(
    index,
    { type: "tool_use", id, name, input: {} },
    ...parts.map((part) => ({ type: "input_json_delta", partial_json: part })),
  );

function messageEnd(reason: string, usage: JsonObject = { output_tokens: 55 }): readonly MessagesEvent[] {
  return [
    { type: "message_delta", delta: { stop_reason: reason, stop_sequence: null }, usage },
    { type: "message_stop" },
  ];
}

/** Parsed data of each event, `[DONE]` as text. */
function dataOf(sse: string): readonly Json[] {
  const decoder = sseDecoder();
  return decoder.push(new TextEncoder().encode(sse)).map(({ data }): Json => (data === done ? data : JSON.parse(data)));
}

/** What each Chat chunk says: its delta, finish reason or usage. */
function chatSays(sse: string): readonly Json[] {
  return dataOf(sse).map((data): Json => {
    const chunk = JSON.parse(JSON.stringify(data));
    if (typeof chunk === "string" || chunk.error !== undefined) return chunk;
    const [choice] = chunk.choices;
    if (choice === undefined) return { usage: chunk.usage };
    return choice.finish_reason === null ? choice.delta : choice.finish_reason;
  });
}

/** What the official SDK makes of a Chat stream. */
async function assembleCompletion(sse: string) {
  const lines = dataOf(sse)
    .filter((data) => data !== done)
    .map((data) => JSON.stringify(data));
  return await ChatCompletionStream.fromReadableStream(new Blob([lines.join("\n")]).stream()).finalChatCompletion();
}

describe("R15 R20 Chat streams for Messages clients", () => {
  const usageChunk: JsonObject = {
    choices: [],
    usage: {
      prompt_tokens: 120,
      completion_tokens: 40,
      prompt_tokens_details: { cached_tokens: 100 },
      completion_tokens_details: { reasoning_tokens: 10 },
    },
  };
  const weather = chat(
    role,
    delta({ reasoning_content: "Need weather" }),
    delta({ content: "Checking." }),
    toolDelta(0, "", { id: "call_a", name: "w" }),
    toolDelta(0, '{"c":'),
    toolDelta(1, '{"c":"Rome"}', { id: "call_b", name: "w" }),
    toolDelta(0, '"Oslo"}'),
    delta({}, "tool_calls"),
    usageChunk,
    done,
  );

  test("X01 X03 thinking, text and two calls whose fragments alternate, one block after the other", () => {
    const says = dataOf(relayed([weather], toMessages)).map((data) => {
      const { type, index, delta: part, content_block } = JSON.parse(JSON.stringify(data));
      const value =
        part === undefined
          ? content_block?.type
          : (part.thinking ?? part.text ?? part.partial_json ?? part.stop_reason);
      return [type, index, value].filter((entry) => entry !== undefined && entry !== null).join(" ");
    });
    expect(says).toEqual([
      "message_start",
      "content_block_start 0 thinking",
      "content_block_delta 0 Need weather",
      "content_block_stop 0",
      "content_block_start 1 text",
      "content_block_delta 1 Checking.",
      "content_block_stop 1",
      "content_block_start 2 tool_use",
      'content_block_delta 2 {"c":',
      'content_block_delta 2 "Oslo"}',
      "content_block_stop 2",
      "content_block_start 3 tool_use",
      'content_block_delta 3 {"c":"Rome"}',
      "content_block_stop 3",
      "message_delta tool_use",
      "message_stop",
    ]);
  });

  test("X01 S02 the SDK assembles it", async () => {
    expect(await assembleMessage(relayed([weather], toMessages))).toMatchObject({
      model: "my-alias",
      stop_reason: "tool_use",
      content: [
        { type: "thinking", thinking: "Need weather" },
        { type: "text", text: "Checking." },
        { type: "tool_use", id: "call_a", input: { c: "Oslo" } },
        { type: "tool_use", id: "call_b", input: { c: "Rome" } },
      ],
      usage: {
        input_tokens: 20,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 0,
        output_tokens: 40,
        output_tokens_details: { thinking_tokens: 10 },
      },
    });
  });

  test("X16 message_start has numbers for every count", () => {
    expect(dataOf(relayed([weather], toMessages))[0]).toMatchObject({
      message: {
        usage: { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
      },
    });
  });

  const whole: Readonly<Record<string, readonly [Uint8Array, JsonObject]>> = {
    "X04 a placeholder before the real arguments": [
      chat(
        role,
        toolDelta(0, "{}", { id: "a", name: "w" }),
        toolDelta(0, '{"a":'),
        toolDelta(0, "1}"),
        delta({}, "tool_calls"),
        done,
      ),
      { content: [{ type: "tool_use", input: { a: 1 } }], stop_reason: "tool_use" },
    ],
    "X07 a call whose name never comes": [
      chat(
        role,
        delta({ content: "hi" }),
        delta({ tool_calls: [{ index: 0, id: "a", function: { arguments: "{}" } }] }),
        delta({}, "tool_calls"),
        done,
      ),
      { content: [{ type: "text", text: "hi" }], stop_reason: "end_turn" },
    ],
    "X13 text and finish in one chunk": [
      chat(role, delta({ content: "all at once" }, "stop"), done),
      { content: [{ type: "text", text: "all at once" }], stop_reason: "end_turn" },
    ],
    "X19 [DONE] without a finish reason after text": [
      chat(role, delta({ content: "hi" }), done),
      { content: [{ type: "text", text: "hi" }], stop_reason: "end_turn" },
    ],
    "X21 chunks after [DONE]": [
      chat(role, delta({ content: "hi" }, "stop"), done, delta({ content: "more" }, "stop")),
      { content: [{ type: "text", text: "hi" }], stop_reason: "end_turn" },
    ],
    "X39 Azure's first chunk": [
      chat({ choices: [], prompt_filter_results: [] }, role, delta({ content: "hi" }, "stop"), done),
      { content: [{ type: "text", text: "hi" }] },
    ],
    "S06 stop beside a call": [
      chat(role, toolDelta(0, "{}", { id: "a", name: "w" }), delta({}, "stop"), done),
      { content: [{ type: "tool_use", input: {} }], stop_reason: "tool_use" },
    ],
    "S08 a call cut off by the limit": [
      chat(role, delta({ content: "hi" }), toolDelta(0, '{"a":', { id: "a", name: "w" }), delta({}, "length"), done),
      { stop_reason: "max_tokens" },
    ],
    "a refusal": [
      chat(role, delta({ refusal: "No." }), delta({}, "stop"), done),
      { content: [{ type: "text", text: "No." }], stop_reason: "refusal", stop_details: { explanation: "No." } },
    ],
    "usage before the finish": [
      chat(role, delta({ content: "hi" }), usageChunk, delta({}, "stop"), done),
      { usage: { input_tokens: 20, cache_read_input_tokens: 100, output_tokens: 40 } },
    ],
    "X48 an emoji in two halves": [
      chat(role, delta({ content: "\ud83d" }), delta({ content: "\ude00" }, "stop"), done),
      { content: [{ type: "text", text: "😀" }] },
    ],
  };
  for (const [title, [bytes, message]] of Object.entries(whole)) {
    test(title, async () => {
      expect(await assembleMessage(relayed([bytes], toMessages))).toMatchObject(message);
    });
  }

  const broken: Readonly<Record<string, readonly [Uint8Array, string]>> = {
    "X18 nothing but a role": [chat(role), "upstream_"],
    "X18 cut in the middle": [chat(role, delta({ content: "Half" })), "stream_truncated"],
    "X19 [DONE] after nothing": [chat(role, done), "stream_truncated"],
    "X46 arguments that are no JSON": [
      chat(role, toolDelta(0, '{"a":oops', { id: "a", name: "w" }), delta({}, "tool_calls"), done),
      "upstream_invalid_response",
    ],
    "an error inside": [
      chat(role, delta({ content: "Half" }), { error: { message: "boom", type: "server_error" } }),
      "boom",
    ],
  };
  for (const [title, [bytes, reason]] of Object.entries(broken)) {
    test(`${title}: an error event, and nothing that ends a message`, async () => {
      const sse = relayed([bytes], toMessages);
      const names = [...sse.matchAll(/^event: (.+)$/gm)].map((match) => match[1]);
      expect(names.at(-1)).toBe("error");
      expect(names).not.toContain("message_stop");
      expect(names.filter((name) => name === "error")).toHaveLength(1);
      await expect(assembleMessage(sse)).rejects.toThrow(reason.startsWith("upstream_") ? /stream|upstream/ : reason);
    });
  }

  test("X18 before the first content a failure can still become a plain HTTP error", () => {
    const relay = relayOf(toMessages);
    relay.push(chat(role));
    expect(relay.committed()).toBe(false);
    relay.push(chat(delta({ content: "a" })));
    expect(relay.committed()).toBe(true);
  });
});

describe("R15 R20 Messages streams for Chat clients", () => {
  const weather = messages(
    messageStart({ input_tokens: 20, cache_read_input_tokens: 100, cache_creation_input_tokens: 0, output_tokens: 1 }),
    { type: "ping" },
    ...block(
      0,
      { type: "thinking", thinking: "", signature: "" },
      { type: "thinking_delta", thinking: "Need" },
      { type: "signature_delta", signature: "Er" },
    ),
    ...textBlock(1, "Hi"),
    ...toolBlock(2, "toolu_1", "w", "", '{"c": "Os', 'lo"}'),
    ...toolBlock(3, "toolu_2", "now"),
    ...messageEnd("tool_use"),
  );

  test("X09 X10 X12 calls are numbered from 0, named once, and never without arguments; usage comes last", () => {
    expect(chatSays(relayed([weather], toChat))).toEqual([
      { role: "assistant", content: "", refusal: null },
      {
        reasoning_content: "Need",
        reasoning: "Need",
        reasoning_details: [{ type: "reasoning.text", text: "Need", index: 0 }],
      },
      {
        reasoning_details: [{ type: "reasoning.text", signature: expect.stringMatching(/^ar1\.anthropic/), index: 0 }],
      },
      { content: "Hi" },
      { tool_calls: [{ index: 0, id: "toolu_1", type: "function", function: { name: "w", arguments: "" } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"c": "Os' } }] },
      { tool_calls: [{ index: 0, function: { arguments: 'lo"}' } }] },
      { tool_calls: [{ index: 1, id: "toolu_2", type: "function", function: { name: "now", arguments: "" } }] },
      { tool_calls: [{ index: 1, function: { arguments: "{}" } }] },
      "tool_calls",
      {
        usage: expect.objectContaining({
          prompt_tokens: 120,
          completion_tokens: 55,
          total_tokens: 175,
          prompt_tokens_details: expect.objectContaining({ cached_tokens: 100, cache_write_tokens: 0 }),
        }),
      },
      done,
    ]);
    expect(relayed([weather], toChat)).toContain("\n\n: keepalive\n\n");
  });

  test("the SDK assembles it", async () => {
    expect(await assembleCompletion(relayed([weather], toChat))).toMatchObject({
      model: "my-alias",
      choices: [
        {
          finish_reason: "tool_calls",
          message: {
            content: "Hi",
            tool_calls: [
              { id: "toolu_1", function: { name: "w", arguments: '{"c": "Oslo"}' } },
              { id: "toolu_2", function: { name: "now", arguments: "{}" } },
            ],
          },
        },
      ],
    });
  });

  test("X15 the counts of the last event win", () => {
    const kimi = messages(
      messageStart({ input_tokens: 8834, output_tokens: 0 }),
      ...textBlock(0, "ok"),
      ...messageEnd("end_turn", { input_tokens: 18, cache_read_input_tokens: 8831, output_tokens: 426 }),
    );
    expect(chatSays(relayed([kimi], toChat))).toContainEqual({
      usage: expect.objectContaining({
        prompt_tokens: 8849,
        completion_tokens: 426,
        prompt_tokens_details: expect.objectContaining({ cached_tokens: 8831 }),
      }),
    });
  });

  test("usage is for those who asked for it", () => {
    expect(relayed([weather], { ...toChat, includeUsage: false })).not.toContain('"usage"');
  });

  test("X22 a message whose last event is cut is whole for both kinds of client", () => {
    const bytes = messages(messageStart(), ...textBlock(0, "Whole."), ...messageEnd("end_turn"));
    const cut = bytes.subarray(0, bytes.length - 12);
    expect(chatSays(relayed([cut], toChat)).slice(-3)).toEqual(["stop", { usage: expect.any(Object) }, done]);
  });

  const whole: Readonly<Record<string, readonly [Uint8Array, readonly Json[]]>> = {
    "text blocks run together": [
      messages(messageStart(), ...textBlock(0, "a"), ...textBlock(1, "b"), ...messageEnd("end_turn")),
      [{ content: "a" }, { content: "b" }, "stop"],
    ],
    "a refusal says why": [
      messages(
        messageStart(),
        {
          type: "message_delta",
          delta: { stop_reason: "refusal", stop_details: { type: "refusal", explanation: "why" } },
          usage: {},
        },
        { type: "message_stop" },
      ),
      [{ refusal: "why" }, "content_filter"],
    ],
    "S08 a call cut off by the limit": [
      messages(messageStart(), ...toolBlock(0, "t", "w", '{"a":'), ...messageEnd("max_tokens")),
      [
        { tool_calls: [{ index: 0, id: "t", type: "function", function: { name: "w", arguments: "" } }] },
        { tool_calls: [{ index: 0, function: { arguments: '{"a":' } }] },
        "length",
      ],
    ],
    "server tools are not the client's": [
      messages(
        messageStart(),
        ...block(
          0,
          { type: "server_tool_use", id: "s", name: "web_search", input: {} },
          { type: "input_json_delta", partial_json: "{}" },
        ),
        ...block(1, { type: "web_search_tool_result", tool_use_id: "s", content: [] }),
        ...toolBlock(2, "t", "w", "{}"),
        ...messageEnd("tool_use"),
      ),
      [
        { tool_calls: [{ index: 0, id: "t", type: "function", function: { name: "w", arguments: "" } }] },
        { tool_calls: [{ index: 0, function: { arguments: "{}" } }] },
        "tool_calls",
      ],
    ],
  };
  for (const [title, [bytes, says]] of Object.entries(whole)) {
    test(title, () => {
      const [opening, ...rest] = chatSays(relayed([bytes], { ...toChat, includeUsage: false }));
      expect(opening).toMatchObject({ role: "assistant" });
      expect(rest).toEqual([...says, done]);
    });
  }

  test("a structured answer through a tool streams as text", async () => {
    const bytes = messages(messageStart(), ...toolBlock(0, "t", "person", '{"age"', ":4}"), ...messageEnd("tool_use"));
    const answer = { ...emptyAnswerMap, outputTool: "person" };
    expect(await assembleCompletion(relayed([bytes], { ...toChat, answer }))).toMatchObject({
      choices: [{ message: { content: '{"age":4}' }, finish_reason: "stop" }],
    });
  });

  const broken: Readonly<Record<string, Uint8Array>> = {
    "cut in the middle": messages(messageStart(), ...textBlock(0, "Half")),
    "an error inside": messages(messageStart(), ...textBlock(0, "Half"), {
      type: "error",
      error: { type: "overloaded_error", message: "Overloaded" },
    }),
  };
  for (const [title, bytes] of Object.entries(broken)) {
    test(`${title}: an error chunk, no finish and no [DONE]`, async () => {
      const says = chatSays(relayed([bytes], toChat));
      expect(says.at(-1)).toMatchObject({ error: { type: "server_error" } });
      expect(says).not.toContain(done);
      expect(says).not.toContain("stop");
    });
  }
});

test("R16 R15 a Messages answer reads the same buffered and streamed to a Chat client, and back", async () => {
  const content = [
    { type: "text", text: "Grüße 🎉" },
    { type: "tool_use", id: "toolu_1", name: "w", input: { c: "Oslo" } },
  ];
  const usage = { input_tokens: 3, output_tokens: 4 };
  const body = { id: "u", type: "message", role: "assistant", model: "m", content, stop_reason: "tool_use", usage };
  const decoded = codecs["anthropic-messages"].decodeResponse(body, emptyAnswerMap);
  if (decoded.kind === "failed") throw new Error(decoded.error.message);
  const buffered = JSON.parse(JSON.stringify(codecs["openai-chat"].encodeResponse(decoded.value, replyContext())));
  const stream = messages(
    messageStart(usage),
    ...textBlock(0, "Grü", "ße 🎉"),
    ...toolBlock(1, "toolu_1", "w", '{"c":', '"Oslo"}'),
    ...messageEnd("tool_use", { output_tokens: 4 }),
  );
  const sse = relayed([stream], toChat);
  const streamed = JSON.parse(JSON.stringify(await assembleCompletion(sse)));
  expect(streamed.choices[0].message).toMatchObject({
    content: buffered.choices[0].message.content,
    tool_calls: buffered.choices[0].message.tool_calls,
  });
  const back = await assembleMessage(relayed([new TextEncoder().encode(sse)], toMessages));
  expect(back).toMatchObject({ content: content, stop_reason: "tool_use", usage });
});
