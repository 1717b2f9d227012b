import { describe, expect, test } from "bun:test";
import type { WireFormat } from "../../runtime/contract.ts";
import type { Json, JsonObject } from "../../runtime/wire/canonical.ts";
import { type AnswerMap, emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { replyContext } from "../support/canonical.ts";

const context = replyContext();
const requestId = context.requestId;

type Outcome = Readonly<{ status: number; body: JsonObject; losses: readonly string[] }>;

/** What a buffered answer of one API becomes for a client of the other. */
function translate(upstream: WireFormat, client: WireFormat, body: Json, answer: AnswerMap = emptyAnswerMap): Outcome {
  const decoded = codecs[upstream].decodeResponse(body, answer);
  if (decoded.kind === "failed") return { ...codecs[client].encodeError(decoded.error, requestId), losses: [] };
  const losses = decoded.losses.map(({ code, field }) => `${code}:${field}`);
  return { status: 200, body: codecs[client].encodeResponse(decoded.value, context), losses };
}

const toMessages = (body: Json) => translate("openai-chat", "anthropic-messages", body);
const toChat = (body: Json, answer?: AnswerMap) => translate("anthropic-messages", "openai-chat", body, answer);

const functionCall = (id: string | null, args: Json): JsonObject => ({
  id,
  type: "function",
  function: { name: "w", arguments: args },
});
const completion = (message: JsonObject, finish: string, more: JsonObject = {}): JsonObject => ({
  id: "chatcmpl-up",
  object: "chat.completion",
  created: 1,
  model: "gpt-6-x",
  choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason: finish }],
  ...more,
});
const message = (content: Json, stop: string, more: JsonObject = {}): JsonObject => ({
  id: "msg_up",
  type: "message",
  role: "assistant",
  model: "claude-x",
  content,
  stop_reason: stop,
  stop_sequence: null,
  usage: { input_tokens: 20, output_tokens: 50 },
  ...more,
});

type Row = Readonly<{ title: string; upstream: Json; status?: number; client: JsonObject; losses?: readonly string[] }>;

function check(row: Row, translated: (body: Json) => Outcome): void {
  test(`R16 R20 ${row.title}`, () => {
    const outcome = translated(row.upstream);
    expect(outcome.status).toBe(row.status ?? 200);
    expect(outcome.body).toMatchObject(row.client);
    expect(outcome.losses).toEqual([...(row.losses ?? [])]);
  });
}

