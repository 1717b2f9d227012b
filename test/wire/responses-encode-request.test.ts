import { describe, expect, test } from "bun:test";
import type { Dialect } from "../../runtime/contract.ts";
import type { Block, JsonObject, Request, Tool, Turn } from "../../runtime/wire/canonical.ts";
import type { EncodedRequest } from "../../runtime/wire/codec.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { encodeRequest } from "../../runtime/wire/openai-responses/encode-request.ts";
import { assistant, call, request, result, system, text, user } from "../support/canonical.ts";
import { compatible, vendor } from "../support/translation.ts";

const hi = [user("q")];

function outcome(asked: Request, model = "gpt-5.4", dialect: Dialect = vendor) {
  return encodeRequest(normalise(asked).value, { model, dialect });
}

function encoded(asked: Request, model?: string, dialect?: Dialect): EncodedRequest {
  const sent = outcome(asked, model, dialect);
  if (sent.kind === "rejection") throw new Error(`${sent.code} ${sent.message}`);
  return sent;
}

const tokens = ({ losses }: EncodedRequest) => losses.map(({ code, field }) => `${code}:${field}`);
const inputOf = (turns: readonly Turn[], model?: string, dialect?: Dialect) =>
  encoded(request(turns), model, dialect).body["input"];
const inputText = (value: string, more: JsonObject = {}) => ({ type: "input_text", text: value, ...more });
const message = (role: string, ...content: readonly JsonObject[]) => ({ type: "message", role, content });
const said = (value: string) => message("assistant", { type: "output_text", text: value, annotations: [] });
const functionCall = (call_id: string, args = "{}", name = "lookup") => ({
  type: "function_call",
  call_id,
  name,
  arguments: args,
});
const output = (call_id: string, value: unknown) => ({ type: "function_call_output", call_id, output: value });

describe("instructions", () => {
  test("system text is instructions, and instructions on the way are items in their place", () => {
    const { body } = encoded(request([user("a"), system("now"), user("b")], { system: [text("one"), text("two")] }));
    expect(body["instructions"]).toBe("one\n\ntwo");
    expect<unknown>(body["input"]).toEqual([
      message("user", inputText("a")),
      message("developer", inputText("now")),
      message("user", inputText("b")),
    ]);
  });

  test("with marks of the prompt cache they are an item, where the model knows marks", () => {
    const marked = request(hi, { system: [text("one"), { kind: "text", text: "two", cache: { ttl: "long" } }] });
    const breakpoint = { prompt_cache_breakpoint: { mode: "explicit", ttl: "12h" } };
    const { body } = encoded(marked, "gpt-6");
    expect(body["instructions"]).toBeUndefined();
    expect<unknown>(body["input"]).toEqual([
      message("developer", inputText("one"), inputText("two", breakpoint)),
      message("user", inputText("q")),
    ]);
    expect(encoded(marked, "gpt-5.4").body["instructions"]).toBe("one\n\ntwo");
    expect(encoded(marked, "gpt-6", compatible).body["instructions"]).toBe("one\n\ntwo");
  });

  test("alone they are an item, as the API wants one", () => {
    const { body } = encoded(request([], { system: [text("say hi")] }));
    expect([body["instructions"], body["input"]]).toEqual([undefined, [message("developer", inputText("say hi"))]]);
  });

  test("the role of later ones is what the server knows", () => {
    const roles = (
      [compatible, vendor, { ...vendor, systemRole: "system" }, { ...compatible, systemRole: "developer" }] as const
    ).map((dialect) => inputOf([user("a"), system("b")], "m", dialect));
    expect<unknown>(roles).toEqual(
      ["system", "developer", "system", "developer"].map((role) => [
        message("user", inputText("a")),
        message(role, inputText("b")),
      ]),
    );
  });
});

