import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Block, Json, JsonObject, Reasoning, Request, Tool, Turn } from "../../runtime/wire/canonical.ts";
import type { EncodedRequest } from "../../runtime/wire/codec.ts";
import { gemini } from "../../runtime/wire/gemini/codec.ts";
import { arrayOf, isObject, objectOf } from "../../runtime/wire/json.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { assistant, call, request, result, system, target, text, user } from "../support/canonical.ts";

/** Functions beside other tools, media in responses, levels, signatures. */
const flash = "gemini-3.5-flash";
/** The same, and no level below LOW. */
const pro = "gemini-3.1-pro-preview";
/** Neither; budgets. */
const older = "gemini-2.5-flash";
const olderPro = "gemini-2.5-pro";

function encode(wanted: Request, model: string, vendor = true) {
  return gemini.encodeRequest(normalise(wanted).value, target(model, vendor));
}

function encoded(wanted: Request, model = flash): EncodedRequest {
  const outcome = encode(wanted, model);
  if (outcome.kind === "rejection") throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome;
}

function body(more: Partial<Request>, model = flash): JsonObject {
  return encoded(request([user("go")], more), model).body;
}

function losses(more: Partial<Request>, model = flash): readonly string[] {
  return encoded(request([user("go")], more), model).losses.map((loss) => `${loss.code}:${loss.field}`);
}

function contents(turns: readonly Turn[], model = flash): Json | undefined {
  return encoded(request(turns), model).body["contents"];
}

function turnLosses(turns: readonly Turn[], model = flash): readonly string[] {
  return encoded(request(turns), model).losses.map((loss) => `${loss.code}:${loss.field}`);
}

function rejected(wanted: Request, model = flash): string {
  const outcome = encode(wanted, model);
  return outcome.kind === "rejection" ? outcome.code : outcome.kind;
}

const said = (role: "user" | "model", ...parts: readonly JsonObject[]) => ({ role, parts });
const go = said("user", { text: "go" });
const png: Extract<Block, { kind: "image" }> = {
  kind: "image",
  source: { kind: "base64", mediaType: "image/png", data: "iVBO" },
};
const inlinePng = { inlineData: { mimeType: "image/png", data: "iVBO" } };
const fn = (name: string, more: Partial<Extract<Tool, { kind: "function" }>> = {}): Tool => ({
  ...{ kind: "function", name, schema: { type: "object", properties: { a: { type: "string" } } } },
  ...more,
});
const search: Tool = { kind: "web-search", name: "web_search" };

