import { describe, expect, test } from "bun:test";
import type { Json, JsonObject, Loss, Rejection, Request } from "../../runtime/wire/canonical.ts";
import { packOpaque } from "../../runtime/wire/carrier.ts";
import { openaiChat } from "../../runtime/wire/openai-chat/codec.ts";

const png = "iVBORw0KGgo=";
const hello: Json = { role: "user", content: "hi" };

function decode(body: JsonObject): Readonly<{ value: Request; losses: readonly Loss[] }> {
  const decoded = openaiChat.decodeRequest({ model: "m", messages: [hello], ...body });
  if (decoded.kind === "rejection") throw new Error(`rejected: ${decoded.code} ${decoded.param} ${decoded.message}`);
  return decoded;
}

function rejection(body: JsonObject): Rejection {
  const decoded = openaiChat.decodeRequest({ model: "m", messages: [hello], ...body });
  if (decoded.kind !== "rejection") throw new Error("was accepted");
  return decoded;
}

const turnsOf = (...messages: Json[]) => decode({ messages }).value.turns;
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("R11 R19 messages", () => {
  test("leading system and developer messages are the system prompt, later ones stay in place", () => {
    const { value } = decode({
      messages: [
        { role: "system", content: "S0" },
        { role: "developer", content: [{ type: "text", text: "S1" }] },
        { role: "user", content: "a" },
        { role: "system", content: "REM" },
      ],
    });
    expect(plain(value.system)).toEqual([
      { kind: "text", text: "S0" },
      { kind: "text", text: "S1" },
    ]);
    expect(value.turns.map((turn) => turn.role)).toEqual(["user", "system"]);
  });
  test("parts of a user message", () => {
    const content = [
      { type: "text", text: "look", prompt_cache_breakpoint: { mode: "explicit", ttl: "12h" } },
      { type: "image_url", image_url: { url: "https://a.example/x.png", detail: "high" } },
      { type: "image_url", image_url: { url: `data:image/jpg;base64,${png}` } },
      { type: "image_url", image_url: png },
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" } },
      { type: "file", file: { file_id: "file-1" } },
      { type: "input_audio", input_audio: { data: "UklG", format: "wav" } },
    ];
    expect(plain(turnsOf({ role: "user", content }))).toEqual([
      {
        role: "user",
        blocks: [
          { kind: "text", text: "look", cache: { ttl: "long" } },
          { kind: "image", source: { kind: "url", url: "https://a.example/x.png" }, detail: "high" },
          { kind: "image", source: { kind: "base64", mediaType: "image/jpeg", data: png } },
          { kind: "image", source: { kind: "base64", mediaType: "image/png", data: png } },
          {
            kind: "document",
            source: { kind: "base64", mediaType: "application/pdf", data: "JVBERi0=" },
            title: "a.pdf",
          },
          { kind: "document", source: { kind: "file", from: "openai-chat", id: "file-1" } },
          { kind: "audio", data: "UklG", format: "wav" },
        ],
      },
    ]);
  });
  test("calls, results and the raw text of their arguments", () => {
    const turns = turnsOf(
      hello,
      {
        role: "assistant",
        content: null,
        refusal: null,
        tool_calls: [
          { id: "c1", type: "function", function: { name: "w", arguments: '{"a": 1}' } },
          { id: "c2", type: "custom", custom: { name: "p", input: "raw" } },
          { type: "function", function: { name: "x", arguments: { b: 2 } } },
        ],
      },
      { role: "tool", tool_call_id: "c1", content: [{ type: "text", text: "one" }] },
    );
    expect(plain(turns.slice(1))).toEqual([
      {
        role: "assistant",
        blocks: [
          { kind: "tool-call", id: "c1", name: "w", tool: "function", argumentsText: '{"a": 1}' },
          { kind: "tool-call", id: "c2", name: "p", tool: "custom", argumentsText: "raw" },
          { kind: "tool-call", id: "call_1_2", name: "x", tool: "function", argumentsText: '{"b":2}' },
        ],
      },
      {
        role: "user",
        blocks: [{ kind: "tool-result", callId: "c1", blocks: [{ kind: "text", text: "one" }], isError: false }],
      },
    ]);
  });
  test("function calls of the API before tools are paired by name, newest first", () => {
    const call = (name: string): Json => ({ role: "assistant", function_call: { name, arguments: "{}" } });
    const result = (name: string): Json => ({ role: "function", name, content: name });
    const turns = turnsOf(hello, call("w"), result("w"), call("w"), call("x"), result("x"), result("w"));
    const ids = turns.flatMap((turn) => turn.blocks).map((block) => ("callId" in block ? block.callId : undefined));
    expect(ids.filter((id) => id !== undefined)).toEqual(["call_fn_1", "call_fn_4", "call_fn_3"]);
  });
  test("assistant text, refusal and reasoning", () => {
    const signature = packOpaque({ from: "anthropic-messages", data: "SIG" });
    const [, assistant] = turnsOf(hello, {
      role: "assistant",
      content: [
        { type: "text", text: "a" },
        { type: "refusal", refusal: "no" },
      ],
      reasoning_content: "only for show",
      reasoning_details: [
        { type: "reasoning.text", text: "T", signature, index: 0 },
        { type: "reasoning.encrypted", data: packOpaque({ from: "anthropic-messages", data: "R" }), index: 1 },
      ],
    });
    expect(plain(assistant?.blocks)).toEqual([
      { kind: "thinking", text: "T", signature: { from: "anthropic-messages", data: "SIG" } },
      { kind: "redacted-thinking", data: { from: "anthropic-messages", data: "R" } },
      { kind: "text", text: "a" },
      { kind: "refusal", text: "no" },
    ]);
  });
  test("thinking blocks as LiteLLM hands them out hold Anthropic's own signatures", () => {
    const blocks = [
      { type: "thinking", thinking: "T", signature: "S" },
      { type: "redacted_thinking", data: "D" },
    ];
    const [, assistant] = turnsOf(hello, { role: "assistant", content: "a", thinking_blocks: blocks });
    expect(plain(assistant?.blocks)).toMatchObject([
      { kind: "thinking", text: "T", signature: { from: "anthropic-messages", data: "S" } },
      { kind: "redacted-thinking", data: { from: "anthropic-messages", data: "D" } },
      { kind: "text", text: "a" },
    ]);
  });
});