describe("answers of Chat upstreams for Messages clients", () => {
  const usage = (prompt: number, cached: number) => ({
    prompt_tokens: prompt,
    completion_tokens: 7,
    prompt_tokens_details: { cached_tokens: cached },
  });
  const rows: readonly Row[] = [
    {
      title: "S02 the cached part is not counted twice",
      upstream: completion({ content: "a" }, "stop", { usage: usage(100, 75) }),
      client: {
        usage: { input_tokens: 25, cache_read_input_tokens: 75, cache_creation_input_tokens: 0, output_tokens: 7 },
      },
    },
    {
      title: "S03 counts are never negative",
      upstream: completion({ content: "a" }, "stop", { usage: usage(10, 12) }),
      client: { usage: { input_tokens: 0, cache_read_input_tokens: 12 } },
    },
    {
      title: "usage missing: clients still get numbers",
      upstream: completion({ content: "a" }, "stop"),
      client: { usage: { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0 } },
    },
    {
      title: "S06 stop beside calls is tool_use",
      upstream: completion({ tool_calls: [functionCall("call_a", '{"c":1}')] }, "stop"),
      client: { stop_reason: "tool_use", content: [{ type: "tool_use", id: "call_a", name: "w", input: { c: 1 } }] },
    },
    {
      title: "S08 a call cut off by the limit is not delivered",
      upstream: completion({ content: "t", tool_calls: [functionCall("a", '{"a":')] }, "length"),
      client: { stop_reason: "max_tokens", content: [{ type: "text", text: "t" }] },
      losses: ["truncated_tool_call:choices[0].message.tool_calls"],
    },
    {
      title: "S15 arguments that are an object already",
      upstream: completion({ tool_calls: [functionCall("a", { a: 1 })] }, "tool_calls"),
      client: { content: [{ input: { a: 1 } }] },
    },
    {
      title: "S18 the model is the one the client asked for",
      upstream: completion({ content: "a" }, "stop"),
      client: { model: "my-alias", id: `msg_${requestId}` },
    },
    {
      title: "S20 no choices is no answer",
      upstream: { id: "x", choices: [] },
      status: 502,
      client: { type: "error", error: { type: "api_error", details: { error_code: "upstream_empty" } } },
    },
    {
      title: "thinking comes first, then text, then calls",
      upstream: completion(
        { reasoning_content: "hm", content: "t", tool_calls: [functionCall("a", "{}")] },
        "tool_calls",
      ),
      client: { content: [{ type: "thinking", thinking: "hm" }, { type: "text" }, { type: "tool_use" }] },
    },
    {
      title: "a refusal is a stop reason of its own",
      upstream: completion({ refusal: "No." }, "stop"),
      client: {
        content: [{ type: "text", text: "No." }],
        stop_reason: "refusal",
        stop_details: { type: "refusal", explanation: "No." },
      },
    },
    {
      title: "a filtered answer",
      upstream: completion({ content: "" }, "content_filter"),
      client: { content: [], stop_reason: "refusal", stop_details: { category: null, explanation: null } },
    },
    {
      title: "an error inside a 200",
      upstream: { error: { message: "busy", type: "server_error", code: "server_is_overloaded" } },
      status: 529,
      client: { error: { type: "overloaded_error", message: "busy" } },
    },
  ];
  for (const row of rows) check(row, toMessages);

  test("R16 R20 S14 missing, empty and repeated ids become four ids, the same every time", () => {
    const calls = ["", null, "x", "x"].map((id) => functionCall(id, "{}"));
    const idsOf = () => {
      const { content } = toMessages(completion({ tool_calls: calls }, "tool_calls")).body;
      return JSON.parse(JSON.stringify(content)).map((block: { id: string }) => block.id);
    };
    expect(new Set(idsOf()).size).toBe(4);
    expect(idsOf()[2]).toBe("x");
    expect(idsOf()).toEqual(idsOf());
  });
});