describe("R206 contents", () => {
  const two = [user("go"), assistant("", call("c1", "{}", { name: "w" }), call("c2", "{}", { name: "w" }))];
  const called = (name: string, response: JsonObject) => ({ functionResponse: { name, response } });

  test("wR05 all responses of one answer are one content, in the order of the calls", () => {
    const turns = [...two, user(result("c2", "2")), user(result("c1", "1"))];
    expect(contents(turns, older)).toEqual([
      go,
      said("model", { functionCall: { name: "w", args: {} } }, { functionCall: { name: "w", args: {} } }),
      said("user", called("w", { output: "1" }), called("w", { output: "2" })),
    ]);
  });

  test("wR07 before Gemini 3 media of responses, and what the user said, follow in a content of their own", () => {
    const turns = [...two, user(result("c1", "", { blocks: [text("ok"), png] }), result("c2", "x"), "and?")];
    expect(contents(turns, older)).toMatchObject([
      go,
      { role: "model" },
      said("user", called("w", { output: "ok" }), called("w", { output: "x" })),
      said("user", inlinePng, { text: "and?" }),
    ]);
    expect(turnLosses(turns, older)).toEqual(["tool_media_moved:messages"]);
  });

  test("wR08 from Gemini 3 on they are parts of the response", () => {
    const turns = [
      ...two,
      user(result("c1", "", { blocks: [text("ok"), { ...png, detail: "high" }] }), result("c2", "x"), "and?"),
    ];
    expect(contents(turns)).toMatchObject([
      go,
      { role: "model" },
      said(
        "user",
        { functionResponse: { id: "c1", name: "w", response: { output: "ok" }, parts: [inlinePng] } },
        { functionResponse: { id: "c2", name: "w", response: { output: "x" } } },
        { text: "and?" },
      ),
    ]);
    expect(turnLosses(turns)).toEqual([]);
  });

  test("wR17 empty text is no part, and a turn of nothing else no content", () => {
    expect(contents([user("", png), assistant(""), user("b")])).toEqual([said("user", inlinePng, { text: "b" })]);
  });

  test("R22 later instructions stay in their place, and what stands at the start stays as it is", () => {
    const turns = [...two, system("note"), user(result("c1", "1"), result("c2", "2"))];
    const more = { system: [text("S"), text("T")] };
    const [first, second] = [turns.toSpliced(2, 1), turns].map((list) => encoded(request(list, more)));
    expect(second?.body["systemInstruction"]).toEqual({ parts: [{ text: "S" }, { text: "T" }] });
    expect(second?.body["systemInstruction"]).toEqual(first?.body["systemInstruction"] ?? null);
    expect(contents(turns, older)).toMatchObject([
      go,
      { role: "model" },
      { parts: [called("w", { output: "1" }), called("w", { output: "2" })] },
      said("user", { text: "<system-reminder>\nnote\n</system-reminder>" }),
    ]);
    expect(turnLosses(turns)).toEqual(["system_moved:messages"]);
  });

  test("T25 a result is a string, whatever JSON is in it; an error has a name of its own; none is empty", () => {
    const results = [result("c1", '{"$ref":"#/x"}'), result("c2", "no", { isError: true })];
    expect(contents([...two, user(...results)], older)).toMatchObject([
      go,
      {},
      { parts: [called("w", { output: '{"$ref":"#/x"}' }), called("w", { error: "no" })] },
    ]);
    expect(
      contents([...two, user(result("c1", ""), result("c2", "a", { blocks: [text("a"), text("b")] }))], older),
    ).toMatchObject([go, {}, { parts: [called("w", { output: "" }), called("w", { output: "a\nb" })] }]);
  });

  test("R26 a call that nobody answered gets an error, a result of no call goes", () => {
    const turns = [...two, user(result("c1", "1"), result("zz", "?"), "next")];
    expect(contents(turns, older)).toMatchObject([
      go,
      {},
      { parts: [called("w", { output: "1" }), called("w", { error: "Tool call was not executed." })] },
      said("user", { text: "next" }),
    ]);
  });

  test("R23 what only the system says is said by the user; an answer first gets a start", () => {
    const only = encoded(request([], { system: [text("Say hi")] })).body;
    expect(only).toEqual({ contents: [said("user", { text: "Say hi" })] });
    expect(contents([assistant("Hello!"), user("go")])).toEqual([
      said("user", { text: "[conversation start]" }),
      said("model", { text: "Hello!" }),
      go,
    ]);
    expect(rejected(request([]))).toBe("messages_empty");
  });

  test("Gemma is told its instructions by the user", () => {
    const { body: sent } = encoded(request([user("go")], { system: [text("S")] }), "gemma-3-27b-it");
    expect(sent).toEqual({ contents: [said("user", { text: "S" }, { text: "go" })] });
  });

  test("R25 an answer that stands last stays, as history", () => {
    expect(contents([user("go"), assistant("{")])).toEqual([go, said("model", { text: "{" })]);
    expect(turnLosses([user("go"), assistant("{")])).toEqual(["prefill_as_history:messages"]);
  });

  const args: readonly (readonly [string, JsonObject, readonly string[]])[] = [
    ["", {}, []],
    ['{"a":1}', { a: 1 }, []],
    ["[1,2]", { _raw: "[1,2]" }, ["arguments_wrapped:messages"]],
    ['{"a":', { _raw: '{"a":' }, ["arguments_wrapped:messages"]],
  ];
  test.each([...args])("T01 T02 arguments %p are an object", (argumentsText, expected, lost) => {
    const turns = [user("go"), assistant(call("c1", argumentsText)), user(result("c1", "1"))];
    expect(contents(turns, older)).toMatchObject([go, { parts: [{ functionCall: { args: expected } }] }, {}]);
    expect(turnLosses(turns, older)).toEqual([...lost]);
  });
});

