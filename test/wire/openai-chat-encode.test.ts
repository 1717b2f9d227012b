import { describe, expect, test } from "bun:test";
import type { Dialect } from "../../runtime/contract.ts";
import type { Block, Json, JsonObject, Request, ToolCall, Turn } from "../../runtime/wire/canonical.ts";
import type { EncodedRequest } from "../../runtime/wire/codec.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { openaiChat } from "../../runtime/wire/openai-chat/codec.ts";
import { fitsStrict } from "../../runtime/wire/openai-chat/strict-schema.ts";
import { traitsOf } from "../../runtime/wire/openai-chat/traits.ts";

const vendor: Dialect = { vendor: true, streamOptions: true, maxTokensField: "auto" };
const compatible: Dialect = { ...vendor, vendor: false };
const empty: Request = {
  model: "alias",
  system: [],
  turns: [],
  tools: [],
  maxTokensCountsReasoning: true,
  stop: [],
  sampling: {},
  reasoning: {},
  stream: false,
};

function outcome(request: Partial<Request>, model = "gpt-4.1", dialect = vendor) {
  const hello: Turn = { role: "user", blocks: [{ kind: "text", text: "hi" }] };
  const { value } = normalise({ ...empty, turns: [hello], ...request });
  return openaiChat.encodeRequest(value, { model, dialect });
}

function encode(request: Partial<Request>, model?: string, dialect?: Dialect): EncodedRequest {
  const encoded = outcome(request, model, dialect);
  if (encoded.kind === "rejection") throw new Error(`rejected: ${encoded.code} ${encoded.message}`);
  return encoded;
}

function messages(turns: readonly Turn[], model?: string, dialect?: Dialect): Json | undefined {
  return encode({ turns }, model, dialect).body["messages"];
}

const losses = (encoded: EncodedRequest): string[] => encoded.losses.map(({ code, field }) => `${code}:${field}`);
const text = (value: string): Block => ({ kind: "text", text: value });
const user = (...blocks: Block[]): Turn => ({ role: "user", blocks });
const assistant = (...blocks: Block[]): Turn => ({ role: "assistant", blocks });
const call = (id: string, name = "w", argumentsText = "{}"): ToolCall => ({
  kind: "tool-call",
  id,
  name,
  tool: "function",
  argumentsText,
});
const result = (callId: string, blocks: readonly Block[], isError = false): Block => ({
  kind: "tool-result",
  callId,
  blocks,
  isError,
});
const image: Block = { kind: "image", source: { kind: "base64", mediaType: "image/png", data: "iVBO" } };
const w = { kind: "function", name: "w", schema: { type: "object" } } as const;

describe("R19 system text", () => {
  const system: Block[] = [text("x-anthropic-billing-header: cc_version=2"), text("A"), text("B")];
  const rows = [
    ["gpt-5", vendor, "developer"],
    ["gpt-4.1", vendor, "system"],
    ["gpt-5", compatible, "system"],
  ] as const;
  for (const [model, dialect, role] of rows) {
    test(`${role} for ${model}, vendor ${dialect.vendor}`, () => {
      expect(encode({ system }, model, dialect).body["messages"]).toEqual([
        { role, content: "A\n\nB" },
        { role: "user", content: "hi" },
      ]);
    });
  }
  test("later system text stays in place", () => {
    expect(messages([user(text("a")), { role: "system", blocks: [text("note")] }], "gpt-5")).toEqual([
      { role: "user", content: "a" },
      { role: "developer", content: "note" },
    ]);
  });
  test("cache marks become breakpoints only where the model has them", () => {
    const marked: Block[] = [{ kind: "text", text: "A", cache: { ttl: "long" } }, text("B")];
    const part = { type: "text", text: "A", prompt_cache_breakpoint: { mode: "explicit" } };
    expect(encode({ system: marked }, "gpt-6").body["messages"]).toMatchObject([
      { role: "developer", content: [part, { type: "text", text: "B" }] },
      {},
    ]);
    expect(encode({ system: marked }, "gpt-5").body["messages"]).toMatchObject([{ content: "A\n\nB" }, {}]);
    expect(encode({ system: marked }, "gpt-6", compatible).body["messages"]).toMatchObject([{ content: "A\n\nB" }, {}]);
  });
});

