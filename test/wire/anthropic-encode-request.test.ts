import { describe, expect, test } from "bun:test";
import { anthropicMessages } from "../../runtime/wire/anthropic-messages/codec.ts";
import type { Block, Json, JsonObject, Request, Tool, Turn } from "../../runtime/wire/canonical.ts";
import { packOpaque } from "../../runtime/wire/carrier.ts";
import type { EncodedRequest } from "../../runtime/wire/codec.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { assistant, call, request, result, system, target, text, user } from "../support/canonical.ts";

/** Manual thinking, prefill, every sampling parameter; no structured output. */
const old = "claude-3-7-sonnet-20250219";
/** Adaptive thinking only: no sampling, no prefill, no forced tool. */
const latest = "claude-opus-5-5";
/** Adaptive, and tools can still be forced. */
const recent = "claude-haiku-5-5";

function encoded(wanted: Request, model = old): EncodedRequest {
  const outcome = anthropicMessages.encodeRequest(normalise(wanted).value, target(model));
  if (outcome.kind === "rejection") throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome;
}

function body(wanted: Request, model = old): JsonObject {
  return encoded(wanted, model).body;
}

function messages(turns: readonly Turn[], model = old): Json | undefined {
  return body(request(turns), model)["messages"];
}

function losses(wanted: Request, model = old): readonly string[] {
  return encoded(wanted, model).losses.map((loss) => `${loss.code}:${loss.field}`);
}

function rejected(wanted: Request, model = old) {
  const outcome = anthropicMessages.encodeRequest(normalise(wanted).value, target(model));
  return outcome.kind === "rejection" ? { code: outcome.code, param: outcome.param } : outcome.kind;
}

const tool = (name: string, more: Partial<Extract<Tool, { kind: "function" }>> = {}): Tool => ({
  kind: "function",
  name,
  schema: { type: "object", properties: {} },
  ...more,
});
const toolUse = (id: string, input: JsonObject = {}) => ({ type: "tool_use", id, name: "lookup", input });
const toolResult = (id: string, content: Json) => ({ type: "tool_result", tool_use_id: id, content });
const signed: Block = { kind: "thinking", text: "hm", signature: { from: "anthropic-messages", data: "Er+A" } };
const asked = [user("go")];