describe("R206 signatures", () => {
  const own = { from: "gemini", data: "c2ln" } as const;
  const foreign = { from: "anthropic-messages", data: "Er+A" } as const;
  const answer = (...blocks: readonly Block[]): Json => {
    const results = blocks.flatMap((block) => (block.kind === "tool-call" ? [result(block.id, "1")] : []));
    const asked = request([user("go"), assistant(...blocks), user(...results, "next")]);
    const [, sent] = arrayOf(encoded(asked).body["contents"]).filter(isObject);
    return sent?.["parts"] ?? null;
  };
  const functionCall = (id: string) => ({ functionCall: { id, name: "lookup", args: {} } });

  test("K10 calls that nobody signed: the first gets Google's stand-in", () => {
    expect(answer(call("a"), call("b"))).toEqual([
      { ...functionCall("a"), thoughtSignature: "skip_thought_signature_validator" },
      functionCall("b"),
    ]);
    expect(answer(call("a", "{}", { signature: foreign }))).toEqual([
      { ...functionCall("a"), thoughtSignature: "skip_thought_signature_validator" },
    ]);
  });

  test("K10 each answer is looked at by itself, and older models need none", () => {
    const turns = [
      user("go"),
      assistant(call("a", "{}", { signature: own })),
      user(result("a", "1")),
      assistant(call("b")),
      user(result("b", "2")),
    ];
    const stand = { thoughtSignature: "skip_thought_signature_validator" };
    expect(contents(turns)).toMatchObject([go, {}, {}, { parts: [stand] }, {}]);
    expect(JSON.stringify(contents(turns, older))).not.toContain("skip_thought");
  });

  test("K11 a signature stands on the call that it signs", () => {
    expect(answer(call("a", "{}", { signature: own }), call("b"))).toEqual([
      { ...functionCall("a"), thoughtSignature: "c2ln" },
      functionCall("b"),
    ]);
  });

  test("K17 signed text and thoughts keep their parts; unsigned thoughts are not sent, other vendors' are lost", () => {
    const blocks: readonly Block[] = [
      { kind: "thinking", text: "hm", signature: own },
      { kind: "thinking", text: "hidden" },
      { kind: "text", text: "a", signature: own },
      { kind: "text", text: "", signature: own },
      { kind: "redacted-thinking", data: own },
    ];
    const sent = [
      { text: "hm", thought: true, thoughtSignature: "c2ln" },
      { text: "a", thoughtSignature: "c2ln" },
      { text: "", thoughtSignature: "c2ln" },
      { text: "", thought: true, thoughtSignature: "c2ln" },
    ];
    expect(answer(...blocks)).toEqual(sent);
    expect(turnLosses([user("go"), assistant(...blocks), user("?")])).toEqual([]);
    const foreigner = assistant({ kind: "thinking", text: "hm", signature: foreign }, "a");
    expect(turnLosses([user("go"), foreigner, user("?")])).toEqual(["reasoning_dropped:messages"]);
  });
});