describe("answers of Messages upstreams for Chat clients", () => {
  const call = { type: "tool_use", id: "toolu_1", name: "w", input: { b: 1, a: 2 } };
  const rows: readonly (Row & { answer?: AnswerMap })[] = [
    {
      title: "usage adds the cached parts to the prompt",
      upstream: message([{ type: "text", text: "a" }], "end_turn", {
        usage: {
          input_tokens: 20,
          cache_read_input_tokens: 1000,
          cache_creation_input_tokens: 300,
          output_tokens: 50,
          output_tokens_details: { thinking_tokens: 30 },
        },
      }),
      client: {
        usage: {
          prompt_tokens: 1320,
          completion_tokens: 50,
          total_tokens: 1370,
          prompt_tokens_details: { cached_tokens: 1000, cache_write_tokens: 300 },
          completion_tokens_details: { reasoning_tokens: 30 },
        },
      },
    },
    {
      title: "calls keep their id and the order of their arguments",
      upstream: message([call], "tool_use"),
      client: {
        choices: [
          {
            message: {
              content: null,
              tool_calls: [{ id: "toolu_1", type: "function", function: { name: "w", arguments: '{"b":1,"a":2}' } }],
            },
            finish_reason: "tool_calls",
          },
        ],
      },
    },
    {
      title: "S06 end_turn beside calls is tool_calls",
      upstream: message([call], "end_turn"),
      client: { choices: [{ finish_reason: "tool_calls" }] },
    },
    {
      title: "text of several blocks is one text",
      upstream: message(
        [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
        "end_turn",
      ),
      client: { choices: [{ message: { content: "ab", refusal: null }, finish_reason: "stop" }] },
    },
    {
      title: "S18 the model is the one the client asked for",
      upstream: message([], "end_turn"),
      client: {
        model: "my-alias",
        id: `chatcmpl-${requestId}`,
        object: "chat.completion",
        created: context.createdSeconds,
      },
    },
    {
      title: "the token limit",
      upstream: message([{ type: "text", text: "a" }], "max_tokens"),
      client: { choices: [{ finish_reason: "length" }] },
    },
    {
      title: "the context limit",
      upstream: message([{ type: "text", text: "a" }], "model_context_window_exceeded"),
      client: { choices: [{ finish_reason: "length" }] },
    },
    {
      title: "a stop sequence",
      upstream: message([{ type: "text", text: "a" }], "stop_sequence", { stop_sequence: "END" }),
      client: { choices: [{ finish_reason: "stop" }] },
    },
    {
      title: "a refusal says why",
      upstream: message([], "refusal", { stop_details: { type: "refusal", category: "bio", explanation: "why" } }),
      client: { choices: [{ message: { refusal: "why" }, finish_reason: "content_filter" }] },
    },
    {
      title: "a structured answer through a tool is the text of the answer",
      upstream: message([{ ...call, name: "person", input: { age: 4 } }], "tool_use"),
      answer: { ...emptyAnswerMap, outputTool: "person" },
      client: { choices: [{ message: { content: '{"age":4}' }, finish_reason: "stop" }] },
    },
    {
      title: "a custom tool gets raw text again",
      upstream: message([{ ...call, name: "patch", input: { input: 'a"\n' } }], "tool_use"),
      answer: { ...emptyAnswerMap, customTools: new Set(["patch"]) },
      client: {
        choices: [{ message: { tool_calls: [{ type: "custom", custom: { name: "patch", input: 'a"\n' } }] } }],
      },
    },
    {
      title: "thinking is shown, and its signature comes back in a carrier",
      upstream: message(
        [
          { type: "thinking", thinking: "hm", signature: "Er" },
          { type: "text", text: "a" },
        ],
        "end_turn",
      ),
      client: {
        choices: [
          { message: { reasoning_content: "hm", reasoning_details: [{ type: "reasoning.text", text: "hm" }] } },
        ],
      },
    },
    {
      title: "S20 null as content is no answer",
      upstream: { type: "message", content: null },
      status: 502,
      client: { error: { type: "server_error", code: "upstream_empty" } },
    },
    {
      title: "E01 overloaded inside a 200",
      upstream: { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
      status: 503,
      client: { error: { message: "Overloaded", type: "server_error" } },
    },
  ];
  for (const row of rows) check(row, (body) => toChat(body, row.answer));

  test("R20 thinking signed by Anthropic survives a round trip through a Chat client", () => {
    const thought = { type: "thinking", thinking: "hm", signature: "Er+/=" };
    const answer = message([thought, { type: "redacted_thinking", data: "Rd" }, call], "tool_use");
    const { body } = toChat({ ...answer, model: "claude-opus-5-5-20261001" });
    const reply = JSON.parse(JSON.stringify(body)).choices[0].message;
    const history = [{ role: "user", content: "go" }, reply, { role: "tool", tool_call_id: "toolu_1", content: "42" }];
    const decoded = codecs["openai-chat"].decodeRequest({ model: "m", messages: history });
    if (decoded.kind === "rejection") throw new Error(decoded.message);
    const target = {
      model: "claude-opus-5-5",
      dialect: { vendor: true, streamOptions: true, maxTokensField: "auto" },
    } as const;
    const encoded = codecs["anthropic-messages"].encodeRequest(decoded.value, target);
    expect(encoded.kind === "encoded" ? encoded.body["messages"] : encoded).toMatchObject([
      { role: "user" },
      {
        role: "assistant",
        content: [
          thought,
          { type: "redacted_thinking", data: "Rd" },
          { type: "tool_use", id: "toolu_1", input: { b: 1, a: 2 } },
        ],
      },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "42" }] },
    ]);
  });
});

