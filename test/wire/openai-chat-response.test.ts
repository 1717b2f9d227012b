import { describe, expect, test } from "bun:test";
import type { Json, JsonObject, Response, Stop, Usage } from "../../runtime/wire/canonical.ts";
import { emptyAnswerMap, type ReplyContext } from "../../runtime/wire/codec.ts";
import { openaiChat } from "../../runtime/wire/openai-chat/codec.ts";

function answer(message: Json, more: JsonObject = {}, finish: Json = "stop"): JsonObject {
  return {
    id: "chatcmpl-1",
    created: 1,
    model: "gpt-5",
    choices: [{ index: 0, message, finish_reason: finish }],
    ...more,
  };
}

function decode(body: Json) {
  const decoded = openaiChat.decodeResponse(body, emptyAnswerMap);
  if (decoded.kind === "failed") throw new Error(decoded.error.message);
  return decoded;
}

const call = (id: Json, args: Json, name = "w"): Json => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("R16 R20 answers of Chat servers", () => {
  test("thinking, text and calls in that order", () => {
    const message = {
      role: "assistant",
      content: "Hi",
      refusal: null,
      reasoning_content: "hm",
      tool_calls: [call("c1", '{"a": 1}')],
    };
    expect(plain(decode(answer(message, { service_tier: "priority" }, "tool_calls")).value)).toEqual({
      id: "chatcmpl-1",
      model: "gpt-5",
      blocks: [
        { kind: "thinking", text: "hm" },
        { kind: "text", text: "Hi" },
        { kind: "tool-call", id: "c1", name: "w", tool: "function", argumentsText: '{"a": 1}' },
      ],
      stop: { reason: "tool-calls" },
      serviceTier: "priority",
    });
  });
  const stops: readonly (readonly [name: string, message: JsonObject, finish: Json, stop: Stop])[] = [
    ["stop", { content: "a" }, "stop", { reason: "end" }],
    ["stop with a refusal", { refusal: "No." }, "stop", { reason: "refusal", explanation: "No." }],
    ["length", { content: "a" }, "length", { reason: "length" }],
    ["S06 stop beside calls", { tool_calls: [call("a", "{}")] }, "stop", { reason: "tool-calls" }],
    ["tool_calls without a call", { content: "a", tool_calls: [] }, "tool_calls", { reason: "end" }],
    ["S08 a cut call", { tool_calls: [call("a", '{"a":')] }, "length", { reason: "length" }],
    ["a cut call that had not begun", { tool_calls: [call("a", "")] }, "length", { reason: "length" }],
    ["S09 a whole call at the limit", { tool_calls: [call("a", "{}")] }, "length", { reason: "tool-calls" }],
    ["content_filter", { content: null }, "content_filter", { reason: "filtered" }],
    [
      "the older function_call",
      { function_call: { name: "w", arguments: "{}" } },
      "function_call",
      { reason: "tool-calls" },
    ],
    ["words of other servers", { content: "a" }, "MAX_TOKENS", { reason: "length" }],
    ["unknown words", { content: "a" }, "constructor", { reason: "end" }],
    ["no reason, no call", { content: "a" }, null, { reason: "end" }],
    ["no reason, a call", { tool_calls: [call("a", "")] }, null, { reason: "tool-calls" }],
  ];
  for (const [name, message, finish, stop] of stops) {
    test(name, () => expect(decode(answer(message, {}, finish)).value.stop).toEqual(stop));
  }
  test("S08 the cut call is dropped and reported, whole ones and text stay", () => {
    const message = { content: "a", tool_calls: [call("x", "{}"), call("y", '{"a":')] };
    const { value, losses } = decode(answer(message, {}, "length"));
    expect(value.blocks.map((block) => block.kind)).toEqual(["text", "tool-call"]);
    expect(losses).toEqual([{ code: "truncated_tool_call", field: "choices[0].message.tool_calls" }]);
  });
  test("S14 missing, empty and repeated ids become unique and stable", () => {
    const message = { tool_calls: [call("", "{}"), call(null, "{}"), call("x", "{}"), call("x", "{}")] };
    const ids = () => decode(answer(message)).value.blocks.map((block) => ("id" in block ? block.id : ""));
    expect(new Set(ids()).size).toBe(4);
    expect(ids()[2]).toBe("x");
    expect(ids()).toEqual(ids());
  });
  test("S15 arguments as an object, null or missing", () => {
    const message = { tool_calls: [call("a", { b: 1 }), call("c", null), { id: "d", function: { name: "w" } }] };
    const texts = decode(answer(message)).value.blocks.map((block) =>
      "argumentsText" in block ? block.argumentsText : "",
    );
    expect(texts).toEqual(['{"b":1}', "", ""]);
  });
  test("one answer in two choices is put together, a second answer is dropped", () => {
    const [text, calls] = [{ content: "a" }, { tool_calls: [call("c", "{}")] }].map((message) => ({
      message,
      finish_reason: "stop",
    }));
    const merged = decode({ choices: [text ?? null, calls ?? null] });
    expect(merged.value.blocks.map((block) => block.kind)).toEqual(["text", "tool-call"]);
    expect(decode({ choices: [text ?? null, text ?? null] }).losses).toEqual([
      { code: "dropped", field: "choices[1]" },
    ]);
  });
  test("content in parts, annotations and spoken answers", () => {
    const parts = [
      { type: "thinking", thinking: [{ type: "text", text: "hm" }] },
      { type: "text", text: "a" },
      { type: "text", text: "b" },
    ];
    const annotations = [
      { type: "url_citation", url_citation: { url: "https://a", title: "A", start_index: 0, end_index: 2 } },
    ];
    expect(plain(decode(answer({ content: parts, annotations })).value.blocks)).toEqual([
      { kind: "thinking", text: "hm" },
      { kind: "text", text: "ab", citations: [{ url: "https://a", title: "A", start: 0, end: 2 }] },
    ]);
    const spoken = decode(answer({ content: null, audio: { transcript: "hello" } }));
    expect(spoken.value.blocks).toEqual([{ kind: "text", text: "hello" }]);
    expect(spoken.losses).toHaveLength(1);
  });
  test("an upstream's signature is its own, whatever vendor it names", () => {
    const details = [{ type: "reasoning.text", text: "T", signature: "S", format: "anthropic-claude-v1", index: 0 }];
    expect(decode(answer({ content: "a", reasoning: "T", reasoning_details: details })).value.blocks[0]).toEqual({
      kind: "thinking",
      text: "T",
      signature: { from: "openai-chat", data: "S" },
    });
  });
});