describe("R19 messages of a translated request", () => {
  test("wR01 wR02 parallel results and the next question share one user turn; no empty text beside calls", () => {
    const turns = [
      user("go"),
      assistant("", call("tc_one"), call("tc_two")),
      user(result("tc_one", "one")),
      user(result("tc_two", "two")),
      user("continue"),
    ];
    expect(messages(turns)).toEqual([
      { role: "user", content: "go" },
      { role: "assistant", content: [toolUse("tc_one"), toolUse("tc_two")] },
      {
        role: "user",
        content: [toolResult("tc_one", "one"), toolResult("tc_two", "two"), { type: "text", text: "continue" }],
      },
    ]);
  });

  test("wR16 blank text disappears, the turns around it join", () => {
    expect(messages([user("a"), assistant(""), user(" \n", "b")])).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
    ]);
  });

  test("wR19 a system turn stays one where the model and its place allow it", () => {
    const turns = [user("a"), system("REM")];
    expect(messages(turns, latest)).toEqual([
      { role: "user", content: "a" },
      { role: "system", content: "REM" },
    ]);
    expect(messages([...turns, assistant("b"), user("c")], latest)).toEqual([
      { role: "user", content: "a" },
      { role: "system", content: "REM" },
      { role: "assistant", content: "b" },
      { role: "user", content: "c" },
    ]);
  });

  const reminder = "<system-reminder>\nREM\n</system-reminder>";
  test("wR19 elsewhere it becomes a reminder in its place", () => {
    const turns = [user("a"), assistant("b"), system("REM"), user("c")];
    expect(messages(turns, latest)).toEqual([
      { role: "user", content: "a" },
      { role: "assistant", content: "b" },
      {
        role: "user",
        content: [
          { type: "text", text: reminder },
          { type: "text", text: "c" },
        ],
      },
    ]);
    expect(losses(request(turns), latest)).toEqual(["system_moved:messages"]);
    expect(losses(request([user("a"), system("REM")]), old)).toEqual(["system_moved:messages"]);
  });

  test("wR20 a system turn between call and result comes behind the result", () => {
    const turns = [user("a"), assistant(call("a1")), system("REM"), user(result("a1", "ok"))];
    expect(messages(turns)).toEqual([
      { role: "user", content: "a" },
      { role: "assistant", content: [toolUse("a1")] },
      { role: "user", content: [toolResult("a1", "ok"), { type: "text", text: reminder }] },
    ]);
  });

  test("wR23 a system prompt alone is asked by the user", () => {
    const sent = body(request([], { system: [text("Say hi")] }));
    expect(sent["messages"]).toEqual([{ role: "user", content: "Say hi" }]);
    expect(sent).not.toHaveProperty("system");
  });

  test("a conversation that the assistant opens gets a first user turn", () => {
    const turns = [assistant("Welcome!"), user("hi")];
    expect(messages(turns)).toEqual([
      { role: "user", content: "[conversation start]" },
      { role: "assistant", content: "Welcome!" },
      { role: "user", content: "hi" },
    ]);
    expect(losses(request(turns))).toEqual(["turn_added:messages"]);
  });

  test("wR25 prefill is kept without trailing space, or refused", () => {
    const turns = [user("json"), assistant("{ ")];
    expect(messages(turns)).toEqual([
      { role: "user", content: "json" },
      { role: "assistant", content: "{" },
    ]);
    expect(rejected(request(turns), latest)).toEqual({ code: "prefill_unsupported", param: "messages" });
  });

  test("no text at all is refused", () => {
    expect(rejected(request([user(" ")]))).toEqual({ code: "messages_empty", param: "messages" });
  });

  test("T01 T02 arguments are an object, whatever the history holds", () => {
    const turns = [
      user("go"),
      assistant(call("a", ""), call("b", "[1,2]"), call("c", '{"a":'), call("d", '{"z":1,"a":2}')),
    ];
    const content = [
      toolUse("a"),
      toolUse("b", { _raw: "[1,2]" }),
      toolUse("c", { _raw: '{"a":' }),
      toolUse("d", { z: 1, a: 2 }),
    ];
    expect(messages(turns)).toMatchObject([{}, { content }, {}]);
    expect(losses(request(turns))).toEqual(["arguments_wrapped:messages"]);
  });

  test("T13 call ids are made acceptable, on call and result alike, and used once", () => {
    const turns = [
      user("go"),
      assistant(call("call:1|fc_2")),
      user(result("call:1|fc_2", "x")),
      assistant(call("call_0")),
      user(result("call_0", "y")),
      assistant(call("call_0")),
      user(result("call_0", "z")),
    ];
    const sent = JSON.parse(JSON.stringify(messages(turns)));
    const calls = [1, 3, 5].map((index) => sent[index].content[0].id);
    const results = [2, 4, 6].map((index) => sent[index].content[0].tool_use_id);
    expect(results).toEqual(calls);
    expect(new Set(calls).size).toBe(3);
    for (const id of calls) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(calls[1]).toBe("call_0");
  });

  test("tool calls go behind the text of their turn, but not across thinking", () => {
    const blocks = [signed, call("a"), text("first"), signed, call("b")];
    expect(
      messages([user("go"), assistant(...blocks), user(result("a", "1"), result("b", "2"))], recent),
    ).toMatchObject([
      {},
      { content: [{ type: "thinking" }, { text: "first" }, { id: "a" }, { type: "thinking" }, { id: "b" }] },
      {},
    ]);
  });

  test("K16 a longer history begins with the same bytes", () => {
    const turns = [
      user("go"),
      assistant("let me see", call("call:1")),
      user(result("call:1", "one")),
      assistant("ok"),
      user("more", "and more"),
      assistant(call("call:1", '{"b":1,"a":2}')),
      user(result("call:1", "two"), "next"),
    ];
    const longer = [...turns, assistant("done"), user("thanks")];
    const [first, second] = [messages(turns), messages(longer)].map((list) => JSON.stringify(list));
    expect(second?.startsWith(first?.slice(0, -1) ?? "-")).toBe(true);
  });
});