describe("R11 tools", () => {
  const w: Json = {
    type: "function",
    function: { name: "w", description: "d", parameters: { type: "object" }, strict: true },
  };
  test("functions, custom tools and the older list", () => {
    const grammar = { syntax: "lark", definition: "start: /a/" };
    const tools = [w, { type: "custom", custom: { name: "p", format: { type: "grammar", grammar } } }, w];
    const { value, losses } = decode({ tools, functions: [{ name: "old" }] });
    expect(plain(value.tools)).toEqual([
      { kind: "function", name: "w", description: "d", schema: { type: "object" }, strict: true },
      { kind: "custom", name: "p", grammar },
      { kind: "function", name: "old" },
    ]);
    expect(losses).toEqual([{ code: "duplicate_tool", field: "tools[2]" }]);
  });
  const allowed = {
    type: "allowed_tools",
    allowed_tools: { mode: "required", tools: [{ type: "function", function: { name: "w" } }] },
  };
  const rows: readonly (readonly [JsonObject, unknown])[] = [
    [{ tool_choice: "auto" }, { kind: "auto" }],
    [{ tool_choice: "none" }, { kind: "none" }],
    [{ tool_choice: "required" }, { kind: "required" }],
    [{ tool_choice: { type: "function", function: { name: "w" } } }, { kind: "named", name: "w" }],
    [{ function_call: { name: "w" } }, { kind: "named", name: "w" }],
    [{ tool_choice: allowed }, { kind: "allowed", mode: "required", names: ["w"] }],
    [{ tool_choice: null }, undefined],
  ];
  for (const [body, expected] of rows) {
    test(JSON.stringify(body), () =>
      expect(decode({ tools: [w], ...body }).value.toolChoice).toEqual(expected as never),
    );
  }
});

describe("R11 parameters", () => {
  const rows: readonly (readonly [name: string, body: JsonObject, expected: object])[] = [
    [
      "max_completion_tokens wins",
      { max_tokens: 5, max_completion_tokens: 9 },
      { maxTokens: 9, maxTokensCountsReasoning: true },
    ],
    ["max_tokens means visible text", { max_tokens: 5 }, { maxTokens: 5, maxTokensCountsReasoning: false }],
    ["stop as a string", { stop: "a" }, { stop: ["a"] }],
    ["empty stops match nothing", { stop: ["", "b"] }, { stop: ["b"] }],
    ["null is absent", { stop: null, temperature: null, n: null, user: null }, { stop: [] }],
    ["json_object", { response_format: { type: "json_object" } }, { format: { kind: "json-object" } }],
    [
      "json_object beside a schema",
      { response_format: { type: "json_object", schema: { type: "object" } } },
      { format: { kind: "json-schema", name: "response", schema: { type: "object" }, strict: false } },
    ],
    [
      "json_schema",
      {
        response_format: { type: "json_schema", json_schema: { name: "n", schema: { type: "object" }, strict: true } },
      },
      { format: { kind: "json-schema", name: "n", schema: { type: "object" }, strict: true } },
    ],
    ["reasoning_effort", { reasoning_effort: "minimal" }, { reasoning: { effort: "minimal" } }],
    [
      "OpenRouter's reasoning",
      { reasoning: { max_tokens: 2000, summary: "auto" } },
      { reasoning: { budgetTokens: 2000, visible: true } },
    ],
    ["reasoning switched off", { reasoning: { enabled: false } }, { reasoning: { effort: "none" } }],
    ["safety_identifier wins", { user: "u", safety_identifier: "s" }, { userId: "s" }],
    ["fast is priority", { service_tier: "fast" }, { serviceTier: "priority" }],
    [
      "sampling",
      { temperature: 0, top_p: 1, top_k: 3, seed: 7 },
      { sampling: { temperature: 0, topP: 1, topK: 3, seed: 7 } },
    ],
  ];
  for (const [name, body, expected] of rows) test(name, () => expect(decode(body).value).toMatchObject(expected));
});