describe("R19 turns", () => {
  test("text, reasoning and calls of one assistant turn are one message", () => {
    const turn = assistant(
      { kind: "thinking", text: "hm" },
      text("Let me "),
      text("look"),
      call("c1", "w", '{"a": 1}'),
      call("c2", "w", ""),
    );
    const answers = user(result("c1", [text("1")]), result("c2", []));
    expect(messages([user(text("a")), turn, answers])).toEqual([
      { role: "user", content: "a" },
      {
        role: "assistant",
        content: "Let me look",
        tool_calls: [
          { id: "c1", type: "function", function: { name: "w", arguments: '{"a": 1}' } },
          { id: "c2", type: "function", function: { name: "w", arguments: "{}" } },
        ],
      },
      { role: "tool", tool_call_id: "c1", content: "1" },
      { role: "tool", tool_call_id: "c2", content: "" },
    ]);
  });
  test("an assistant turn of calls alone has null content, an empty one an empty string", () => {
    const turns = [
      user(text("a")),
      assistant({ kind: "thinking", text: "hm" }),
      user(text("b")),
      assistant(call("c")),
      user(result("c", [text("r")])),
    ];
    expect(messages(turns)).toMatchObject([{}, { content: "" }, {}, { content: null }, {}]);
  });
  test("T23 media of results follow the tool messages in one user message, before what the user said", () => {
    const turns = [
      assistant(call("t1"), call("t2")),
      user(result("t1", [text("shot"), image]), result("t2", [text("x")]), text("go on")),
    ];
    expect(messages([user(text("a")), ...turns])).toMatchObject([
      {},
      {},
      { role: "tool", tool_call_id: "t1", content: "shot\n[image 1 of t1 follows]" },
      { role: "tool", tool_call_id: "t2", content: "x" },
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: "data:image/png;base64,iVBO" } },
          { type: "text", text: "go on" },
        ],
      },
    ]);
  });
  test("a failed result says so in JSON", () => {
    expect(
      messages([user(text("a")), assistant(call("t")), user(result("t", [text("no such file")], true))]),
    ).toMatchObject([{}, {}, { role: "tool", content: '{"error":"no such file"}' }]);
  });
  test("T14 call ids over 40 characters are shortened alike on call and result", () => {
    const id = "toolu_".padEnd(86, "x");
    const sent = JSON.parse(JSON.stringify(messages([user(text("a")), assistant(call(id)), user(result(id, []))])));
    expect(sent[1].tool_calls[0].id).toHaveLength(40);
    expect(sent[2].tool_call_id).toBe(sent[1].tool_calls[0].id);
  });
  test("signed reasoning goes back to the compatible server that signed it, and nowhere else", () => {
    const own: Block = { kind: "thinking", text: "T", signature: { from: "openai-chat", data: "S" } };
    const foreign: Block = { kind: "redacted-thinking", data: { from: "anthropic-messages", data: "R" } };
    const turns = [user(text("a")), assistant(own, foreign, text("b")), user(text("c"))];
    expect(messages(turns, "deepseek-reasoner", compatible)).toMatchObject([
      {},
      { content: "b", reasoning_details: [{ type: "reasoning.text", text: "T", signature: "S", index: 0 }] },
      {},
    ]);
    expect(JSON.stringify(messages(turns, "gpt-5"))).not.toContain("reasoning");
  });
  test("several texts of a user stay parts at the vendor and become one string elsewhere", () => {
    expect(messages([user(text("a"), text("b"))])).toMatchObject([{ content: [{ text: "a" }, { text: "b" }] }]);
    expect(messages([user(text("a"), text("b"))], "llama", compatible)).toEqual([{ role: "user", content: "a\n\nb" }]);
  });
  test("N10 an answer begun for the model is history here", () => {
    const encoded = encode({ turns: [user(text("a")), assistant(text("{"))] });
    expect(encoded.body["messages"]).toMatchObject([{}, { role: "assistant", content: "{" }]);
    expect(losses(encoded)).toEqual(["prefill_as_history:messages"]);
  });
  test("another vendor's blocks: search results and summaries as text, server tools dropped", () => {
    const foreign = (type: string, json: Json): Block => ({ kind: "opaque", from: "anthropic-messages", type, json });
    const found = foreign("search_result", {
      title: "T",
      source: "https://s",
      content: [{ type: "text", text: "body" }],
    });
    const turns = [
      user(found),
      assistant(
        foreign("compaction", { content: "so far" }),
        foreign("server_tool_use", {}),
        foreign("web_search_tool_result", {}),
        text("a"),
      ),
      user(text("b")),
    ];
    const encoded = encode({ turns });
    expect(encoded.body["messages"]).toEqual([
      { role: "user", content: "T\nhttps://s\nbody" },
      { role: "user", content: "Summary of earlier conversation: so far" },
      { role: "assistant", content: "a" },
      { role: "user", content: "b" },
    ]);
    expect(losses(encoded)).toEqual([
      "search_result_as_text:messages",
      "compaction_as_text:messages",
      "dropped:server_tool_use",
      "dropped:web_search_tool_result",
    ]);
  });
});