describe("R206 media", () => {
  const url = (kind: "image" | "document" | "video", value: string): Block => ({
    kind,
    source: { kind: "url", url: value },
  });
  const rows: readonly (readonly [string, Block, JsonObject, string])[] = [
    ["base64", png, inlinePng, older],
    [
      "detail",
      { ...png, detail: "original" },
      { ...inlinePng, mediaResolution: { level: "MEDIA_RESOLUTION_ULTRA_HIGH" } },
      flash,
    ],
    ["detail before Gemini 3", { ...png, detail: "high" }, inlinePng, older],
    ["detail of the API's choice", { ...png, detail: "auto" }, inlinePng, flash],
    [
      "a public URL",
      url("image", "https://x.org/a.png"),
      { fileData: { mimeType: "image/png", fileUri: "https://x.org/a.png" } },
      flash,
    ],
    [
      "a video on YouTube",
      url("video", "https://youtu.be/abc"),
      { fileData: { fileUri: "https://youtu.be/abc" } },
      older,
    ],
    [
      "a file of Google's",
      { kind: "document", source: { kind: "file", from: "gemini", id: "gs://b/a.pdf" } },
      { fileData: { mimeType: "application/pdf", fileUri: "gs://b/a.pdf" } },
      older,
    ],
    [
      "a text file",
      { kind: "document", source: { kind: "text", mediaType: "text/plain", text: "é" } },
      { inlineData: { mimeType: "text/plain", data: "w6k=" } },
      older,
    ],
    [
      "sound",
      { kind: "audio", data: "SUQz", format: "mp3" },
      { inlineData: { mimeType: "audio/mp3", data: "SUQz" } },
      older,
    ],
  ];
  test.each([...rows])("%s", (_title, block, part, model) => {
    expect(contents([user(block)], model)).toEqual([said("user", part)]);
  });

  test("P15 another provider's file, and a URL that nobody fetched", () => {
    const file: Block = { kind: "document", source: { kind: "file", from: "openai-chat", id: "file-1" } };
    expect(rejected(request([user(file)]))).toBe("file_id_foreign");
    expect(rejected(request([user(url("image", "https://x.org/a.png"))]), older)).toBe("media_url_unsupported");
  });

  const urls: readonly (readonly ["image" | "document" | "video", string, string, boolean])[] = [
    ["image", "https://x.org/a.png?x=1", flash, true],
    ["image", "https://x.org/a.png", older, false],
    ["image", "http://x.org/a.png", flash, false],
    ["image", "https://x.org/a", flash, false],
    ["document", "https://generativelanguage.googleapis.com/v1beta/files/abc", older, true],
    ["image", "gs://bucket/a", older, true],
    ["video", "https://www.youtube.com/watch?v=abc", older, true],
    ["image", "https://www.youtube.com/watch?v=abc", older, false],
    ["video", "https://youtube.com.x.org/watch?v=abc", older, false],
  ];
  test.each([...urls])("takesUrl %s %s %s", (media, value, model, taken) => {
    expect(gemini.takesUrl(media, value, target(model))).toBe(taken);
  });
});