describe("conversation", () => {
  test("R14 calls alone make no message, and results follow their calls", () => {
    expect<unknown>(inputOf([user("go"), assistant("", call("a")), user("more", result("a", "1"))])).toEqual([
      message("user", inputText("go")),
      functionCall("a"),
      output("a", "1"),
      message("user", inputText("more")),
    ]);
  });

  test("items keep the order of the blocks; texts that follow each other are one message", () => {
    const turns = [user("go"), assistant("a", "b", call("x"), "c", call("y"))];
    expect<unknown>(inputOf(turns)).toMatchObject([
      message("user", inputText("go")),
      { role: "assistant", content: [{ text: "a" }, { text: "b" }] },
      functionCall("x"),
      said("c"),
      functionCall("y"),
      output("x", expect.stringContaining("not executed")),
      output("y", expect.stringContaining("not executed")),
    ]);
  });

  test("a refusal is a part of its own, and an answer at the end is history", () => {
    const sent = encoded(request([user("a"), assistant({ kind: "refusal", text: "no" })]));
    expect<unknown>(sent.body["input"]).toEqual([
      message("user", inputText("a")),
      message("assistant", { type: "refusal", refusal: "no" }),
    ]);
    expect(tokens(sent)).toEqual(["prefill_as_history:messages"]);
  });

  test("each family of calls has its own items; servers without custom tools get functions", () => {
    const turns = [
      user("go"),
      assistant(call("a", "*** any", { tool: "custom", name: "patch" }), call("b", "", { name: "f" })),
      user(result("a", "1"), result("b", "2")),
    ];
    expect<unknown>(inputOf(turns)).toMatchObject([
      {},
      { type: "custom_tool_call", call_id: "a", name: "patch", input: "*** any" },
      functionCall("b", "{}", "f"),
      { type: "custom_tool_call_output", call_id: "a", output: "1" },
      output("b", "2"),
    ]);
    expect<unknown>(inputOf(turns, "m", { ...compatible, lacks: ["custom-tools"] })).toMatchObject([
      {},
      functionCall("a", '{"input":"*** any"}', "patch"),
      functionCall("b", "{}", "f"),
      output("a", "1"),
      output("b", "2"),
    ]);
  });

  test("outputs are text, or parts where there is more; errors are told in them", () => {
    const png: Block = { kind: "image", source: { kind: "base64", mediaType: "image/png", data: "iVBO" } };
    const picture = { type: "input_image", image_url: "data:image/png;base64,iVBO", detail: "auto" };
    const outputs = (...blocks: readonly Block[]) =>
      [false, true].map((isError) => {
        const turns = [user("go"), assistant(call("a")), user({ kind: "tool-result", callId: "a", blocks, isError })];
        const input: unknown = inputOf(turns);
        return Array.isArray(input) ? input[2].output : input;
      });
    expect<unknown>(outputs(text("x"), text("y"))).toEqual(["x\ny", '{"error":"x\\ny"}']);
    expect<unknown>(outputs(text("x"), png)).toEqual([
      [inputText("x"), picture],
      [inputText('{"error":"x"}'), picture],
    ]);
    expect<unknown>(outputs()).toEqual(["", '{"error":""}']);
  });

  test("T14 ids longer than 64 are shortened alike in call and result, and stay apart", () => {
    const long = (end: string) => `${"x".repeat(85)}${end}`;
    const input: unknown = inputOf([
      user("go"),
      assistant(call(long("1")), call(long("2")), call("call_ok")),
      user(result(long("1"), "1"), result(long("2"), "2"), result("call_ok", "3")),
    ]);
    const ids = Array.isArray(input) ? input.slice(1).map((item) => String(item.call_id)) : [];
    expect(ids.slice(0, 3)).toEqual(ids.slice(3));
    expect(new Set(ids).size).toBe(3);
    expect(ids.every((id) => /^[a-zA-Z0-9_-]{1,64}$/.test(id))).toBe(true);
    expect(ids[2]).toBe("call_ok");
  });

  test("pictures and files as the API has them; what it has not is rejected", () => {
    const document = (source: Extract<Block, { kind: "document" }>["source"], title?: string): Block => ({
      kind: "document",
      source,
      title,
    });
    const blocks: readonly (readonly [Block, JsonObject])[] = [
      [
        { kind: "image", source: { kind: "url", url: "https://a.example/x.png" }, detail: "high" },
        { type: "input_image", image_url: "https://a.example/x.png", detail: "high" },
      ],
      [
        { kind: "image", source: { kind: "file", from: "openai-responses", id: "file-1" } },
        { type: "input_image", file_id: "file-1", detail: "auto" },
      ],
      [
        document({ kind: "base64", mediaType: "application/pdf", data: "JVBE" }),
        { type: "input_file", filename: "document.pdf", file_data: "data:application/pdf;base64,JVBE" },
      ],
      [
        document({ kind: "url", url: "https://a.example/x.pdf" }),
        { type: "input_file", file_url: "https://a.example/x.pdf" },
      ],
      [
        document({ kind: "text", mediaType: "text/plain", text: "hé" }, "n.txt"),
        { type: "input_file", filename: "n.txt", file_data: "data:text/plain;base64,aMOp" },
      ],
    ];
    expect<unknown>(inputOf([user(...blocks.map(([block]) => block))])).toEqual([
      message("user", ...blocks.map(([, part]) => part)),
    ]);
    const rejected = (block: Block, dialect = vendor) => outcome(request([user(block)]), "gpt-5.4", dialect);
    const foreign = { kind: "file", from: "anthropic-messages", id: "file_1" } as const;
    const picture: Block = { kind: "image", source: { kind: "url", url: "https://a.example/x.png" } };
    expect(rejected({ kind: "image", source: foreign })).toMatchObject({ code: "file_id_foreign" });
    expect(rejected({ kind: "audio", data: "x", format: "wav" })).toMatchObject({ code: "unsupported_audio" });
    expect(rejected(picture, { ...compatible, lacks: ["images"] })).toMatchObject({ code: "image_unsupported" });
  });

  test("marks of the prompt cache stand on parts, and do not change the form of a result", () => {
    const cache = { ttl: "short" } as const;
    const marked: Turn[] = [
      user("go"),
      assistant(call("a")),
      user(result("a", "1", { cache, blocks: [{ kind: "text", text: "1", cache }] }), {
        kind: "text",
        text: "b",
        cache,
      }),
    ];
    expect<unknown>(inputOf(marked, "gpt-6")).toEqual([
      message("user", inputText("go")),
      functionCall("a"),
      output("a", "1"),
      message("user", inputText("b", { prompt_cache_breakpoint: { mode: "explicit" } })),
    ]);
  });

  test("what another vendor's tools left behind goes or is told as text", () => {
    const opaque = (type: string, json: JsonObject): Block => ({
      kind: "opaque",
      from: "anthropic-messages",
      type,
      json,
    });
    const sent = encoded(
      request([
        user("q"),
        assistant(
          opaque("compaction", { content: "We met." }),
          { kind: "web-search", id: "s", query: "x", sources: [], failed: false },
          opaque("code_execution_tool_result", {}),
          "a",
        ),
        user("r"),
      ]),
    );
    expect<unknown>(sent.body["input"]).toEqual([
      message("user", inputText("q")),
      message("user", inputText("Summary of earlier conversation: We met.")),
      said("a"),
      message("user", inputText("r")),
    ]);
    expect(tokens(sent)).toEqual([
      "compaction_as_text:messages",
      "dropped:web_search_call",
      "dropped:code_execution_tool_result",
    ]);
  });
});