describe("R19 content blocks", () => {
  const png = { kind: "base64", mediaType: "image/png", data: "AAAA" } as const;
  const cases: readonly (readonly [string, Block, JsonObject])[] = [
    [
      "image bytes",
      { kind: "image", source: png },
      { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
    ],
    [
      "image URL",
      { kind: "image", source: { kind: "url", url: "https://a.b/c" } },
      { type: "image", source: { type: "url", url: "https://a.b/c" } },
    ],
    [
      "P14 PDF with its name",
      { kind: "document", source: { kind: "base64", mediaType: "application/pdf", data: "JV" }, title: "a.pdf" },
      { type: "document", source: { type: "base64", media_type: "application/pdf", data: "JV" }, title: "a.pdf" },
    ],
    [
      "plain text file",
      { kind: "document", source: { kind: "base64", mediaType: "text/markdown", data: "aMOp" } },
      { type: "document", source: { type: "text", media_type: "text/plain", data: "hé" } },
    ],
    [
      "file of the same vendor",
      { kind: "image", source: { kind: "file", from: "anthropic-messages", id: "file_1" } },
      { type: "image", source: { type: "file", file_id: "file_1" } },
    ],
    ["refusal", { kind: "refusal", text: "No." }, { type: "text", text: "No." }],
    [
      "cache mark",
      { kind: "text", text: "x", cache: { ttl: "long" } },
      { type: "text", text: "x", cache_control: { type: "ephemeral", ttl: "1h" } },
    ],
    [
      "state of another block of this vendor",
      {
        kind: "opaque",
        from: "anthropic-messages",
        type: "server_tool_use",
        json: { type: "server_tool_use", id: "s" },
      },
      { type: "server_tool_use", id: "s" },
    ],
  ];
  for (const [name, block, json] of cases) {
    test(name, () => {
      expect(messages([user("look", block)])).toMatchObject([{ content: [{ type: "text", text: "look" }, json] }]);
    });
  }

  const refusals: readonly (readonly [string, Block, string])[] = [
    [
      "P15 a file id of another vendor",
      { kind: "document", source: { kind: "file", from: "openai-chat", id: "file-123" } },
      "file_id_foreign",
    ],
    ["audio", { kind: "audio", data: "AAAA", format: "wav" }, "unsupported_audio"],
    ["an image type", { kind: "image", source: { ...png, mediaType: "image/tiff" } }, "unsupported_image_type"],
    ["a file type", { kind: "document", source: { ...png, mediaType: "application/zip" } }, "unsupported_file_type"],
  ];
  for (const [name, block, code] of refusals) {
    test(`refused: ${name}`, () => {
      expect(rejected(request([user("look", block)]))).toEqual({ code, param: "messages" });
    });
  }

  test("a tool result keeps its images and its error flag, and may be empty", () => {
    const rich = {
      ...result("a", "shot"),
      blocks: [text("shot"), { kind: "image", source: png } as const],
      isError: true,
    };
    const turns = [user("go"), assistant(call("a"), call("b")), user(rich, result("b", ""))];
    expect(messages(turns)).toMatchObject([
      {},
      {},
      {
        content: [
          { tool_use_id: "a", is_error: true, content: [{ type: "text", text: "shot" }, { type: "image" }] },
          { type: "tool_result", tool_use_id: "b" },
        ],
      },
    ]);
  });

  test("of more than four cache marks the last four stay, in prompt order", () => {
    const marked = (value: string): Block => ({ kind: "text", text: value, cache: { ttl: "short" } });
    const sent = body(
      request([user(marked("3"), marked("4"), marked("5"))], {
        system: [marked("2")],
        tools: [tool("t", { cache: { ttl: "short" } })],
      }),
    );
    expect(JSON.stringify(sent["tools"])).not.toContain("cache_control");
    expect(JSON.stringify([sent["system"], sent["messages"]]).match(/cache_control/g)).toHaveLength(4);
  });

  test("only what Anthropic signed goes back to Anthropic", () => {
    const foreign: Block = { kind: "thinking", text: "x", signature: { from: "openai-chat", data: "s" } };
    const unsigned: Block = { kind: "thinking", text: "y" };
    const redacted: Block = { kind: "redacted-thinking", data: { from: "anthropic-messages", data: "R" } };
    const wanted = request([user("a"), assistant(signed, foreign, unsigned, redacted, "b"), user("c")]);
    expect(body(wanted, recent)["messages"]).toMatchObject([
      {},
      {
        content: [
          { type: "thinking", thinking: "hm", signature: "Er+A" },
          { type: "redacted_thinking", data: "R" },
          { text: "b" },
        ],
      },
      {},
    ]);
    expect(losses(wanted, recent)).toEqual(["reasoning_dropped:messages"]);
    expect(JSON.stringify(body(wanted, recent))).not.toContain(packOpaque({ from: "openai-chat", data: "s" }));
  });
});

describe("R19 tools and their choice", () => {
  test("a function, a custom tool and their names", () => {
    const wanted = request(asked, {
      tools: [
        tool("look up/now", { description: "d", schema: undefined }),
        { kind: "custom", name: "patch", description: "Edits.", grammar: { type: "regex", definition: "a+" } },
      ],
    });
    const { body: sent, answer, losses: lost } = encoded(wanted);
    expect(sent["tools"]).toMatchObject([
      { description: "d", input_schema: { type: "object", properties: {} } },
      {
        name: "patch",
        input_schema: { type: "object", properties: { input: { type: "string" } }, required: ["input"] },
      },
    ]);
    const [wireName] = [...answer.toolNames.keys()];
    expect(wireName).toMatch(/^look_up_now_[0-9a-f]{12}$/);
    expect([...answer.toolNames.values()]).toEqual(["look up/now"]);
    expect([...answer.customTools]).toEqual(["patch"]);
    expect(JSON.stringify(sent["tools"])).toContain("a+");
    expect(lost).toEqual([{ code: "grammar_not_enforced", field: "tools" }]);
  });

  test("T04 T05 without tools there is no choice and no parallel flag", () => {
    const sent = body(request(asked, { toolChoice: { kind: "auto" }, parallelToolCalls: true }));
    expect(sent).not.toHaveProperty("tools");
    expect(sent).not.toHaveProperty("tool_choice");
  });

  test("T17 of two tools with one name the first stays", () => {
    const wanted = request(asked, { tools: [tool("x", { description: "1" }), tool("x", { description: "2" })] });
    expect(body(wanted)["tools"]).toMatchObject([{ name: "x", description: "1" }]);
    expect(losses(wanted)).toEqual(["duplicate_tool:tools"]);
  });

  const choices: readonly (readonly [string, Partial<Request>, string, Json | undefined, readonly string[]])[] = [
    ["auto", { toolChoice: { kind: "auto" } }, old, { type: "auto" }, []],
    ["none keeps the tools", { toolChoice: { kind: "none" } }, old, { type: "none" }, []],
    ["T07 required on a model that can be forced", { toolChoice: { kind: "required" } }, old, { type: "any" }, []],
    [
      "T07 required on one that cannot",
      { toolChoice: { kind: "required" } },
      latest,
      { type: "auto" },
      ["downgraded:tool_choice"],
    ],
    ["named", { toolChoice: { kind: "named", name: "w" } }, old, { type: "tool", name: "w" }, []],
    [
      "T10 one call at a time",
      { parallelToolCalls: false },
      old,
      { type: "auto", disable_parallel_tool_use: true },
      [],
    ],
    ["no choice, no field", {}, old, undefined, []],
    [
      "none takes no parallel flag",
      { toolChoice: { kind: "none" }, parallelToolCalls: false },
      old,
      { type: "none" },
      [],
    ],
  ];
  for (const [name, more, model, choice, lost] of choices) {
    test(name, () => {
      const wanted = request(asked, { tools: [tool("w"), tool("x")], ...more });
      expect(body(wanted, model)["tool_choice"]).toEqual(choice);
      expect(body(wanted, model)["tools"]).toHaveLength(2);
      expect(losses(wanted, model)).toEqual([...lost]);
    });
  }

  test("T08 a named tool while thinking with a budget is the only one sent", () => {
    const wanted = request(asked, {
      tools: [tool("w"), tool("x")],
      toolChoice: { kind: "named", name: "w" },
      reasoning: { effort: "high" },
    });
    expect(body(wanted)).toMatchObject({
      thinking: { type: "enabled" },
      tools: [{ name: "w" }],
      tool_choice: { type: "auto" },
    });
    expect(losses(wanted)).toEqual(["downgraded:tool_choice"]);
  });

  test("allowed tools are the only ones sent", () => {
    const allowed = { kind: "allowed", mode: "required", names: ["x"] } as const;
    expect(body(request(asked, { tools: [tool("w"), tool("x")], toolChoice: allowed }))).toMatchObject({
      tools: [{ name: "x" }],
      tool_choice: { type: "any" },
    });
  });

  test("a demanded call without such a tool is refused", () => {
    const refused = { code: "invalid_value", param: "tool_choice" };
    expect(rejected(request(asked, { toolChoice: { kind: "required" } }))).toEqual(refused);
    const named = { kind: "named", name: "y" } as const;
    expect(rejected(request(asked, { tools: [tool("w")], toolChoice: named }))).toEqual(refused);
  });

  test("tools of the history are declared when the request has none", () => {
    const wanted = request([user("go"), assistant(call("a")), user(result("a", "1"))]);
    expect(body(wanted)).toMatchObject({ tools: [{ name: "lookup" }], tool_choice: { type: "none" } });
  });

  test("web search runs at Anthropic under its own name, other vendors' tools do not", () => {
    const search: Tool = { kind: "web-search", name: "web_search", userLocation: { city: "Oslo" } };
    expect(body(request(asked, { tools: [search] }))["tools"]).toEqual([
      { type: "web_search_20250305", name: "web_search", user_location: { city: "Oslo", type: "approximate" } },
    ]);
    const name = "code_interpreter";
    const interpreter: Tool = { kind: "hosted", from: "openai-responses", type: name, name, json: {} };
    expect(rejected(request(asked, { tools: [interpreter] }))).toEqual({ code: "unsupported_tool", param: "tools" });
  });
});

describe("R19 tool and answer schemas", () => {
  test("T22 a union at the root becomes one object", () => {
    const a = { type: "object", properties: { a: {} }, required: ["a", "c"] };
    const b = { type: "object", properties: { b: {} }, required: ["c"] };
    const wanted = request(asked, { tools: [tool("x", { schema: { anyOf: [a, b] } })] });
    expect(body(wanted)["tools"]).toEqual([
      { name: "x", input_schema: { type: "object", properties: { a: {}, b: {} }, required: ["c"] } },
    ]);
    expect(losses(wanted)).toEqual(["schema_relaxed:tools"]);
  });

  const person = {
    type: "object",
    properties: { age: { type: "integer", minimum: 0 }, born: { type: "string", format: "date" } },
    required: ["age", "born"],
  };
  const schemaFormat = { kind: "json-schema", name: "person", schema: person, strict: true } as const;

  test("P08 R53 a structured answer on a model that has it: closed schema, bounds as text, tools untouched", () => {
    const sent = body(request(asked, { format: schemaFormat, tools: [tool("w")] }), latest);
    expect(sent["output_config"]).toEqual({
      format: {
        type: "json_schema",
        schema: {
          type: "object",
          properties: { age: { type: "integer", description: "minimum: 0" }, born: { type: "string", format: "date" } },
          required: ["age", "born"],
          additionalProperties: false,
        },
      },
    });
    expect(sent["tools"]).toHaveLength(1);
    expect(sent).not.toHaveProperty("tool_choice");
  });

  test("without it the answer is the input of a tool the model must call", () => {
    const { body: sent, answer } = encoded(request(asked, { format: schemaFormat }));
    expect(sent).toMatchObject({
      tools: [{ name: "person", input_schema: person }],
      tool_choice: { type: "tool", name: "person" },
    });
    expect(answer.outputTool).toBe("person");
  });

  test("P09 while thinking or beside other tools it is asked for in words", () => {
    for (const more of [{ reasoning: { effort: "high" } }, { tools: [tool("w")] }] as const) {
      const { body: sent, answer, losses: lost } = encoded(request(asked, { format: schemaFormat, ...more }));
      expect(sent).not.toHaveProperty("tool_choice");
      expect(JSON.stringify(sent["system"])).toContain("JSON Schema");
      expect(answer.outputTool).toBeUndefined();
      expect(lost).toContainEqual({ code: "not_enforced", field: "response_format" });
    }
  });

  const inexpressible: Readonly<Record<string, JsonObject>> = {
    "a map": { type: "object", additionalProperties: { type: "string" } },
    "an open object": { type: "object" },
    recursion: { type: "object", properties: { next: { $ref: "#" } } },
    "recursion through definitions": {
      type: "object",
      properties: { a: { $ref: "#/$defs/a" } },
      $defs: { a: { type: "object", properties: { b: { $ref: "#/$defs/a" } } } },
    },
    "25 optional properties": {
      type: "object",
      properties: Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`p${index}`, { type: "string" }])),
    },
  };
  for (const [name, schema] of Object.entries(inexpressible)) {
    test(`${name} cannot be enforced by the API, so a tool carries the answer`, () => {
      const { body: sent, answer } = encoded(request(asked, { format: { ...schemaFormat, schema } }), recent);
      expect(sent).not.toHaveProperty("output_config");
      expect(answer.outputTool).toBe("person");
    });
  }

  test("definitions that are used often but not by themselves are fine, and quick", () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => {
        const next = { $ref: `#/$defs/d${index + 1}` };
        return [`d${index}`, { type: "object", properties: { a: next, b: next }, required: ["a", "b"] }];
      }),
    );
    const schema = {
      type: "object",
      properties: { x: { $ref: "#/$defs/d0" } },
      required: ["x"],
      $defs: { ...$defs, d40: { type: "string" } },
    };
    expect(body(request(asked, { format: { ...schemaFormat, schema } }), latest)).toHaveProperty("output_config");
  });

  test("strict tools are closed where the model has them and plain elsewhere", () => {
    const wanted = request(asked, { tools: [tool("x", { schema: person, strict: true })] });
    expect(body(wanted, latest)["tools"]).toMatchObject([
      { strict: true, input_schema: { additionalProperties: false } },
    ]);
    expect(body(wanted, old)["tools"]).toEqual([{ name: "x", input_schema: person }]);
    expect(losses(wanted, old)).toEqual(["dropped:strict"]);
  });

  test("R25 json_object is asked for in words", () => {
    const wanted = request(asked, { format: { kind: "json-object" } });
    expect(body(wanted)["system"]).toMatchObject([{ type: "text" }]);
    expect(losses(wanted)).toEqual(["not_enforced:response_format"]);
  });
});