describe("errors cross between the dialects", () => {
  const cross = (upstream: WireFormat, client: WireFormat, status: number, text: string) =>
    codecs[client].encodeError(codecs[upstream].decodeError(status, text), requestId);
  const anthropic = (type: string, text: string) => JSON.stringify({ type: "error", error: { type, message: text } });
  const openai = (type: string, text: string, code: string | null = null) =>
    JSON.stringify({ error: { message: text, type, param: null, code } });

  const rows: readonly (readonly [string, WireFormat, number, string, number, JsonObject])[] = [
    [
      "E01 529 is 503 for OpenAI clients",
      "anthropic-messages",
      529,
      anthropic("overloaded_error", "Overloaded"),
      503,
      { type: "server_error", message: "Overloaded" },
    ],
    [
      "E01 503 is 529 for Anthropic clients",
      "openai-chat",
      503,
      openai("server_error", "busy"),
      529,
      { type: "overloaded_error", message: "busy" },
    ],
    [
      "E03 a rejected key of ours is 502 for OpenAI clients",
      "anthropic-messages",
      401,
      anthropic("authentication_error", "invalid x-api-key"),
      502,
      { type: "server_error" },
    ],
    [
      "E03 a rejected key of ours is 502 for Anthropic clients",
      "openai-chat",
      401,
      openai("invalid_request_error", "Incorrect API key provided: sk-abcdefgh", "invalid_api_key"),
      502,
      { type: "api_error" },
    ],
    [
      "rate limits",
      "anthropic-messages",
      429,
      anthropic("rate_limit_error", "slow"),
      429,
      { type: "rate_limit_error", code: "rate_limit_exceeded" },
    ],
    [
      "quota",
      "openai-chat",
      429,
      openai("insufficient_quota", "pay", "insufficient_quota"),
      402,
      { type: "billing_error" },
    ],
    [
      "a long prompt for OpenAI clients",
      "anthropic-messages",
      400,
      anthropic("invalid_request_error", "prompt is too long: 9 > 8"),
      400,
      { code: "context_length_exceeded", message: "prompt is too long: 9 > 8" },
    ],
    [
      "a long prompt for Anthropic clients",
      "openai-chat",
      400,
      openai("invalid_request_error", "maximum context length is 8", "context_length_exceeded"),
      400,
      { type: "invalid_request_error", message: "prompt is too long: maximum context length is 8" },
    ],
    [
      "an unknown model",
      "openai-chat",
      404,
      openai("invalid_request_error", "no such model", "model_not_found"),
      404,
      { type: "not_found_error" },
    ],
    ["a web page", "openai-chat", 502, "<html>Bad gateway</html>", 502, { type: "api_error" }],
  ];
  for (const [title, upstream, status, text, clientStatus, error] of rows) {
    test(`R20 ${title}`, () => {
      const client = upstream === "openai-chat" ? "anthropic-messages" : "openai-chat";
      const outcome = cross(upstream, client, status, text);
      expect(outcome.status).toBe(clientStatus);
      expect(outcome.body).toMatchObject({ error });
      expect(JSON.stringify(outcome.body)).not.toContain("sk-abc");
    });
  }

  test("E10 a translated request with sampling goes out on the version that takes it", () => {
    const decoded = codecs["openai-chat"].decodeRequest({
      model: "m",
      temperature: 0.2,
      messages: [{ role: "user", content: "a" }],
    });
    if (decoded.kind === "rejection") throw new Error(decoded.message);
    const dialect = { vendor: true, streamOptions: true, maxTokensField: "auto" } as const;
    const sent = codecs["anthropic-messages"].encodeRequest(decoded.value, { model: "claude-sonnet-4-5", dialect });
    expect(sent).toMatchObject({ kind: "encoded", body: { temperature: 0.2 } });
    expect(codecs["anthropic-messages"].fixedHeaders).toEqual({ "anthropic-version": "2023-06-01" });
  });
});