describe("S20 bodies that are no answer", () => {
  const rows: readonly (readonly [body: Json, expected: object])[] = [
    [answer({}, { choices: [] }), { class: "bad-upstream-answer", status: 502, code: "upstream_empty" }],
    [{}, { class: "bad-upstream-answer", status: 502, code: "upstream_empty" }],
    [null, { class: "bad-upstream-answer", status: 502 }],
    [[], { class: "bad-upstream-answer", status: 502 }],
    [answer({ content: "a" }, {}, "error"), { class: "bad-upstream-answer", status: 502 }],
    [{ error: { message: "slow down", code: 429 } }, { class: "rate-limited", status: 429, message: "slow down" }],
    [{ error: { message: "m", type: "rate_limit_error" } }, { class: "rate-limited", status: 429 }],
    [{ error: { message: "m", type: "invalid_request_error" } }, { class: "invalid-request", status: 400 }],
    [{ error: "boom" }, { class: "server-error", status: 502, message: "boom" }],
  ];
  for (const [body, expected] of rows) {
    test(JSON.stringify(body), () => {
      expect(openaiChat.decodeResponse(body, emptyAnswerMap)).toMatchObject({ kind: "failed", error: expected });
    });
  }
});

describe("S02 S03 S05 usage", () => {
  const base: Usage = {
    uncachedInput: 0,
    cacheRead: 0,
    cacheWrite: 0,
    output: 0,
    reasoning: 0,
    cacheWriteKnown: false,
  };
  const rows: readonly (readonly [Json, Usage | undefined])[] = [
    [
      { prompt_tokens: 100, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 75 } },
      { ...base, uncachedInput: 25, cacheRead: 75, output: 7 },
    ],
    [
      { prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 12 } },
      { ...base, cacheRead: 12 },
    ],
    [
      { prompt_tokens: 3, completion_tokens: 2 },
      { ...base, uncachedInput: 3, output: 2 },
    ],
    [
      { prompt_tokens: 9, prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 3 } },
      { ...base, uncachedInput: 4, cacheRead: 2, cacheWrite: 3, cacheWriteKnown: true },
    ],
    [
      { prompt_tokens: 9, prompt_cache_hit_tokens: 4 },
      { ...base, uncachedInput: 5, cacheRead: 4 },
    ],
    [
      { prompt_tokens: 9, cached_tokens: 4, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 3 } },
      { ...base, uncachedInput: 5, cacheRead: 4, output: 5, reasoning: 3 },
    ],
    [{ prompt_tokens: "x", completion_tokens: -1, prompt_tokens_details: null }, base],
    [null, undefined],
  ];
  for (const [usage, expected] of rows) {
    test(JSON.stringify(usage), () =>
      expect(decode(answer({ content: "a" }, { usage })).value.usage).toEqual(expected),
    );
  }
});