describe("reasoning", () => {
  const own = (data: string, value = ""): Block => ({
    kind: "thinking",
    text: value,
    signature: { from: "openai-responses", data },
  });
  const item = (data: string, ...summary: readonly string[]) => ({
    type: "reasoning",
    summary: summary.map((each) => ({ type: "summary_text", text: each })),
    encrypted_content: data,
  });

  test("the API's own stands directly before the item it led to", () => {
    const redacted: Block = { kind: "redacted-thinking", data: { from: "openai-responses", data: "B" } };
    const turns = [user("q"), assistant(own("A", "hm"), call("a"), redacted, "done"), user("r")];
    expect<unknown>(inputOf(turns)).toEqual([
      message("user", inputText("q")),
      item("A", "hm"),
      functionCall("a"),
      item("B"),
      said("done"),
      output("a", expect.any(String)),
      message("user", inputText("r")),
    ]);
  });

  test("another vendor's is dropped and told, reasoning without state is dropped", () => {
    const signed: Block = { kind: "thinking", text: "hm", signature: { from: "anthropic-messages", data: "S" } };
    const sent = encoded(request([user("q"), assistant(signed, { kind: "thinking", text: "ha" }, "a"), user("r")]));
    expect<unknown>(sent.body["input"]).toEqual([
      message("user", inputText("q")),
      said("a"),
      message("user", inputText("r")),
    ]);
    expect(tokens(sent)).toEqual(["reasoning_dropped:messages"]);
  });

  test("K13 it goes with the item that it led to", () => {
    const search: Block = { kind: "web-search", id: "s", query: "x", sources: [], failed: false };
    const sent = encoded(request([user("q"), assistant(own("A"), search, "a", own("B"), own("C")), user("r")]));
    expect<unknown>(sent.body["input"]).toEqual([
      message("user", inputText("q")),
      said("a"),
      message("user", inputText("r")),
    ]);
    expect(tokens(sent)).toEqual(["dropped:web_search_call", "reasoning_dropped:messages"]);
  });

  test("K14 its state is always asked for, and nothing is kept", () => {
    for (const reasoning of [{}, { effort: "high" } as const]) {
      expect(encoded(request(hi, { reasoning })).body).toMatchObject({
        include: ["reasoning.encrypted_content"],
        store: false,
      });
    }
    // Models that do not reason refuse to be asked.
    expect(encoded(request(hi), "gpt-4.1").body).toMatchObject({ store: false });
    expect(encoded(request(hi), "gpt-4.1").body["include"]).toBeUndefined();
  });

  const rows: readonly (readonly [string, string, Request["reasoning"], unknown, readonly string[]])[] = [
    ["nothing is left to the model", "gpt-5.4", {}, undefined, []],
    ["an effort by its name", "gpt-5.4", { effort: "low" }, { effort: "low" }, []],
    ["the strongest where the model has it", "gpt-5.6", { effort: "max" }, { effort: "max" }, []],
    ["else the next weaker", "gpt-5.4", { effort: "max" }, { effort: "xhigh" }, ["clamped:effort"]],
    ["none where it is none", "gpt-5.4", { mode: "disabled" }, { effort: "none" }, []],
    ["a budget, seen", "gpt-5.4", { mode: "enabled", budgetTokens: 10_000 }, { effort: "high", summary: "auto" }, []],
    [
      "a budget, not seen",
      "gpt-5.4",
      { mode: "enabled", budgetTokens: 10_000, visible: false },
      { effort: "high" },
      [],
    ],
    ["a summary that is asked for", "gpt-5.4", { visible: true }, { summary: "auto" }, []],
    ["models that do not reason", "gpt-4.1", { effort: "high" }, undefined, ["dropped:effort"]],
  ];
  for (const [title, model, reasoning, wanted, losses] of rows) {
    test(title, () => {
      const sent = encoded(request(hi, { reasoning }), model);
      expect<unknown>(sent.body["reasoning"]).toEqual(wanted);
      expect(tokens(sent)).toEqual([...losses]);
    });
  }

  test("a server whose dialect knows efforts is asked, whatever its model is called", () => {
    const dialect: Dialect = { ...compatible, effortField: "reasoning" };
    expect<unknown>(encoded(request(hi, { reasoning: { effort: "minimal" } }), "my-model", dialect).body).toMatchObject(
      {
        reasoning: { effort: "minimal" },
      },
    );
    const silent: Dialect = { ...vendor, effortField: "none" };
    expect(encoded(request(hi, { reasoning: { effort: "low" } }), "gpt-5", silent).body["reasoning"]).toBeUndefined();
  });
});