describe("R206 tools", () => {
  const calling = (more: Partial<Request>, model = flash) => {
    const { tools, toolConfig } = body({ tools: [fn("a"), fn("b")], ...more }, model);
    return { config: toolConfig, tools };
  };
  const config = (functionCallingConfig: JsonObject) => ({ functionCallingConfig });

  test("one list of declarations; an empty schema is none; names are Google's", () => {
    const tools: readonly Tool[] = [
      fn("get", { description: "d" }),
      fn("none", { schema: { type: "object", properties: {} } }),
      fn("none"),
      fn("mcp/a@b c"),
      fn("1st"),
      { kind: "custom", name: "patch", grammar: "start: a" },
    ];
    const outcome = encoded(
      request([user("go"), assistant(call("x", "{}", { name: "mcp/a@b c" })), user(result("x", "1"))], { tools }),
    );
    const names = [
      "get",
      "none",
      expect.stringMatching(/^mcp_a_b_c_[0-9a-f]{12}$/),
      expect.stringMatching(/^_1st_[0-9a-f]{12}$/),
      "patch",
    ];
    const [entry] = arrayOf(outcome.body["tools"]).filter(isObject);
    const declarations = arrayOf(entry?.["functionDeclarations"]).filter(isObject);
    expect(declarations.map((each) => each["name"])).toEqual(names);
    expect(declarations.slice(0, 2)).toEqual([
      {
        name: "get",
        description: "d",
        parametersJsonSchema: { type: "object", properties: { a: { type: "string" } } },
      },
      { name: "none", description: "" },
    ]);
    expect(outcome.losses.map(({ code }) => code)).toEqual(["duplicate_tool", "grammar_not_enforced"]);
    expect([...outcome.answer.toolNames.values()]).toEqual(["mcp/a@b c", "1st"]);
    expect([...outcome.answer.customTools]).toEqual(["patch"]);
    expect(outcome.body["contents"]).toMatchObject([
      {},
      { parts: [{ functionCall: { name: names[2] } }] },
      { parts: [{ functionResponse: { name: names[2] } }] },
    ]);
  });

  const choices: readonly (readonly [Request["toolChoice"], Json | undefined])[] = [
    [undefined, undefined],
    [{ kind: "auto" }, config({ mode: "AUTO" })],
    [{ kind: "none" }, config({ mode: "NONE" })],
    [{ kind: "required" }, config({ mode: "ANY" })],
    [{ kind: "named", name: "b" }, config({ mode: "ANY", allowedFunctionNames: ["b"] })],
    [
      { kind: "allowed", mode: "required", names: ["a", "b"] },
      config({ mode: "ANY", allowedFunctionNames: ["a", "b"] }),
    ],
    [{ kind: "allowed", mode: "auto", names: ["a"] }, config({ mode: "VALIDATED", allowedFunctionNames: ["a"] })],
  ];
  test.each([...choices])("a choice of %j", (toolChoice, expected) => {
    expect(calling({ toolChoice }).config).toEqual(expected);
  });

  test("strict tools are validated where the choice is free", () => {
    const tools = [fn("a", { strict: true }), fn("b")];
    expect(calling({ tools }).config).toEqual(config({ mode: "VALIDATED" }));
    expect(calling({ tools, toolChoice: { kind: "auto" } }).config).toEqual(config({ mode: "VALIDATED" }));
    expect(calling({ tools, toolChoice: { kind: "required" } }).config).toEqual(config({ mode: "ANY" }));
  });

  test("T26 with NONE nothing of Google's is offered either", () => {
    const sent = calling({ tools: [fn("a"), search], toolChoice: { kind: "none" } });
    expect(sent.config).toEqual(config({ mode: "NONE" }));
    expect(JSON.stringify(sent.tools)).not.toContain("googleSearch");
  });

  test("a search alone, beside functions from Gemini 3 on, and refused before", () => {
    expect(body({ tools: [search] }, older)).toMatchObject({ tools: [{ googleSearch: {} }] });
    const mixed = calling({ tools: [fn("a"), search] });
    expect(mixed.tools).toMatchObject([{ googleSearch: {} }, { functionDeclarations: [{ name: "a" }] }]);
    expect(mixed.config).toEqual({ ...config({ mode: "VALIDATED" }), includeServerSideToolInvocations: true });
    expect(rejected(request([user("go")], { tools: [fn("a"), search] }), older)).toBe("tools_unsupported");
    const limited: Tool = { ...search, allowedDomains: ["x.org"], maxUses: 2 };
    expect(losses({ tools: [limited], toolChoice: { kind: "named", name: "web_search" } })).toEqual([
      ...["dropped:allowed_domains", "dropped:max_uses", "downgraded:tool_choice"],
    ]);
    const without = { kind: "allowed", mode: "auto", names: ["a"] } as const;
    expect(JSON.stringify(calling({ tools: [fn("a"), search], toolChoice: without }).tools)).not.toContain(
      "googleSearch",
    );
  });

  test("T04 T05 without tools nothing about them is sent; parallel calls cannot be forbidden", () => {
    expect(body({ parallelToolCalls: false, toolChoice: { kind: "auto" } })).toEqual({ contents: [go] });
    expect(losses({ tools: [fn("a")], parallelToolCalls: false })).toEqual(["dropped:parallel_tool_calls"]);
  });

  test("tools of other vendors: what the client runs is a function, what they run is refused", () => {
    const hosted = (type: string): Tool => ({ kind: "hosted", from: "anthropic-messages", type, name: type, json: {} });
    expect(body({ tools: [hosted("bash_20250124")] })).toMatchObject({
      tools: [{ functionDeclarations: [{ name: "bash_20250124", parametersJsonSchema: { type: "object" } }] }],
    });
    expect(losses({ tools: [hosted("tool_search_x"), fn("a")] })).toEqual(["dropped:tool_search_x"]);
    expect(rejected(request([user("go")], { tools: [hosted("code_execution_20260521")] }))).toBe(
      "tool_type_unsupported",
    );
    expect(rejected(request([user("go")], { tools: [fn("a")], toolChoice: { kind: "named", name: "z" } }))).toBe(
      "invalid_value",
    );
  });
});