const context: ReplyContext = { requestId: "r1", createdSeconds: 5, model: "alias", request: {} };
const reply: Response = {
  id: "msg_1",
  model: "claude",
  blocks: [{ kind: "text", text: "Hi" }],
  stop: { reason: "end" },
  usage: undefined,
};

describe("R11 R20 answers to Chat clients", () => {
  test("S18 the whole envelope, with the model the client asked for", () => {
    const usage = {
      uncachedInput: 20,
      cacheRead: 1000,
      cacheWrite: 300,
      output: 50,
      reasoning: 30,
      cacheWriteKnown: true,
    };
    expect(JSON.stringify(openaiChat.encodeResponse({ ...reply, usage, serviceTier: "standard" }, context))).toBe(
      '{"id":"chatcmpl-r1","object":"chat.completion","created":5,"model":"alias","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null},"logprobs":null,"finish_reason":"stop"}],' +
        '"usage":{"prompt_tokens":1320,"completion_tokens":50,"total_tokens":1370,"prompt_tokens_details":{"cached_tokens":1000,"audio_tokens":0,"cache_write_tokens":300},"completion_tokens_details":{"reasoning_tokens":30,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}},"service_tier":"default"}',
    );
  });
  const call = { kind: "tool-call", id: "c", name: "w", tool: "function", argumentsText: "" } as const;
  const rows: readonly (readonly [name: string, response: Partial<Response>, choice: object])[] = [
    [
      "calls alone",
      { blocks: [call], stop: { reason: "tool-calls" } },
      {
        message: {
          content: null,
          tool_calls: [{ id: "c", type: "function", function: { name: "w", arguments: "{}" } }],
        },
        finish_reason: "tool_calls",
      },
    ],
    [
      "a custom call",
      { blocks: [{ ...call, tool: "custom", argumentsText: "raw" }] },
      { message: { tool_calls: [{ id: "c", type: "custom", custom: { name: "w", input: "raw" } }] } },
    ],
    ["nothing", { blocks: [] }, { message: { content: "", refusal: null } }],
    [
      "texts join without separator",
      {
        blocks: [
          { kind: "text", text: "a" },
          { kind: "text", text: "b" },
        ],
      },
      { message: { content: "ab" } },
    ],
    [
      "a foreign refusal",
      { blocks: [], stop: { reason: "refusal", explanation: "No." } },
      { message: { content: null, refusal: "No." }, finish_reason: "content_filter" },
    ],
    [
      "a refusal without words",
      { blocks: [], stop: { reason: "refusal" } },
      { message: { refusal: "The model declined to answer." } },
    ],
    [
      "a spoken refusal",
      { blocks: [{ kind: "refusal", text: "No." }], stop: { reason: "refusal" } },
      { message: { refusal: "No." }, finish_reason: "stop" },
    ],
    ["context full", { stop: { reason: "context-full" } }, { finish_reason: "length" }],
    ["stop sequence", { stop: { reason: "stop-sequence", sequence: "X" } }, { finish_reason: "stop" }],
    [
      "citations",
      { blocks: [{ kind: "text", text: "ab", citations: [{ url: "https://a", title: "A", start: 0, end: 2 }] }] },
      {
        message: {
          annotations: [
            { type: "url_citation", url_citation: { url: "https://a", title: "A", start_index: 0, end_index: 2 } },
          ],
        },
      },
    ],
  ];
  for (const [name, response, choice] of rows) {
    test(name, () =>
      expect(openaiChat.encodeResponse({ ...reply, ...response }, context)).toMatchObject({ choices: [choice] }),
    );
  }
  test("clients of the API before tools get function_call", () => {
    const legacy = { ...context, request: { functions: [{ name: "w" }] } };
    const encoded = plain(
      openaiChat.encodeResponse({ ...reply, blocks: [call, call], stop: { reason: "tool-calls" } }, legacy),
    );
    expect(encoded).toMatchObject({
      choices: [
        { message: { content: null, function_call: { name: "w", arguments: "{}" } }, finish_reason: "function_call" },
      ],
    });
    expect(JSON.stringify(encoded)).not.toContain("tool_calls");
  });
  test("signed thinking survives the client's next request", () => {
    const signature = { from: "anthropic-messages", data: "SIG" } as const;
    const blocks = [
      { kind: "thinking", text: "a", signature },
      { kind: "redacted-thinking", data: signature },
      { kind: "text", text: "Hi" },
    ] as const;
    const encoded = plain(openaiChat.encodeResponse({ ...reply, blocks }, context)) as {
      choices: { message: JsonObject }[];
    };
    const message = encoded.choices[0]?.message ?? {};
    const decoded = openaiChat.decodeRequest({ model: "m", messages: [{ role: "user", content: "q" }, message] });
    expect(plain(decoded)).toMatchObject({ value: { turns: [{}, { role: "assistant", blocks: [...blocks] }] } });
  });
});
