import { describe, expect, test } from "bun:test";
import type { Dialect } from "../../runtime/contract.ts";
import type { JsonObject, Request } from "../../runtime/wire/canonical.ts";
import { openaiChat } from "../../runtime/wire/openai-chat/codec.ts";
import { fitsStrict } from "../../runtime/wire/openai-chat/strict-schema.ts";
import { traitsOf } from "../../runtime/wire/openai-chat/traits.ts";
import {
  assistant,
  call,
  compatible,
  encode,
  image,
  losses,
  messages,
  outcome,
  result,
  text,
  user,
  vendor,
  w,
} from "../support/chat-encoding.ts";

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
    for (const type of ["computer_20250124", "code_execution_20250825", "mcp_toolset"]) {
      expect(outcome({ tools: [hosted(type, "t")] })).toMatchObject({ code: "tool_type_unsupported", param: "tools" });
    }
    const search = { kind: "web-search", name: "web_search", userLocation: { city: "Oslo" } } as const;
    expect(outcome({ tools: [search] })).toMatchObject({ code: "tool_type_unsupported", param: "tools" });
    const look = { kind: "function", name: "look", schema: { type: "object" } } as const;
    const wanted = { kind: "named", name: "web_search" } as const;
    expect(outcome({ tools: [look, search], toolChoice: wanted })).toMatchObject({ code: "tool_type_unsupported" });
    const among = encode({ tools: [look, search] });
    expect(among.body).toMatchObject({ tools: [{ function: { name: "look" } }] });
    expect(among.body).not.toHaveProperty("web_search_options");
    expect(losses(among)).toEqual(["dropped:tools"]);
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
    ["P06 none on o3: the gateway cuts", { stop: ["a"] }, "o3", vendor, {}, []],
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
      { userId: "user_1", promptCacheKey: "ab-1" },
      "gpt-5",
      vendor,
      { safety_identifier: "user_1", prompt_cache_key: "ab-1" },
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