describe("R19 P14 P15 documents and media", () => {
  test("a PDF becomes a file part, text is written out", () => {
    const pdf: Block = {
      kind: "document",
      title: "a.pdf",
      source: { kind: "base64", mediaType: "application/pdf", data: "JV" },
    };
    const note: Block = {
      kind: "document",
      title: "n.txt",
      source: { kind: "text", mediaType: "text/plain", text: "words" },
    };
    const encoded = encode({ turns: [user(pdf, note)] });
    expect(encoded.body["messages"]).toMatchObject([
      {
        content: [
          { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JV" } },
          { type: "text", text: "n.txt:\nwords" },
        ],
      },
    ]);
    expect(losses(encoded)).toEqual(["document_as_text:messages"]);
  });
  const rows: readonly (readonly [string, Block])[] = [
    ["file_id_foreign", { kind: "document", source: { kind: "file", from: "anthropic-messages", id: "f" } }],
    ["file_id_foreign", { kind: "image", source: { kind: "file", from: "anthropic-messages", id: "f" } }],
    ["document_url_unsupported", { kind: "document", source: { kind: "url", url: "https://a/x.pdf" } }],
    ["block_unsupported", { kind: "opaque", from: "anthropic-messages", type: "container_upload", json: {} }],
  ];
  for (const [code, block] of rows) {
    test(`${code} for ${block.kind}`, () => {
      expect(outcome({ turns: [user(block)] })).toMatchObject({ kind: "rejection", code, param: "messages" });
    });
  }
});

describe("R19 tools", () => {
  test("T04 T05 without tools neither choice nor parallel flag is sent", () => {
    const { body } = encode({ tools: [], toolChoice: { kind: "auto" }, parallelToolCalls: false });
    expect(Object.keys(body)).toEqual(["model", "messages"]);
  });
  test("T10 T19 functions, a named choice, no strict unless asked for", () => {
    const { body } = encode({
      tools: [
        { ...w, strict: true },
        { ...w, name: "x", description: "d" },
      ],
      toolChoice: { kind: "named", name: "x" },
      parallelToolCalls: false,
    });
    expect(body["tools"]).toEqual([
      { type: "function", function: { name: "w", parameters: { type: "object" }, strict: true } },
      { type: "function", function: { name: "x", description: "d", parameters: { type: "object" } } },
    ]);
    expect(body["tool_choice"]).toEqual({ type: "function", function: { name: "x" } });
    expect(body["parallel_tool_calls"]).toBe(false);
  });
  test("T11 a name of 90 characters is shortened everywhere and mapped back", () => {
    const name = "mcp__server__".padEnd(90, "n");
    const turns = [user(text("a")), assistant(call("c", name)), user(result("c", []))];
    const { body, answer } = encode({ turns, tools: [{ ...w, name }], toolChoice: { kind: "named", name } });
    const sent = JSON.parse(JSON.stringify(body));
    const short = sent.tools[0].function.name;
    expect(short).toHaveLength(64);
    expect(sent.messages[1].tool_calls[0].function.name).toBe(short);
    expect(sent.tool_choice.function.name).toBe(short);
    expect([...answer.toolNames]).toEqual([[short, name]]);
    const decoded = openaiChat.decodeResponse(
      { id: "x", choices: [{ message: { tool_calls: [{ id: "c", function: { name: short, arguments: "{}" } }] } }] },
      answer,
    );
    expect(decoded).toMatchObject({ value: { blocks: [{ kind: "tool-call", name }] } });
  });
  test("custom tools keep their grammar", () => {
    const tool = { kind: "custom", name: "p", grammar: { syntax: "regex", definition: "a+" } } as const;
    expect(encode({ tools: [tool], toolChoice: { kind: "named", name: "p" } }).body).toMatchObject({
      tools: [{ type: "custom", custom: { name: "p", format: { type: "grammar", grammar: tool.grammar } } }],
      tool_choice: { type: "custom", custom: { name: "p" } },
    });
  });
  test("allowed tools: a list at the vendor, only those tools elsewhere", () => {
    const request = {
      tools: [w, { ...w, name: "x" }],
      toolChoice: { kind: "allowed", mode: "required", names: ["x"] },
    } as const;
    expect(encode(request).body["tool_choice"]).toEqual({
      type: "allowed_tools",
      allowed_tools: { mode: "required", tools: [{ type: "function", function: { name: "x" } }] },
    });
    expect(encode(request, "llama", compatible).body).toMatchObject({
      tools: [{ function: { name: "x" } }],
      tool_choice: "required",
    });
  });
  test("Anthropic's client tools become functions, tool search goes, what runs there is rejected", () => {
    const hosted = (type: string, name: string) =>
      ({ kind: "hosted", from: "anthropic-messages", type, name, json: { type, name } }) as const;
    const encoded = encode({
      tools: [
        hosted("bash_20250124", "bash"),
        hosted("tool_search_tool_regex_20251119", "s"),
        hosted("text_editor_20250728", "edit"),
        hosted("memory_20250818", "memory"),
      ],
    });
    const tools = JSON.parse(JSON.stringify(encoded.body["tools"]));
    expect(tools.map((tool: { function: { name: string } }) => tool.function.name)).toEqual(["bash", "edit", "memory"]);
    expect(tools[0].function.parameters.properties).toHaveProperty("restart");
    expect(losses(encoded)).toContain("tool_as_function:bash_20250124");
    expect(losses(encoded)).toContain("dropped:tool_search_tool_regex_20251119");
    for (const type of ["computer_20250124", "web_search_20250305", "code_execution_20250825", "mcp_toolset"]) {
      expect(outcome({ tools: [hosted(type, "t")] })).toMatchObject({ code: "tool_type_unsupported", param: "tools" });
    }
    const search = {
      ...hosted("web_search_20250305", "web_search"),
      json: { user_location: { type: "approximate", city: "Oslo" } },
    };
    expect(encode({ tools: [search] }, "gpt-4o-search-preview").body).toMatchObject({
      web_search_options: { user_location: { type: "approximate", approximate: { city: "Oslo" } } },
    });
  });
});

describe("R19 parameters", () => {
  const rows: readonly (readonly [
    name: string,
    request: Partial<Request>,
    model: string,
    dialect: Dialect,
    body: JsonObject,
    losses: readonly string[],
  ])[] = [
    [
      "P05 reasoning models take max_completion_tokens",
      { maxTokens: 100 },
      "gpt-5",
      vendor,
      { max_completion_tokens: 100 },
      [],
    ],
    ["P05 others take max_tokens", { maxTokens: 100 }, "llama", compatible, { max_tokens: 100 }, []],
    [
      "P05 the configuration decides",
      { maxTokens: 100 },
      "gpt-5",
      { ...vendor, maxTokensField: "max_tokens" },
      { max_tokens: 100 },
      [],
    ],
    [
      "P02 reasoning models take no sampling",
      { sampling: { temperature: 0.7, topP: 0.5, frequencyPenalty: 1 } },
      "gpt-5",
      vendor,
      {},
      ["dropped:temperature", "dropped:top_p", "dropped:frequency_penalty"],
    ],
    [
      "P02 what changes nothing goes without a word",
      { sampling: { temperature: 1, topP: 1, presencePenalty: 0 } },
      "gpt-5",
      vendor,
      {},
      [],
    ],
    [
      "sampling stays where reasoning is off",
      { sampling: { temperature: 0.7 }, reasoning: { effort: "none" } },
      "gpt-5.1",
      vendor,
      { temperature: 0.7, reasoning_effort: "none" },
      [],
    ],
    [
      "other models take it all",
      { sampling: { temperature: 1, topP: 0.5, seed: 3, logprobs: true, topLogprobs: 2, logitBias: { "1": 2 } } },
      "gpt-4.1",
      vendor,
      { temperature: 1, top_p: 0.5, seed: 3, logit_bias: { "1": 2 }, logprobs: true, top_logprobs: 2 },
      [],
    ],
    ["top_k is not OpenAI's", { sampling: { topK: 5 } }, "gpt-4.1", vendor, {}, ["dropped:top_k"]],
    [
      "P06 four stop sequences",
      { stop: ["a", "b", "c", "d", "e", "f"] },
      "gpt-4.1",
      vendor,
      { stop: ["a", "b", "c", "d"] },
      ["clamped:stop_sequences"],
    ],
    ["P06 none on o3", { stop: ["a"] }, "o3", vendor, {}, ["dropped:stop_sequences"]],
    [
      "K07 max becomes the strongest",
      { reasoning: { effort: "max" } },
      "gpt-5.4",
      vendor,
      { reasoning_effort: "xhigh" },
      ["clamped:effort"],
    ],
    [
      "xhigh becomes high on GPT-5",
      { reasoning: { effort: "xhigh" } },
      "gpt-5",
      vendor,
      { reasoning_effort: "high" },
      ["clamped:effort"],
    ],
    [
      "minimal becomes low, never none",
      { reasoning: { effort: "minimal" } },
      "gpt-5.1",
      vendor,
      { reasoning_effort: "low" },
      ["clamped:effort"],
    ],
    [
      "thinking off is none where it exists",
      { reasoning: { mode: "disabled" } },
      "gpt-5.2",
      vendor,
      { reasoning_effort: "none" },
      [],
    ],
    [
      "thinking off is the least elsewhere",
      { reasoning: { mode: "disabled" } },
      "gpt-5",
      vendor,
      { reasoning_effort: "minimal" },
      ["clamped:thinking"],
    ],
    [
      "a budget is an effort",
      { reasoning: { mode: "enabled", budgetTokens: 2048 } },
      "gpt-5",
      vendor,
      { reasoning_effort: "medium" },
      [],
    ],
    ["adaptive thinking leaves it to the model", { reasoning: { mode: "adaptive" } }, "gpt-5", vendor, {}, []],
    ["models without reasoning", { reasoning: { effort: "high" } }, "llama", compatible, {}, ["dropped:effort"]],
    [
      "K08 GPT-5.6 takes tools only without reasoning",
      { reasoning: { effort: "high" }, tools: [w] },
      "gpt-5.6-sol",
      vendor,
      { reasoning_effort: "none" },
      ["clamped:effort"],
    ],
    [
      "P24 usage is asked for on streams",
      { stream: true },
      "gpt-4.1",
      vendor,
      { stream: true, stream_options: { include_usage: true } },
      [],
    ],
    [
      "P24 unless the server refuses it",
      { stream: true },
      "llama",
      { ...compatible, streamOptions: false },
      { stream: true },
      [],
    ],
    ["verbosity", { verbosity: "low" }, "gpt-5", vendor, { verbosity: "low" }, []],
    ["verbosity elsewhere", { verbosity: "low" }, "gpt-4.1", vendor, {}, ["dropped:verbosity"]],
    [
      "user id at the vendor",
      { userId: "user_1_session_ab-1" },
      "gpt-5",
      vendor,
      { safety_identifier: "user_1_session_ab-1", prompt_cache_key: "ab-1" },
      [],
    ],
    ["user id elsewhere", { userId: "u" }, "llama", compatible, { user: "u" }, []],
    ["service tier", { serviceTier: "flex" }, "gpt-5", vendor, { service_tier: "flex" }, []],
    ["service tier elsewhere", { serviceTier: "flex" }, "llama", compatible, {}, ["dropped:service_tier"]],
    [
      "json_object",
      { format: { kind: "json-object" } },
      "gpt-5",
      vendor,
      { response_format: { type: "json_object" } },
      [],
    ],
  ];
  for (const [name, request, model, dialect, body, lost] of rows) {
    test(name, () => {
      const encoded = encode(request, model, dialect);
      const { model: _model, messages: _messages, tools: _tools, ...parameters } = encoded.body;
      expect(parameters).toEqual(body);
      expect(losses(encoded)).toEqual([...lost]);
    });
  }
  test("P12 a long user id is hashed", () => {
    expect(encode({ userId: "x".repeat(129) }).body["safety_identifier"]).toMatch(/^[0-9a-f]{64}$/);
  });
  test("no tokens at all is rejected", () => {
    expect(outcome({ maxTokens: 0 })).toMatchObject({ code: "max_tokens_unsupported", param: "max_tokens" });
  });
  test("a schema is strict where the vendor would take it so", () => {
    const closed: JsonObject = {
      type: "object",
      properties: { a: { type: "string" } },
      required: ["a"],
      additionalProperties: false,
    };
    const format = (schema: JsonObject, strict?: boolean) =>
      encode({ format: { kind: "json-schema", name: "response", schema, strict } }).body;
    expect(format(closed)["response_format"]).toEqual({
      type: "json_schema",
      json_schema: { name: "response", schema: closed, strict: true },
    });
    expect(format({ ...closed, required: [] })).toMatchObject({ response_format: { json_schema: { strict: false } } });
    expect(format(closed, false)).toMatchObject({ response_format: { json_schema: { strict: false } } });
  });
  test("K16 the same history gives the same bytes", () => {
    const turns = [
      user(text("a")),
      assistant({ kind: "thinking", text: "t" }, call("c:1")),
      user(result("c:1", [image])),
      assistant(text("b")),
      user(text("c")),
    ];
    const short = JSON.parse(JSON.stringify(messages(turns.slice(0, 3))));
    const long = JSON.parse(JSON.stringify(messages(turns)));
    expect(JSON.stringify(long.slice(0, short.length))).toBe(JSON.stringify(short));
  });
});

describe("which schemas are strict", () => {
  const closed = (properties: JsonObject, required = Object.keys(properties)): JsonObject => ({
    type: "object",
    properties,
    required,
    additionalProperties: false,
  });
  const rows: readonly (readonly [JsonObject, boolean])[] = [
    [closed({}), true],
    [closed({ a: closed({ b: { type: "string", pattern: "^a" } }) }), true],
    [closed({ a: { type: "array", items: closed({}) } }), true],
    [closed({ a: { type: "string" } }, []), false],
    [{ type: "object", properties: {} }, false],
    [closed({ a: { type: "object" } }), false],
    [closed({ a: { type: "array", items: { type: "object", properties: {} } } }), false],
    [closed({ a: { anyOf: [{ type: "string" }, { type: ["object", "null"] }] } }), false],
    [closed({ a: { type: "string", pattern: "(?=x)" } }), false],
    [{ ...closed({ a: { $ref: "#/$defs/x" } }), $defs: { x: { type: "object" } } }, false],
    [closed({ a: { oneOf: [] } }), false],
  ];
  for (const [schema, expected] of rows) test(JSON.stringify(schema), () => expect(fitsStrict(schema)).toBe(expected));
});

describe("what models take", () => {
  const rows = [
    ["gpt-5.2-chat-latest", false, []],
    ["openai/gpt-5-mini", true, ["minimal", "low", "medium", "high"]],
    ["gpt-5.1-2025-11-13", true, ["none", "low", "medium", "high"]],
    ["gpt-5.5", true, ["none", "low", "medium", "high", "xhigh"]],
    ["gpt-6.1-sol", true, ["low", "medium", "high", "xhigh"]],
    ["gpt-6.1-terra", true, ["none", "low", "medium", "high", "xhigh"]],
    ["gpt-6-luna", true, ["none", "low", "medium", "high", "xhigh"]],
    ["o4-mini", true, ["low", "medium", "high"]],
    ["gpt-4o-mini", false, []],
    ["gpt-50-x", true, ["low", "medium", "high", "xhigh"]],
    ["claude-sonnet-5", false, []],
  ] as const;
  for (const [model, reasoning, efforts] of rows) {
    test(model, () => expect(traitsOf(model)).toMatchObject({ reasoning, efforts: [...efforts] }));
  }
});