describe("R206 reasoning", () => {
  const thinking = (reasoning: Reasoning, model: string, more: Partial<Request> = {}) => {
    const { body: sent, losses: lost } = encoded(request([user("go")], { reasoning, ...more }), model);
    const { thinkingConfig, maxOutputTokens } = objectOf(sent["generationConfig"]) ?? {};
    return { config: thinkingConfig, limit: maxOutputTokens, lost: lost.map(({ code }) => code) };
  };
  const rows: readonly (readonly [Reasoning, string, JsonObject | undefined, readonly string[]])[] = [
    [{}, flash, undefined, []],
    [{ visible: true }, flash, { includeThoughts: true }, []],
    [{ effort: "none" }, flash, { thinkingLevel: "MINIMAL", includeThoughts: false }, ["downgraded"]],
    [{ mode: "disabled" }, pro, { thinkingLevel: "LOW", includeThoughts: false }, ["downgraded"]],
    [{ effort: "minimal" }, flash, { thinkingLevel: "MINIMAL" }, []],
    [{ effort: "minimal" }, pro, { thinkingLevel: "LOW" }, ["clamped"]],
    [{ effort: "medium", visible: true }, pro, { thinkingLevel: "MEDIUM", includeThoughts: true }, []],
    [{ effort: "xhigh" }, flash, { thinkingLevel: "HIGH" }, ["clamped"]],
    [{ effort: "max" }, "gemini-4-hydrogen", { thinkingLevel: "XHIGH" }, ["clamped"]],
    [{ mode: "enabled", budgetTokens: 1500 }, flash, { thinkingLevel: "LOW" }, []],
    [{ mode: "enabled", budgetTokens: 30_000 }, flash, { thinkingLevel: "HIGH" }, []],
    [{ mode: "adaptive" }, flash, undefined, []],
    [{ effort: "none" }, older, { thinkingBudget: 0, includeThoughts: false }, []],
    [{ effort: "none" }, olderPro, { thinkingBudget: 128, includeThoughts: false }, ["downgraded"]],
    [{ effort: "low" }, olderPro, { thinkingBudget: 6553 }, []],
    [{ effort: "high" }, older, { thinkingBudget: 24_576 }, []],
    [{ effort: "max" }, olderPro, { thinkingBudget: 32_768 }, []],
    [{ mode: "enabled", budgetTokens: 60 }, olderPro, { thinkingBudget: 128 }, ["clamped"]],
    [{ mode: "enabled", budgetTokens: 5000 }, older, { thinkingBudget: 5000 }, []],
    [{ effort: "high", visible: true }, "gemini-2.0-flash", undefined, ["reasoning_dropped"]],
    [{ effort: "none" }, "gemini-2.0-flash", undefined, []],
  ];
  test.each([...rows])("%j to %s", (reasoning, model, config, lost) => {
    const sent = thinking(reasoning, model);
    expect(sent.config).toEqual(config);
    expect(sent.lost).toEqual([...lost]);
  });

  test("K04 a limit for visible text is raised by a budget that we add, any other stays", () => {
    const visible = { maxTokens: 4000, maxTokensCountsReasoning: false };
    expect(thinking({ effort: "low" }, olderPro, visible).limit).toBe(10_553);
    expect(thinking({ effort: "low" }, olderPro, { maxTokens: 4000 }).limit).toBe(4000);
    expect(thinking({ mode: "enabled", budgetTokens: 500 }, olderPro, visible).limit).toBe(4000);
    expect(thinking({ effort: "low" }, flash, visible).limit).toBe(4000);
    expect(thinking({ effort: "max" }, olderPro, { ...visible, maxTokens: 60_000 }).limit).toBe(65_536);
  });
});