describe("tools", () => {
  const closed = {
    type: "object",
    properties: { a: { type: "string" } },
    required: ["a"],
    additionalProperties: false,
  };
  const open = { type: "object", properties: { a: { type: "string" } } };
  const fn = (name: string, more: Partial<Extract<Tool, { kind: "function" }>> = {}): Tool => ({
    kind: "function",
    name,
    schema: open,
    ...more,
  });
  const withTools = (tools: readonly Tool[], more: Partial<Request> = {}) => request(hi, { tools, ...more });

  test("T19 strictness is always said, and only where the schema can be", () => {
    const sent = encoded(
      withTools([
        fn("a", { description: "A" }),
        fn("b", { schema: closed, strict: true }),
        fn("c", { strict: true }),
        fn("d", { schema: undefined, strict: false }),
      ]),
    );
    expect<unknown>(sent.body["tools"]).toEqual([
      { type: "function", name: "a", description: "A", parameters: open, strict: false },
      { type: "function", name: "b", parameters: closed, strict: true },
      { type: "function", name: "c", parameters: open, strict: false },
      { type: "function", name: "d", parameters: { type: "object", properties: {} }, strict: false },
    ]);
    expect(tokens(sent)).toEqual(["dropped:strict"]);
  });

  test("T22 the root of a schema is an object, and a union there is told", () => {
    const union = { anyOf: [open, { type: "object", properties: { b: {} } }] };
    const sent = encoded(withTools([fn("a", { schema: union }), fn("b", { schema: { properties: {} } })]));
    expect<unknown>(sent.body["tools"]).toMatchObject([
      { parameters: { type: "object", properties: { a: {}, b: {} } } },
      { parameters: { type: "object", properties: {} } },
    ]);
    expect(tokens(sent)).toEqual(["schema_relaxed:tools"]);
  });

  test("T11 N13 long names are shortened alike everywhere and known again in the answer", () => {
    const name = "n".repeat(90);
    const turns = [user("q"), assistant(call("a", "{}", { name })), user(result("a", "1"))];
    const sent = encoded(request(turns, { tools: [fn(name)], toolChoice: { kind: "named", name } }));
    const [short = ""] = sent.answer.toolNames.keys();
    expect(short).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect([...sent.answer.toolNames]).toEqual([[short, name]]);
    expect(sent.body).toMatchObject({
      input: [{}, { name: short }, {}],
      tools: [{ name: short }],
      tool_choice: { type: "function", name: short },
    });
  });

  test("custom tools keep their grammar; servers without them get functions that are taken apart again", () => {
    const tools: readonly Tool[] = [
      { kind: "custom", name: "p", description: "P", grammar: { syntax: "lark", definition: "start: A" } },
      { kind: "custom", name: "t" },
    ];
    const asked = withTools(tools, { toolChoice: { kind: "named", name: "p" } });
    const sent = encoded(asked);
    expect<unknown>(sent.body["tools"]).toEqual([
      {
        type: "custom",
        name: "p",
        description: "P",
        format: { type: "grammar", syntax: "lark", definition: "start: A" },
      },
      { type: "custom", name: "t" },
    ]);
    expect<unknown>(sent.body["tool_choice"]).toEqual({ type: "custom", name: "p" });
    expect(sent.answer.customTools.size).toBe(0);
    const wrapped = encoded(asked, "m", { ...compatible, lacks: ["custom-tools"] });
    expect<unknown>(wrapped.body).toMatchObject({
      tools: [
        { type: "function", name: "p", parameters: { required: ["input"] } },
        { type: "function", name: "t" },
      ],
      tool_choice: { type: "function", name: "p" },
    });
    expect([...wrapped.answer.customTools]).toEqual(["p", "t"]);
    expect(tokens(wrapped)).toEqual(["grammar_not_enforced:tools"]);
  });

  test("T04 T05 without tools nothing is said about them", () => {
    const { body } = encoded(withTools([], { toolChoice: { kind: "auto" }, parallelToolCalls: false }));
    for (const member of ["tools", "tool_choice", "parallel_tool_calls", "max_tool_calls"]) {
      expect(body).not.toHaveProperty(member);
    }
  });

  test("a search of the web", () => {
    const search: Tool = {
      kind: "web-search",
      name: "search_it",
      allowedDomains: ["a.example"],
      blockedDomains: ["b.example"],
      userLocation: { city: "Bern" },
      contextSize: "low",
      maxUses: 2,
    };
    const sent = encoded(withTools([search], { toolChoice: { kind: "named", name: "search_it" } }));
    expect<unknown>(sent.body).toMatchObject({
      tools: [
        {
          type: "web_search",
          filters: { allowed_domains: ["a.example"] },
          user_location: { type: "approximate", city: "Bern" },
          search_context_size: "low",
        },
      ],
      tool_choice: "required",
      max_tool_calls: 2,
      include: ["reasoning.encrypted_content", "web_search_call.action.sources"],
    });
    expect(tokens(sent)).toEqual(["dropped:blocked_domains"]);
  });

  const choices: readonly (readonly [NonNullable<Request["toolChoice"]>, unknown])[] = [
    [{ kind: "auto" }, "auto"],
    [{ kind: "none" }, "none"],
    [{ kind: "required" }, "required"],
    [
      { kind: "named", name: "a" },
      { type: "function", name: "a" },
    ],
    [
      { kind: "allowed", mode: "required", names: ["a", "s"] },
      { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "a" }, { type: "web_search" }] },
    ],
  ];
  for (const [toolChoice, wanted] of choices) {
    test(`the choice ${JSON.stringify(toolChoice)}`, () => {
      const tools = [fn("a"), fn("b"), { kind: "web-search", name: "s" } as const];
      const { body } = encoded(withTools(tools, { toolChoice, parallelToolCalls: false }));
      expect<unknown>(body["tool_choice"]).toEqual(wanted);
      expect(body["parallel_tool_calls"]).toBe(false);
    });
  }

  test("what a server lacks is not asked of it", () => {
    const tools = [fn("a"), fn("b")];
    const allowed = { kind: "allowed", mode: "required", names: ["a"] } as const;
    const few = encoded(withTools(tools, { toolChoice: allowed }), "m", compatible);
    expect<unknown>(few.body).toMatchObject({ tools: [{ name: "a" }], tool_choice: "required" });
    const lacks: Dialect = { ...compatible, lacks: ["forced-tool", "parallel-tools"] };
    const mild = encoded(withTools(tools, { toolChoice: { kind: "required" }, parallelToolCalls: false }), "m", lacks);
    expect<unknown>(mild.body["tool_choice"]).toBe("auto");
    expect(mild.body).not.toHaveProperty("parallel_tool_calls");
    expect(tokens(mild)).toEqual(["downgraded:tool_choice", "dropped:parallel_tool_calls"]);
    expect(outcome(withTools(tools), "m", { ...compatible, lacks: ["tools"] })).toMatchObject({
      code: "tools_unsupported",
    });
  });

  test("Anthropic's client tools become functions, its tool search goes, what runs there is rejected", () => {
    const hosted = (type: string, name: string): Tool => ({
      kind: "hosted",
      from: "anthropic-messages",
      type,
      name,
      json: { type, name },
    });
    const sent = encoded(withTools([hosted("bash_20250124", "bash"), hosted("tool_search_tool_bm25", "s")]));
    expect<unknown>(sent.body["tools"]).toMatchObject([{ type: "function", name: "bash", strict: false }]);
    expect(tokens(sent)).toEqual(["tool_as_function:bash_20250124", "dropped:tool_search_tool_bm25"]);
    const rejection = outcome(withTools([hosted("code_execution_20260521", "code_execution")]));
    expect(rejection).toMatchObject({ kind: "rejection", code: "tool_type_unsupported", param: "tools" });
  });
});

