import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { anthropicMessages } from "../../runtime/wire/anthropic-messages/codec.ts";
import type {
  Block,
  ErrorClass,
  Json,
  JsonObject,
  Response,
  Stop,
  Usage,
  WireError,
} from "../../runtime/wire/canonical.ts";
import { packOpaque } from "../../runtime/wire/carrier.ts";
import { type AnswerMap, emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { call, replyContext, response, text } from "../support/canonical.ts";

const content: readonly Json[] = [{ type: "text", text: "Hi", citations: null }];
const message: JsonObject = {
  id: "msg_up",
  type: "message",
  role: "assistant",
  model: "claude-x",
  content,
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 3, output_tokens: 4 },
};

function decoded(more: JsonObject, answer: AnswerMap = emptyAnswerMap): Response {
  const outcome = anthropicMessages.decodeResponse({ ...message, ...more }, answer);
  if (outcome.kind === "failed") throw new Error(outcome.error.message);
  return outcome.value;
}

function encoded(blocks: readonly Block[], more: Partial<Response> = {}): JsonObject {
  return anthropicMessages.encodeResponse(response(blocks, more), replyContext());
}

describe("R16 R20 answers of the Messages API", () => {
  const blockCases: readonly (readonly [string, JsonObject, readonly Block[]])[] = [
    ["text", { type: "text", text: "a" }, [text("a")]],
    ["empty text", { type: "text", text: "" }, []],
    [
      "omitted thinking",
      { type: "thinking", thinking: "", signature: "S" },
      [{ kind: "thinking", text: "", signature: { from: "anthropic-messages", data: "S", model: "claude-x" } }],
    ],
    ["nothing thought", { type: "thinking", thinking: "", signature: "" }, []],
    [
      "redacted thinking",
      { type: "redacted_thinking", data: "R" },
      [{ kind: "redacted-thinking", data: { from: "anthropic-messages", data: "R", model: "claude-x" } }],
    ],
    ["a call", { type: "tool_use", id: "t", name: "lookup", input: { b: 1, a: 2 } }, [call("t", '{"b":1,"a":2}')]],
    ["a call without input", { type: "tool_use", id: "t", name: "lookup" }, [call("t", "{}")]],
    [
      "a server tool",
      { type: "server_tool_use", id: "s", name: "web_search", input: {} },
      [
        {
          kind: "opaque",
          from: "anthropic-messages",
          type: "server_tool_use",
          json: { type: "server_tool_use", id: "s", name: "web_search", input: {} },
        },
      ],
    ],
  ];
  for (const [name, json, blocks] of blockCases) {
    test(`block: ${name}`, () => {
      expect(decoded({ content: [json] }).blocks).toEqual([...blocks]);
    });
  }

  test("citations count code points of the whole answer; places in documents are a loss", () => {
    const web = { type: "web_search_result_location", url: "https://a", title: "A", cited_text: "x" };
    const place = { type: "char_location", cited_text: "x", document_index: 0 };
    const found = { type: "search_result_location", source: "https://b", title: null };
    const content = [
      { type: "text", text: "🌍 " },
      { type: "text", text: "abc", citations: [web, place, found] },
    ];
    const outcome = anthropicMessages.decodeResponse({ ...message, content }, emptyAnswerMap);
    expect(outcome).toMatchObject({
      losses: [{ code: "dropped", field: "content[1].citations" }],
      value: {
        blocks: [
          { text: "🌍 " },
          {
            text: "abc",
            citations: [
              { url: "https://a", title: "A", start: 2, end: 5 },
              { url: "https://b", title: "https://b", start: 2, end: 5 },
            ],
          },
        ],
      },
    });
  });

  const stops: readonly (readonly [JsonObject, Stop])[] = [
    [{ stop_reason: "end_turn" }, { reason: "end" }],
    [
      { stop_reason: "stop_sequence", stop_sequence: "END" },
      { reason: "stop-sequence", sequence: "END" },
    ],
    [{ stop_reason: "max_tokens" }, { reason: "length" }],
    [{ stop_reason: "model_context_window_exceeded" }, { reason: "context-full" }],
    [{ stop_reason: "pause_turn" }, { reason: "pause", resume: content }],
    [{ stop_reason: "pause_turn", content: [] }, { reason: "pause" }],
    [
      { stop_reason: "refusal", stop_details: { type: "refusal", category: "bio", explanation: "why" } },
      { reason: "refusal", explanation: "why" },
    ],
    [{ stop_reason: "compaction" }, { reason: "compaction" }],
    [{ stop_reason: null }, { reason: "end" }],
    [{ stop_reason: "brand_new" }, { reason: "end" }],
    [{ stop_reason: "constructor" }, { reason: "end" }],
    [{ stop_reason: "tool_use" }, { reason: "end" }],
  ];
  for (const [more, stop] of stops) {
    test(`stop: ${more["stop_reason"]}`, () => {
      expect(decoded(more).stop).toEqual(stop);
    });
  }

  test("S06 a message with calls stops for them, whatever it says", () => {
    const content = [{ type: "tool_use", id: "t", name: "w", input: {} }];
    for (const stop_reason of ["tool_use", "end_turn", "pause_turn", null]) {
      expect(decoded({ content, stop_reason }).stop).toEqual({ reason: "tool-calls" });
    }
  });

  test("usage keeps the cached parts apart", () => {
    const counts = {
      input_tokens: 20,
      cache_read_input_tokens: 1000,
      cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
      output_tokens: 50,
      output_tokens_details: { thinking_tokens: 30 },
      service_tier: "priority",
    };
    expect(decoded({ usage: counts })).toMatchObject({
      usage: { uncachedInput: 20, cacheRead: 1000, cacheWrite: 300, output: 50, reasoning: 30, cacheWriteKnown: true },
      serviceTier: "priority",
    });
    expect(decoded({ usage: null }).usage).toBeUndefined();
  });

  test("renamed, custom and answering tools are what the client knows again", () => {
    const answer: AnswerMap = {
      toolNames: new Map([["w_1", "w/1"]]),
      customTools: new Set(["patch"]),
      outputTool: "person",
    };
    const content = ["w_1", "patch", "person"].map((name) => ({
      type: "tool_use",
      id: name,
      name,
      input: { input: "x" },
    }));
    expect(decoded({ content }, answer).blocks).toEqual([
      call("w_1", '{"input":"x"}', { name: "w/1" }),
      call("patch", "x", { name: "patch", tool: "custom" }),
      text('{"input":"x"}'),
    ]);
    expect(decoded({ content: [content[2] ?? {}], stop_reason: "tool_use" }, answer).stop).toEqual({ reason: "end" });
  });

  const failures: readonly (readonly [string, Json, Partial<WireError>])[] = [
    [
      "an error inside a 200",
      { type: "error", error: { type: "overloaded_error", message: "busy" } },
      { class: "overloaded", status: 529, message: "busy" },
    ],
    ["S20 no content", { type: "message" }, { class: "bad-upstream-answer", status: 502, code: "upstream_empty" }],
    ["S20 null as content", { content: null }, { class: "bad-upstream-answer", code: "upstream_empty" }],
    ["no object", "hello", { class: "bad-upstream-answer" }],
    ["null", null, { class: "bad-upstream-answer" }],
  ];
  for (const [name, body, error] of failures) {
    test(`no answer: ${name}`, () => {
      expect(anthropicMessages.decodeResponse(body, emptyAnswerMap)).toMatchObject({ kind: "failed", error });
    });
  }

  test("an empty answer is an answer", () => {
    expect(decoded({ content: [] }).blocks).toEqual([]);
  });

  test("any JSON is an answer or a failure", () => {
    const anyBlock = fc.record(
      {
        type: fc.constantFrom("text", "tool_use", "thinking", "x"),
        text: fc.jsonValue(),
        name: fc.jsonValue(),
        input: fc.jsonValue(),
        citations: fc.jsonValue(),
        signature: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    const almost = fc.record({
      content: fc.array(anyBlock),
      usage: fc.jsonValue(),
      stop_reason: fc.jsonValue(),
      stop_details: fc.jsonValue(),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          almost.map((value) => JSON.stringify(value)),
        ),
        (body) => {
          const outcome = anthropicMessages.decodeResponse(JSON.parse(body), { ...emptyAnswerMap, outputTool: "o" });
          if (outcome.kind === "decoded")
            expect(encoded(outcome.value.blocks, outcome.value)).toHaveProperty("content");
          else expect(outcome.error.message.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("R12 R16 answers for Messages clients", () => {
  test("every member the SDK's types name is there", () => {
    const usage: Usage = {
      uncachedInput: 25,
      cacheRead: 75,
      cacheWrite: 0,
      output: 7,
      reasoning: 2,
      cacheWriteKnown: false,
    };
    expect(encoded([text("Hi"), call("call_1", '{"q":1}')], { usage, serviceTier: "flex" })).toEqual({
      id: "msg_req0123456789abcdefghi",
      type: "message",
      role: "assistant",
      model: "my-alias",
      content: [
        { type: "text", text: "Hi", citations: null },
        { type: "tool_use", id: "call_1", name: "lookup", input: { q: 1 }, caller: { type: "direct" } },
      ],
      diagnostics: null,
      stop_reason: "tool_use",
      stop_sequence: null,
      stop_details: null,
      container: null,
      usage: {
        input_tokens: 25,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 75,
        output_tokens: 7,
        output_tokens_details: { thinking_tokens: 2 },
        server_tool_use: null,
        cache_creation: null,
        service_tier: "standard",
        inference_geo: null,
        speed: null,
      },
    });
  });

  const stops: readonly (readonly [Stop, JsonObject])[] = [
    [{ reason: "end" }, { stop_reason: "end_turn", stop_sequence: null, stop_details: null }],
    [
      { reason: "stop-sequence", sequence: "END" },
      { stop_reason: "stop_sequence", stop_sequence: "END" },
    ],
    [{ reason: "length" }, { stop_reason: "max_tokens" }],
    [{ reason: "context-full" }, { stop_reason: "model_context_window_exceeded" }],
    [{ reason: "tool-calls" }, { stop_reason: "end_turn" }],
    [
      { reason: "refusal", explanation: "why" },
      { stop_reason: "refusal", stop_details: { type: "refusal", category: null, explanation: "why" } },
    ],
    [
      { reason: "filtered" },
      { stop_reason: "refusal", stop_details: { type: "refusal", category: null, explanation: null } },
    ],
    [{ reason: "pause" }, { stop_reason: "pause_turn" }],
    [{ reason: "compaction" }, { stop_reason: "end_turn" }],
    [{ reason: "error" }, { stop_reason: "end_turn" }],
  ];
  for (const [stop, fields] of stops) {
    test(`stop: ${stop.reason}`, () => {
      expect(encoded([text("a")], { stop })).toMatchObject(fields);
    });
  }

  test("S08 a call cut off by the limit is left out; one that is broken otherwise is marked", () => {
    const broken = call("a", '{"a":');
    expect(encoded([text("t"), broken], { stop: { reason: "length" } })).toMatchObject({
      content: [{ type: "text" }],
      stop_reason: "max_tokens",
    });
    expect(encoded([broken])["content"]).toMatchObject([{ input: { _raw: '{"a":' } }]);
    expect(encoded([call("a", "")])["content"]).toMatchObject([{ input: {} }]);
  });

  test("S14 ids are acceptable and unique", () => {
    const ids = ["", "", "x", "x", "a b"].map((id) => call(id));
    const sent = JSON.parse(JSON.stringify(encoded(ids)["content"])).map((block: { id: string }) => block.id);
    expect(new Set(sent).size).toBe(5);
    for (const id of sent) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
    expect(sent[2]).toBe("x");
  });

  test("a message decoded and encoded again keeps its content", () => {
    const content = [
      { type: "thinking", thinking: "t", signature: "S" },
      { type: "redacted_thinking", data: "R" },
      { type: "server_tool_use", id: "s", name: "web_search", input: {} },
      { type: "text", text: "a", citations: null },
      { type: "tool_use", id: "t", name: "w", input: { a: 1 }, caller: { type: "direct" } },
    ];
    expect(encoded(decoded({ content }).blocks)["content"]).toEqual(content);
  });

  test("blocks that a Messages answer has no form for are left out", () => {
    const foreign: readonly Block[] = [
      { kind: "audio", data: "A", format: "wav" },
      { kind: "opaque", from: "openai-chat", type: "x", json: {} },
      { kind: "thinking", text: "", signature: undefined },
      text("a"),
    ];
    expect(encoded(foreign)["content"]).toEqual([{ type: "text", text: "a", citations: null }]);
    const carried = { from: "openai-chat", data: "z" } as const;
    expect(encoded([{ kind: "redacted-thinking", data: carried }])["content"]).toEqual([
      { type: "redacted_thinking", data: packOpaque(carried) },
    ]);
  });
});

describe("errors of Messages upstreams", () => {
  const envelope = (type: string, message: string, details?: JsonObject) =>
    JSON.stringify({ type: "error", error: { type, message, ...(details === undefined ? {} : { details }) } });
  const cases: readonly (readonly [string, number, string, Partial<WireError>])[] = [
    [
      "overloaded",
      529,
      envelope("overloaded_error", "Overloaded"),
      { class: "overloaded", status: 529, message: "Overloaded" },
    ],
    [
      "E03 a rejected key",
      401,
      envelope("authentication_error", "invalid x-api-key"),
      { class: "upstream-auth", status: 401 },
    ],
    ["rate limit", 429, envelope("rate_limit_error", "slow down"), { class: "rate-limited", status: 429 }],
    [
      "spend limit",
      429,
      envelope("rate_limit_error", "cap", { error_code: "enforced_spend_limit_reached" }),
      { class: "billing", code: "enforced_spend_limit_reached" },
    ],
    [
      "a long prompt",
      400,
      envelope("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
      { class: "context-too-long", message: "prompt is too long: 210000 tokens > 200000 maximum" },
    ],
    [
      "a bad field",
      400,
      envelope("invalid_request_error", "messages.1.output_config: Extra inputs"),
      { class: "invalid-request", message: "messages.1.output_config: Extra inputs" },
    ],
    ["an unknown model", 404, envelope("not_found_error", "model: x"), { class: "not-found" }],
    ["a large body", 413, envelope("request_too_large", "too big"), { class: "too-large" }],
    ["no money", 402, envelope("billing_error", "pay"), { class: "billing" }],
    [
      "a specific type on a generic status",
      500,
      envelope("overloaded_error", "busy"),
      { class: "overloaded", status: 500 },
    ],
    ["a generic type on a specific status", 503, envelope("api_error", "down"), { class: "overloaded" }],
    ["error as text", 500, '{"error":"boom"}', { class: "server-error", message: "boom" }],
    ["message at the top", 400, '{"message":"bad"}', { class: "invalid-request", message: "bad" }],
    ["FastAPI text", 422, '{"detail":"wrong"}', { class: "invalid-request", message: "wrong" }],
    [
      "FastAPI list",
      422,
      '{"detail":[{"loc":["body"],"msg":"field required"}]}',
      { class: "invalid-request", message: "field required" },
    ],
    ["msg with a code", 400, '{"code":"1301","msg":"no"}', { class: "invalid-request", message: "no", code: "1301" }],
    ["a list around the object", 400, '[{"error":{"message":"in a list","code":null}}]', { message: "in a list" }],
    ["other JSON", 500, '{"ok":false}', { message: '{"ok":false}' }],
    [
      "a web page",
      502,
      "<html><h1>Bad gateway</h1></html>",
      { class: "server-error", status: 502, message: "The upstream answered with status 502 and no message." },
    ],
    ["plain text", 504, "upstream timed out\n", { class: "timeout", message: "upstream timed out" }],
    ["nothing", 500, "", { class: "server-error", message: "The upstream answered with status 500 and no message." }],
    ["a redirect", 302, "", { class: "bad-upstream-answer", status: 502 }],
    [
      "a key in the text",
      400,
      '{"error":{"message":"key sk-ant-api03-abcdef and ?key=AIza99&x"}}',
      { message: "key sk-… and ?key=…&x" },
    ],
  ];
  for (const [name, status, body, error] of cases) {
    test(name, () => {
      expect(anthropicMessages.decodeError(status, body)).toMatchObject(error);
    });
  }

  test("any status and text give an error with a message of bounded length", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 599 }),
        fc.oneof(fc.string(), fc.json(), fc.constant("x".repeat(5000))),
        (status, body) => {
          const error = anthropicMessages.decodeError(status, body);
          expect([error.message.length > 0, error.message.length <= 2048, error.status >= 400]).toEqual([
            true,
            true,
            true,
          ]);
        },
      ),
    );
  });
});

describe("errors for Messages clients", () => {
  const rows: readonly (readonly [ErrorClass, number, number, string])[] = [
    ["invalid-request", 422, 400, "invalid_request_error"],
    ["context-too-long", 400, 400, "invalid_request_error"],
    ["client-auth", 401, 401, "authentication_error"],
    ["upstream-auth", 401, 502, "api_error"],
    ["billing", 429, 402, "billing_error"],
    ["permission", 403, 403, "permission_error"],
    ["not-found", 404, 404, "not_found_error"],
    ["conflict", 409, 409, "conflict_error"],
    ["too-large", 413, 413, "request_too_large"],
    ["unsupported-media", 415, 415, "invalid_request_error"],
    ["rate-limited", 429, 429, "rate_limit_error"],
    ["overloaded", 503, 529, "overloaded_error"],
    ["server-error", 500, 500, "api_error"],
    ["server-error", 502, 502, "api_error"],
    ["bad-upstream-answer", 502, 502, "api_error"],
    ["upstream-unreachable", 502, 502, "api_error"],
    ["timeout", 504, 504, "timeout_error"],
    ["unimplemented", 501, 400, "invalid_request_error"],
    ["content-policy", 400, 400, "invalid_request_error"],
    ["provider-unavailable", 503, 529, "overloaded_error"],
    ["internal", 500, 500, "api_error"],
  ];
  for (const [errorClass, given, status, type] of rows) {
    test(`E01 E03 ${errorClass} ${given} becomes ${status} ${type}`, () => {
      const { status: sent, body } = anthropicMessages.encodeError(
        { class: errorClass, status: given, message: "m" },
        "req_9",
      );
      expect(sent).toBe(status);
      expect(body).toMatchObject({ type: "error", error: { type }, request_id: "req_9" });
    });
  }

  test("a code and its field go into details, where the SDK looks; without a code there are none", () => {
    const error: WireError = {
      class: "invalid-request",
      status: 400,
      message: "m",
      code: "arouter_no_route",
      param: "model",
    };
    expect(anthropicMessages.encodeError(error, "r").body).toEqual({
      type: "error",
      error: {
        type: "invalid_request_error",
        message: "m",
        details: { error_code: "arouter_no_route", param: "model" },
      },
      request_id: "r",
    });
    expect(anthropicMessages.encodeError({ ...error, code: undefined }, "r").body["error"]).not.toHaveProperty(
      "details",
    );
  });

  test("clients find the words by which they shorten a long prompt, and never the text of a rejected key", () => {
    const long: WireError = {
      class: "context-too-long",
      status: 400,
      message: "This model's maximum context length is 8192",
    };
    expect(anthropicMessages.encodeError(long, "r").body).toMatchObject({
      error: { message: "prompt is too long: This model's maximum context length is 8192" },
    });
    const key = anthropicMessages.decodeError(401, '{"error":{"message":"Incorrect API key: abc-def"}}');
    expect(JSON.stringify(anthropicMessages.encodeError(key, "r"))).not.toContain("abc-def");
  });

  test("inside a stream the same body is the last event", () => {
    expect(anthropicMessages.streamError({ class: "rate-limited", status: 429, message: "m" }, "r")).toBe(
      'event: error\ndata: {"type":"error","error":{"type":"rate_limit_error","message":"m"},"request_id":"r"}\n\n',
    );
  });
});

test("headers of the API", () => {
  expect(anthropicMessages.fixedHeaders).toEqual({ "anthropic-version": "2023-06-01" });
  expect(anthropicMessages.nativeHeaders).toEqual(["anthropic-version", "anthropic-beta"]);
  expect(anthropicMessages.rateLimitHeaders).toContain("anthropic-ratelimit-input-tokens-remaining");
  expect(anthropicMessages.rateLimitHeaders).toHaveLength(13);
  expect(anthropicMessages.keepAlive).toBe('event: ping\ndata: {"type":"ping"}\n\n');
});