describe("R19 reasoning", () => {
  const cases: readonly (readonly [string, string, Partial<Request>, JsonObject, readonly string[]])[] = [
    ["unset sends nothing", latest, {}, {}, []],
    [
      "K05 minimal on an adaptive model",
      latest,
      { reasoning: { effort: "minimal" } },
      { thinking: { type: "adaptive" }, output_config: { effort: "low" } },
      [],
    ],
    [
      "xhigh is lowered to the next level there is",
      "claude-opus-4-6",
      { reasoning: { effort: "xhigh" } },
      { thinking: { type: "adaptive" }, output_config: { effort: "high" } },
      [],
    ],
    [
      "a budget is an effort where a model takes none",
      "claude-sonnet-5-5",
      { reasoning: { mode: "enabled", budgetTokens: 4000 } },
      { thinking: { type: "adaptive" }, output_config: { effort: "medium" } },
      [],
    ],
    [
      "none where thinking can be off",
      recent,
      { reasoning: { effort: "none" } },
      { thinking: { type: "disabled" } },
      [],
    ],
    [
      "none where it can only pause",
      "claude-sonnet-5-5",
      { reasoning: { effort: "none" } },
      { thinking: { type: "between_tools" } },
      [],
    ],
    [
      "none where it cannot be off",
      latest,
      { reasoning: { effort: "none" } },
      { output_config: { effort: "low" } },
      ["downgraded:reasoning_effort"],
    ],
    [
      "visible where thinking is hidden",
      latest,
      { reasoning: { effort: "high", visible: true } },
      { thinking: { type: "adaptive", display: "summarized" }, output_config: { effort: "high" } },
      [],
    ],
    [
      "a budget is a share of the limit",
      old,
      { reasoning: { effort: "high" }, maxTokens: 10_000 },
      { thinking: { type: "enabled", budget_tokens: 6000 }, max_tokens: 10_000 },
      [],
    ],
    [
      "K04 the limit counts reasoning",
      old,
      { reasoning: { effort: "high" }, maxTokens: 1100 },
      { thinking: { type: "enabled", budget_tokens: 1024 }, max_tokens: 1100 },
      [],
    ],
    [
      "K04 too small for any",
      old,
      { reasoning: { effort: "high" }, maxTokens: 800 },
      { max_tokens: 800 },
      ["reasoning_dropped:reasoning_effort"],
    ],
    [
      "K04 the older limit is for visible text and is raised",
      old,
      { reasoning: { effort: "low" }, maxTokens: 4000, maxTokensCountsReasoning: false },
      { thinking: { type: "enabled", budget_tokens: 6400 }, max_tokens: 10_400 },
      [],
    ],
    [
      "a model that does not think",
      "claude-3-haiku-20240307",
      { reasoning: { effort: "low" } },
      {},
      ["reasoning_dropped:reasoning_effort"],
    ],
  ];
  for (const [name, model, more, fields, lost] of cases) {
    test(name, () => {
      const wanted = request(asked, more);
      const { thinking, output_config } = body(wanted, model);
      expect(body(wanted, model)).toMatchObject(fields);
      expect({ thinking, output_config }).toEqual({
        thinking: fields["thinking"],
        output_config: fields["output_config"],
      });
      expect(losses(wanted, model)).toEqual([...lost]);
    });
  }

  test("K01 thinking is off when the last tool call has none; none is made up", () => {
    const wanted = request([user("go"), assistant(call("a")), user(result("a", "1"))], {
      reasoning: { effort: "high" },
      tools: [tool("lookup")],
    });
    expect(body(wanted)).not.toHaveProperty("thinking");
    expect(losses(wanted)).toEqual(["reasoning_dropped:reasoning_effort"]);
    const signedTurns = [user("go"), assistant(signed, call("a")), user(result("a", "1"))];
    expect(body({ ...wanted, turns: signedTurns })).toMatchObject({
      thinking: { type: "enabled" },
      messages: [{}, { content: [{ type: "thinking" }, { type: "tool_use" }] }, {}],
    });
  });

  test("K02 without thinking the last assistant turn keeps none on models that would refuse it", () => {
    const turns = [user("a"), assistant(signed, "b"), user("c")];
    expect(messages(turns, old)).toEqual([
      { role: "user", content: "a" },
      { role: "assistant", content: "b" },
      { role: "user", content: "c" },
    ]);
    expect(messages(turns, latest)).toMatchObject([{}, { content: [{ type: "thinking" }, { text: "b" }] }, {}]);
  });
});