describe("what cannot be carried is reported", () => {
  const rows: readonly (readonly [body: JsonObject, losses: readonly string[]])[] = [
    [{ min_p: 0.1, prediction: { type: "content", content: "x" } }, ["unknown_field:min_p", "dropped:prediction"]],
    [{ store: true }, ["dropped:store"]],
    [{ store: false, metadata: { a: "b" }, stream_options: { include_usage: true }, n: 1, modalities: ["text"] }, []],
    [{ moderation: { model: "omni" } }, ["dropped:moderation"]],
    [{ constructor: 1 }, ["unknown_field:constructor"]],
  ];
  for (const [body, expected] of rows) {
    test(JSON.stringify(body), () => {
      expect(decode(body).losses.map(({ code, field }) => `${code}:${field}`)).toEqual([...expected]);
    });
  }
});

describe("what would change the meaning is rejected, with its place in the client's body", () => {
  const user = (part: Json): JsonObject => ({
    messages: [hello, { role: "user", content: [{ type: "text", text: "a" }, part] }],
  });
  const rows: readonly (readonly [body: JsonObject, code: string, param: string])[] = [
    [{ n: 2 }, "n_unsupported", "n"],
    [{ model: "" }, "missing_required_parameter", "model"],
    [{ messages: [] }, "empty_array", "messages"],
    [{ messages: "hi" }, "invalid_type", "messages"],
    [{ messages: [{ role: "robot", content: "" }] }, "invalid_value", "messages[0]"],
    [
      { messages: [{ role: "system", content: [{ type: "image_url", image_url: { url: "https://a" } }] }] },
      "content_part_unsupported",
      "messages[0].content[0].type",
    ],
    [user({ type: "video_url" }), "content_part_unsupported", "messages[1].content[1].type"],
    [
      user({ type: "image_url", image_url: { url: "ftp://x" } }),
      "invalid_value",
      "messages[1].content[1].image_url.url",
    ],
    [user({ type: "file", file: {} }), "invalid_value", "messages[1].content[1].file"],
    [{ messages: [{ role: "tool", content: "x" }] }, "invalid_value", "messages[0].tool_call_id"],
    [{ messages: [{ role: "assistant", audio: { id: "a" } }] }, "audio_unsupported", "messages[0].audio"],
    [{ modalities: ["text", "audio"] }, "audio_unsupported", "modalities"],
    [{ audio: { voice: "alloy", format: "mp3" } }, "audio_unsupported", "audio"],
    [{ tools: [{ type: "mcp" }] }, "tool_type_unsupported", "tools[0].type"],
    [{ tools: [{ type: "function", function: {} }] }, "invalid_value", "tools[0].function.name"],
    [{ tools: {} }, "invalid_type", "tools"],
    [{ tool_choice: "required" }, "tool_choice_unknown", "tool_choice"],
    [
      {
        tools: [{ type: "function", function: { name: "w" } }],
        tool_choice: { type: "function", function: { name: "x" } },
      },
      "tool_choice_unknown",
      "tool_choice",
    ],
    [{ tool_choice: 7 }, "invalid_value", "tool_choice"],
    [{ temperature: "hot" }, "invalid_type", "temperature"],
    [{ stop: [1] }, "invalid_type", "stop"],
    [{ reasoning_effort: "extreme" }, "invalid_value", "reasoning_effort"],
    [{ response_format: { type: "grammar" } }, "response_format_unsupported", "response_format.type"],
    [{ moderation: { model: "omni", policy: { input: { mode: "block" } } } }, "moderation_unsupported", "moderation"],
  ];
  for (const [body, code, param] of rows) {
    test(`${code} at ${param}`, () => {
      expect(rejection(body)).toMatchObject({ code, param });
      expect(rejection(body).message.length).toBeGreaterThan(20);
    });
  }
});

test("250,000 messages, or parts of one message, are read in linear time", () => {
  const startMs = performance.now();
  const results = Array.from(
    { length: 250_000 },
    (): Json => ({ role: "assistant", function_call: { name: "w", arguments: "" } }),
  );
  expect(decode({ messages: results }).value.turns.length).toBe(250_000);
  const content = Array.from({ length: 250_000 }, (): Json => ({ type: "text", text: "x" }));
  expect(decode({ messages: [{ role: "system", content }] }).value.system.length).toBe(250_000);
  expect(performance.now() - startMs).toBeLessThan(5000);
});