describe("parameters", () => {
  const schema = { type: "object", properties: {}, additionalProperties: false };
  const rows: readonly (readonly [string, Partial<Request>, JsonObject, readonly string[]])[] = [
    ["a limit", { maxTokens: 500 }, { max_output_tokens: 500 }, []],
    ["a limit below the API's own", { maxTokens: 5 }, { max_output_tokens: 16 }, ["clamped:max_tokens"]],
    [
      "a prompt that is only to be kept",
      { maxTokens: 0, prewarm: true },
      { prompt_cache_options: { prewarm: true } },
      [],
    ],
    ["a stream", { stream: true }, { stream: true }, []],
    [
      "a form, strict where nothing is said and it can be",
      { format: { kind: "json-schema", name: "a name", schema, strict: undefined }, verbosity: "low" },
      {
        text: {
          format: { type: "json_schema", name: expect.stringMatching(/^a_name_/), schema, strict: true },
          verbosity: "low",
        },
      },
      [],
    ],
    [
      "any JSON, of which the prompt has to speak",
      { format: { kind: "json-object" } },
      { text: { format: { type: "json_object" } }, instructions: expect.stringContaining("JSON") },
      [],
    ],
    [
      "and does",
      { format: { kind: "json-object" }, system: [text("Use json.")] },
      { text: { format: { type: "json_object" } }, instructions: "Use json." },
      [],
    ],
    ["text", { format: { kind: "text" } }, {}, []],
    ["a tier", { serviceTier: "flex" }, { service_tier: "flex" }, []],
    ["no tier", { serviceTier: "auto" }, {}, []],
    ["who asks", { userId: "u", promptCacheKey: "k" }, { safety_identifier: "u", prompt_cache_key: "k" }, []],
    [
      "who asks, at length",
      { userId: "u".repeat(200) },
      { safety_identifier: expect.stringMatching(/^[0-9a-f]{64}$/) },
      [],
    ],
    ["sampling that changes nothing", { sampling: { temperature: 1, topP: 1, frequencyPenalty: 0 } }, {}, []],
    [
      "sampling that a reasoning model refuses",
      {
        sampling: { temperature: 0.2, topP: 0.5, topK: 4, seed: 1, presencePenalty: 1, logitBias: {}, logprobs: true },
      },
      {},
      ["top_k", "presence_penalty", "seed", "logit_bias", "logprobs", "temperature", "top_p"].map(
        (f) => `dropped:${f}`,
      ),
    ],
    [
      "sampling of one that does not reason now",
      { sampling: { temperature: 0.2, logprobs: true, topLogprobs: 3 }, reasoning: { effort: "none" } },
      {
        temperature: 0.2,
        top_logprobs: 3,
        include: ["reasoning.encrypted_content", "message.output_text.logprobs"],
        reasoning: { effort: "none" },
      },
      [],
    ],
  ];
  for (const [title, more, wanted, losses] of rows) {
    test(title, () => {
      const sent = encoded(request(hi, more));
      const { model, input, include, store, ...body } = sent.body;
      const { include: included = ["reasoning.encrypted_content"], ...rest } = wanted;
      expect<unknown>([model, store, include]).toEqual(["gpt-5.4", false, included]);
      expect<unknown>(body).toEqual(rest);
      expect(tokens(sent)).toEqual([...losses]);
      expect<unknown>(input).toEqual([message("user", inputText("q"))]);
    });
  }

  test("stop sequences are left to the gateway", () => {
    const sent = encoded(request(hi, { stop: ["X"] }));
    expect(sent.answer.localStop).toEqual(["X"]);
    expect(sent.body).not.toHaveProperty("stop");
    expect(encoded(request(hi)).answer.localStop).toBeUndefined();
  });

  test("no answer at all cannot be asked for", () => {
    expect(outcome(request(hi, { maxTokens: 0 }))).toMatchObject({
      code: "max_tokens_unsupported",
      param: "max_tokens",
    });
  });

  test("compatible servers get the fields that all know, and what they lack in words", () => {
    const format = { kind: "json-schema", name: "n", schema, strict: true } as const;
    const sent = encoded(
      request(hi, {
        format,
        userId: "u",
        promptCacheKey: "k",
        serviceTier: "priority",
        sampling: { temperature: 0.5 },
      }),
      "my-model",
      { ...compatible, lacks: ["json-schema", "sampling"] },
    );
    expect<unknown>(sent.body).toEqual({
      model: "my-model",
      instructions: expect.stringContaining(JSON.stringify(schema)),
      input: [message("user", inputText("q"))],
      text: { format: { type: "json_object" } },
      user: "u",
      store: false,
    });
    expect(tokens(sent)).toEqual(["not_enforced:response_format", "dropped:temperature", "dropped:service_tier"]);
  });
});

describe("the same history always gives the same bytes", () => {
  const grown: readonly Turn[] = [
    user("a", { kind: "image", source: { kind: "url", url: "https://a.example/x.png" } }),
    assistant(
      { kind: "thinking", text: "hm", signature: { from: "openai-responses", data: "E" } },
      "b",
      call("x".repeat(80), '{ "b": 1 }', { name: "n".repeat(80) }),
      call("y", "raw", { tool: "custom" }),
    ),
    user(result("x".repeat(80), "1"), result("y", "2", { isError: true }), "go on"),
    system("note"),
    assistant("c"),
    user("d"),
  ];

  test("K16 twice the same", () => {
    const bytes = () => JSON.stringify(encoded(request(grown, { system: [text("S")] })).body);
    expect(bytes()).toBe(bytes());
  });

  test("K16 what a conversation is appended to stays as it was", () => {
    const items = (count: number) => {
      const input: unknown = inputOf(grown.slice(0, count), "gpt-6");
      return Array.isArray(input) ? input.map((item) => JSON.stringify(item)) : [];
    };
    const all = items(grown.length);
    for (const count of [1, 4, 5]) expect(all.slice(0, items(count).length)).toEqual(items(count));
    expect(all.length).toBe(11);
  });
});