describe("R206 parameters", () => {
  const config = (more: Partial<Request>, model = flash) => body(more, model)["generationConfig"];
  const rows: readonly (readonly [Partial<Request>, JsonObject | undefined, readonly string[]])[] = [
    [
      { sampling: { temperature: 0, topP: 0.5, topK: 4, seed: 7 } },
      { temperature: 0, topP: 0.5, topK: 4, seed: 7 },
      [],
    ],
    [{ sampling: { temperature: 2.5 } }, { temperature: 2 }, ["clamped:temperature"]],
    [
      { sampling: { frequencyPenalty: 2, presencePenalty: -2 } },
      { frequencyPenalty: 1.99, presencePenalty: -2 },
      ["clamped:frequency_penalty"],
    ],
    [{ sampling: { seed: 2 ** 40 } }, undefined, ["dropped:seed"]],
    [{ sampling: { logitBias: { "1": 2 }, logprobs: true } }, undefined, ["dropped:logit_bias", "dropped:logprobs"]],
    [{ sampling: { logitBias: {}, logprobs: false }, verbosity: "medium" }, undefined, []],
    [{ verbosity: "low" }, undefined, ["dropped:verbosity"]],
    [
      { stop: ["a", "b", "c", "d", "e", "f"] },
      { stopSequences: ["a", "b", "c", "d", "e"] },
      ["clamped:stop_sequences"],
    ],
    [{ maxTokens: 128_000 }, { maxOutputTokens: 65_536 }, ["clamped:max_tokens"]],
    [{ prewarm: true }, { maxOutputTokens: 1 }, ["downgraded:prewarm"]],
    [{ format: { kind: "text" } }, undefined, []],
    [{ format: { kind: "json-object" } }, { responseMimeType: "application/json" }, []],
    [{ userId: "u", promptCacheKey: "k" }, undefined, []],
  ];
  test.each([...rows])("%j", (more, expected, lost) => {
    expect(config(more)).toEqual(expected);
    expect(losses(more)).toEqual([...lost]);
  });

  test("Gemini 2.5 takes no penalties; the one that changes nothing goes without a word", () => {
    const sampling = { frequencyPenalty: 1, presencePenalty: 0 };
    expect(config({ sampling }, older)).toBeUndefined();
    expect(losses({ sampling }, older)).toEqual(["dropped:frequency_penalty"]);
  });

  const schema = { type: "object", properties: { a: { const: 1 } } };
  const format = { kind: "json-schema", name: "n", schema, strict: true } as const;

  test("P08 a schema of the answer, beside functions from Gemini 3 on", () => {
    const expected = {
      responseMimeType: "application/json",
      responseJsonSchema: { type: "object", properties: { a: { enum: [1] } } },
    };
    expect(config({ format, tools: [fn("a")] })).toEqual(expected);
    expect(config({ format }, older)).toEqual(expected);
    const limited = { ...format, schema: { type: "string", pattern: "a" } };
    expect(losses({ format: limited })).toEqual(["schema_relaxed:response_format"]);
  });

  test("P09 before that the model is asked for it in words", () => {
    const sent = body({ format, tools: [fn("a")], system: [text("S")] }, older);
    expect(sent["generationConfig"]).toBeUndefined();
    expect(sent["systemInstruction"]).toEqual({
      parts: [{ text: "S" }, { text: expect.stringContaining(JSON.stringify(schema)) }],
    });
    expect(losses({ format, tools: [fn("a")] }, older)).toEqual(["not_enforced:response_format"]);
  });

  const tiers: readonly (readonly [Request["serviceTier"], string | undefined, readonly string[]])[] = [
    ["auto", undefined, []],
    ["default", "standard", []],
    ["flex", "flex", []],
    ["priority", "priority", []],
    ["scale", undefined, ["dropped:service_tier"]],
  ];
  test.each([...tiers])("tier %s", (serviceTier, expected, lost) => {
    expect(body({ serviceTier })["serviceTier"]).toBe(expected);
    expect(losses({ serviceTier })).toEqual([...lost]);
  });

  test("no tokens at all are refused", () => {
    expect(rejected(request([user("go")], { maxTokens: 0 }))).toBe("max_tokens_unsupported");
  });
});