describe("R19 parameters", () => {
  const cases: readonly (readonly [string, string, Partial<Request>, JsonObject, readonly string[]])[] = [
    [
      "P02 dropped where the model takes none",
      latest,
      { sampling: { temperature: 0.7, topP: 0.5, topK: 3 } },
      {},
      ["dropped:temperature", "dropped:top_p", "dropped:top_k"],
    ],
    ["P02 the default is no loss", latest, { sampling: { temperature: 1, topP: 1 } }, {}, []],
    ["P03 clamped to 1", old, { sampling: { temperature: 1.6 } }, { temperature: 1 }, ["clamped:temperature"]],
    [
      "E10 all of them where the model takes them",
      old,
      { sampling: { temperature: 0.5, topP: 0.9, topK: 3 } },
      { temperature: 0.5, top_p: 0.9, top_k: 3 },
      [],
    ],
    [
      "one of two",
      "claude-sonnet-4-5-20250929",
      { sampling: { temperature: 0.5, topP: 0.9 } },
      { temperature: 0.5 },
      ["dropped:top_p"],
    ],
    [
      "none while thinking",
      old,
      { sampling: { temperature: 0.5 }, reasoning: { effort: "low" } },
      {},
      ["dropped:temperature"],
    ],
    [
      "OpenAI's knobs",
      old,
      { sampling: { seed: 1, presencePenalty: 1, frequencyPenalty: 0, logitBias: {}, logprobs: true } },
      {},
      ["dropped:presence_penalty", "dropped:seed", "dropped:logprobs"],
    ],
  ];
  for (const [name, model, more, fields, lost] of cases) {
    test(name, () => {
      const { temperature, top_p, top_k } = body(request(asked, more), model);
      expect(JSON.parse(JSON.stringify({ temperature, top_p, top_k }))).toEqual(fields);
      expect(losses(request(asked, more), model)).toEqual([...lost]);
    });
  }

  test("max_tokens is always sent, within what the model has", () => {
    expect(body(request(asked), latest)["max_tokens"]).toBe(32_000);
    expect(body(request(asked, { stream: true }), latest)["max_tokens"]).toBe(128_000);
    expect(body(request(asked), "claude-3-haiku-20240307")["max_tokens"]).toBe(4096);
    const large = request(asked, { maxTokens: 200_000 });
    expect(body(large)["max_tokens"]).toBe(64_000);
    expect(losses(large)).toEqual(["clamped:max_tokens"]);
    expect(rejected(request(asked, { maxTokens: 0 }))).toEqual({ code: "invalid_value", param: "max_tokens" });
  });

  test("P06 stop sequences without the blank ones", () => {
    const wanted = request(asked, { stop: ["END", " "] });
    expect(body(wanted)["stop_sequences"]).toEqual(["END"]);
    expect(losses(wanted)).toEqual(["dropped:stop"]);
  });

  test("P12 the user id is opaque", () => {
    const idOf = (userId: string) => JSON.stringify(body(request(asked, { userId }))["metadata"]);
    expect(idOf("user-42")).toBe('{"user_id":"user-42"}');
    expect(idOf("bob@x.org")).toMatch(/^\{"user_id":"[0-9a-f]{64}"\}$/);
    expect(idOf("+47 123 45 678")).toMatch(/^\{"user_id":"[0-9a-f]{64}"\}$/);
    expect(idOf("x".repeat(300))).toMatch(/^\{"user_id":"[0-9a-f]{64}"\}$/);
  });

  test("service tiers", () => {
    const tiers = (["auto", "default", "priority", "flex", "scale"] as const).map((serviceTier) => {
      const { body: sent, losses: lost } = encoded(request(asked, { serviceTier }));
      return [sent["service_tier"], lost.length];
    });
    expect(tiers).toEqual([
      ["auto", 0],
      ["standard_only", 0],
      ["auto", 0],
      ["standard_only", 1],
      ["auto", 0],
    ]);
  });

  test("R54 the upstream's model name and the stream flag are sent", () => {
    expect(body(request(asked, { stream: true }), latest)).toMatchObject({ model: latest, stream: true });
    expect(body(request(asked), latest)).not.toHaveProperty("stream");
  });

  test("models: the longer name wins, unknown Claudes are new, others on foreign hosts are old", () => {
    const samples = (model: string, vendor: boolean) => {
      const outcome = anthropicMessages.encodeRequest(
        request(asked, { sampling: { temperature: 0.5 } }),
        target(model, vendor),
      );
      return outcome.kind === "encoded" && "temperature" in outcome.body;
    };
    expect(samples("anthropic/claude-opus-4-5@20251101", false)).toBe(true);
    expect(samples("claude-opus-4-20250514", true)).toBe(true);
    expect(samples("claude-sonnet-5-5", true)).toBe(false);
    expect(samples("claude-quartz-9", false)).toBe(false);
    expect(samples("kimi-k3", false)).toBe(true);
  });
});