describe("R206 what an upstream lacks", () => {
  const dialect = (...lacks: readonly ("stop" | "sampling" | "tools" | "images" | "forced-tool")[]) => ({
    model: flash,
    dialect: { ...target(flash).dialect, lacks },
  });
  const outcome = (more: Partial<Request>, where: ReturnType<typeof dialect>, turns: readonly Turn[] = [user("go")]) =>
    gemini.encodeRequest(request(turns, more), where);

  test("stop sequences are cut here, sampling is lost, tools and images are refused", () => {
    expect(outcome({ stop: ["a"] }, dialect("stop"))).toMatchObject({
      body: { contents: [go] },
      answer: { localStop: ["a"] },
    });
    expect(outcome({ sampling: { topK: 1 } }, dialect("sampling"))).toMatchObject({
      losses: [{ code: "dropped", field: "top_k" }],
    });
    expect(outcome({ tools: [fn("a")] }, dialect("tools"))).toMatchObject({
      kind: "rejection",
      code: "tools_unsupported",
    });
    expect(outcome({}, dialect("images"), [user(png)])).toMatchObject({ kind: "rejection", code: "image_unsupported" });
    expect(outcome({ tools: [fn("a")], toolChoice: { kind: "required" } }, dialect("forced-tool"))).toMatchObject({
      body: { toolConfig: { functionCallingConfig: { mode: "AUTO" } } },
      losses: [{ code: "downgraded", field: "tool_choice" }],
    });
  });
});

describe("R206 K16 the same history gives the same bytes", () => {
  const name = fc.constantFrom("lookup", "mcp/x", "a");
  const block = fc.oneof(
    fc.string().map((value) => text(value)),
    fc
      .record({ id: fc.constantFrom("1", "2", "x y"), name, args: fc.constantFrom("{}", "", "[") })
      .map((each) => call(each.id, each.args, { name: each.name })),
  );
  const turn = fc.oneof(
    fc.array(block, { maxLength: 3 }).map((blocks) => assistant(...blocks)),
    fc
      .array(fc.constantFrom("1", "2", "x y"), { maxLength: 3 })
      .map((ids) => user(...ids.map((id) => result(id, "r")))),
    fc.string().map((value) => user(value)),
    fc.string().map((value) => system(value)),
  );

  test("and as many responses as calls, with names that Google takes", () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 8 }), fc.constantFrom(flash, older), (turns, model) => {
        const wanted = request([user("go"), ...turns, user("end")]);
        const sent = encoded(wanted, model).body;
        expect(JSON.stringify(encoded(wanted, model).body)).toBe(JSON.stringify(sent));
        const list = arrayOf(sent["contents"])
          .filter(isObject)
          .map((each) => ({ role: each["role"], parts: arrayOf(each["parts"]).filter(isObject) }));
        for (const [index, { role, parts }] of list.entries()) {
          const calls = parts.filter((part) => part["functionCall"] !== undefined);
          if (role !== "model" || calls.length === 0) continue;
          const answers = (list[index + 1]?.parts ?? []).filter((part) => part["functionResponse"] !== undefined);
          const names = (some: readonly JsonObject[], member: string) =>
            some.map((part) => objectOf(part[member])?.["name"]);
          expect(names(answers, "functionResponse")).toEqual(names(calls, "functionCall"));
          for (const each of names(calls, "functionCall")) expect(each).toMatch(/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/);
        }
      }),
    );
  });

  test("a conversation that grows keeps what was sent of it", () => {
    const first = [user("go"), assistant("a", call("c1", "[")), user(result("c1", "1")), system("note"), user("b")];
    const grown = [...first, assistant("c"), user("d")];
    const [short, long] = [first, grown].map((turns) => JSON.stringify(contents(turns)));
    expect(long?.startsWith(short?.slice(0, -1) ?? "?")).toBe(true);
  });
});
