import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Block, Json, JsonObject, Request, Turn } from "../../runtime/wire/canonical.ts";
import { gemini } from "../../runtime/wire/gemini/codec.ts";
import { writeSignature } from "../../runtime/wire/gemini/signature.ts";
import { isArray, isObject, objectOf } from "../../runtime/wire/json.ts";
import { normalise } from "../../runtime/wire/normalise.ts";
import { call, result, text } from "../support/canonical.ts";

const hi = { role: "user", parts: [{ text: "hi" }] };

function decode(body: JsonObject) {
  return gemini.decodeRequest({ model: "gemini-2.5-pro", stream: false, contents: [hi], ...body });
}

function request(body: JsonObject): Request {
  const outcome = decode(body);
  if (outcome.kind === "rejection") throw new Error(`${outcome.code}: ${outcome.message}`);
  return outcome.value;
}

function losses(body: JsonObject): readonly string[] {
  const outcome = decode(body);
  return outcome.kind === "rejection" ? [outcome.code] : outcome.losses.map(({ code, field }) => `${code}:${field}`);
}

function rejected(body: JsonObject): string {
  const outcome = decode(body);
  return outcome.kind === "rejection" ? `${outcome.code}:${outcome.param}` : outcome.kind;
}

function turns(...contents: readonly Json[]): readonly Turn[] {
  return request({ contents }).turns;
}

function parts(...list: readonly Json[]): readonly Block[] {
  return turns({ role: "user", parts: list }).flatMap((turn) => turn.blocks);
}

const model = (...list: readonly Json[]): Json => ({ role: "model", parts: list });
const functionCall = (name: string, id?: string, args: JsonObject = {}): JsonObject => ({
  functionCall: { name, args, ...(id === undefined ? {} : { id }) },
});
const functionResponse = (name: string, response: JsonObject, more: JsonObject = {}): JsonObject => ({
  functionResponse: { name, response, ...more },
});

describe("R206 what clients of the Gemini API send", () => {
  test("P20 every name in snake case is read as in camel case", () => {
    const camel: JsonObject = {
      systemInstruction: { parts: [{ text: "s" }] },
      contents: [
        { parts: [{ inlineData: { mimeType: "image/png", data: "iVBO" } }] },
        model({ functionCall: { name: "f", args: { someKey: 1 } }, thoughtSignature: "c2ln" }),
        { parts: [functionResponse("f", { output: "1" })] },
        { parts: [{ fileData: { mimeType: "image/png", fileUri: "https://x.org/a.png" } }] },
      ],
      tools: [{ functionDeclarations: [{ name: "f", parametersJsonSchema: { type: "object" } }] }],
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["f"] } },
      generationConfig: {
        ...{ maxOutputTokens: 5, stopSequences: ["x"], topP: 0.5, topK: 3, responseMimeType: "application/json" },
        ...{ responseJsonSchema: { type: "object" }, thinkingConfig: { thinkingBudget: 100, includeThoughts: true } },
      },
      serviceTier: "flex",
    };
    expect(request(snaked(camel))).toEqual(request(camel));
    expect(losses(snaked(camel))).toEqual([]);
  });

  test("a request of Gemini CLI 0.61: types in upper case, a level, sampling", () => {
    const read = request({
      systemInstruction: { parts: [{ text: "route" }], role: "user" },
      contents: [hi, { parts: [{ text: "say hi" }], role: "user" }],
      generationConfig: {
        ...{ temperature: 1, topP: 0.95, topK: 64, responseMimeType: "application/json" },
        responseJsonSchema: { type: "OBJECT", properties: { score: { type: "INTEGER" } }, required: ["score"] },
        thinkingConfig: { includeThoughts: true, thinkingLevel: "HIGH" },
      },
    });
    expect(read).toMatchObject({
      system: [text("route")],
      turns: [
        { role: "user", blocks: [text("hi")] },
        { role: "user", blocks: [text("say hi")] },
      ],
      format: {
        kind: "json-schema",
        name: "response",
        schema: { type: "object", properties: { score: { type: "integer" } }, required: ["score"] },
      },
      sampling: { temperature: 1, topP: 0.95, topK: 64 },
      reasoning: { effort: "high", visible: true },
    });
  });

  test("a tool loop of @google/genai 3.1: ids and signatures are kept", () => {
    const read = turns(
      hi,
      model({ functionCall: { args: { city: "Paris" }, id: "fc1", name: "lookup" }, thoughtSignature: "c2ln" }),
      { parts: [functionResponse("lookup", { r: "sunny" }, { id: "fc1" })], role: "user" },
    );
    expect(read.slice(1)).toEqual([
      {
        role: "assistant",
        blocks: [call("fc1", '{"city":"Paris"}', { signature: { from: "gemini", data: "c2ln" } })],
      },
      { role: "user", blocks: [result("fc1", '{"r":"sunny"}')] },
    ]);
  });

  test("a streamed answer that a chat of @google/genai kept in chunks is one turn", () => {
    expect(turns(hi, model({ text: "Hello " }), model({ text: "again" }), { parts: [{ text: "ok" }] })).toEqual([
      { role: "user", blocks: [text("hi")] },
      { role: "assistant", blocks: [text("Hello "), text("again")] },
      { role: "user", blocks: [text("ok")] },
    ]);
  });
});

describe("R206 parts", () => {
  const rows: readonly (readonly [string, JsonObject, readonly Block[]])[] = [
    ["text", { text: "a" }, [text("a")]],
    ["empty text says nothing", { text: "" }, []],
    ["a part without data says nothing", { thought: true, videoMetadata: null }, []],
    [
      "signed text",
      { text: "a", thoughtSignature: "s" },
      [{ kind: "text", text: "a", signature: { from: "gemini", data: "s" } }],
    ],
    [
      "a signature alone",
      { thoughtSignature: "s" },
      [{ kind: "text", text: "", signature: { from: "gemini", data: "s" } }],
    ],
    ["a thought", { text: "hm", thought: true }, [{ kind: "thinking", text: "hm" }]],
    [
      "an image",
      { inlineData: { mimeType: "image/PNG", data: "iV BO\n" }, mediaResolution: { level: "MEDIA_RESOLUTION_LOW" } },
      [{ kind: "image", source: { kind: "base64", mediaType: "image/png", data: "iVBO" }, detail: "low" }],
    ],
    [
      "a PDF",
      { inlineData: { mimeType: "application/pdf", data: "JVBE" } },
      [{ kind: "document", source: { kind: "base64", mediaType: "application/pdf", data: "JVBE" } }],
    ],
    [
      "a text file",
      { inlineData: { mimeType: "text/csv", data: "YSxi" } },
      [{ kind: "document", source: { kind: "text", mediaType: "text/csv", text: "a,b" } }],
    ],
    [
      "sound",
      { inlineData: { mimeType: "audio/mpeg", data: "SUQz" } },
      [{ kind: "audio", data: "SUQz", format: "mp3" }],
    ],
    [
      "a video",
      { inlineData: { mimeType: "video/mp4", data: "AAAA" } },
      [{ kind: "video", source: { kind: "base64", mediaType: "video/mp4", data: "AAAA" } }],
    ],
    [
      "a video on YouTube",
      { fileData: { fileUri: "https://www.youtube.com/watch?v=abc" } },
      [{ kind: "video", source: { kind: "url", url: "https://www.youtube.com/watch?v=abc" } }],
    ],
    [
      "a stored file",
      { fileData: { mimeType: "image/png", fileUri: "gs://bucket/a" } },
      [{ kind: "image", source: { kind: "file", from: "gemini", id: "gs://bucket/a" } }],
    ],
    [
      "a file whose name tells its type",
      { fileData: { fileUri: "https://x.org/a.JPG?size=1" } },
      [{ kind: "image", source: { kind: "url", url: "https://x.org/a.JPG?size=1" } }],
    ],
    ["code", { executableCode: { language: "PYTHON", code: "print(1)" } }, [text("```python\nprint(1)\n```")]],
    ["what code printed", { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } }, [text("```\n1\n```")]],
    ["a search of Google's", { toolCall: { toolType: "GOOGLE_SEARCH_WEB", args: {} } }, []],
    ["what it gave", { toolResponse: { toolType: "GOOGLE_SEARCH_WEB", response: {} } }, []],
  ];
  test.each([...rows])("%s", (_title, part, blocks) => {
    expect(parts(part)).toEqual([...blocks]);
  });

  test("what is told in other words, or not at all, is a loss", () => {
    const contents = [
      model({ executableCode: { code: "a" } }, { codeExecutionResult: { output: "b" } }, { toolCall: {} }),
      { parts: [{ inlineData: { mimeType: "video/mp4", data: "AAAA" }, videoMetadata: { fps: 2 } }] },
      model({ text: "a", thoughtSignature: btoa("ar1.nobody.e30") }),
    ];
    expect(losses({ contents })).toEqual([
      "code_execution_as_text:contents[0].parts[0].executableCode",
      "code_execution_as_text:contents[0].parts[1].codeExecutionResult",
      "dropped:contents[0].parts[2].toolCall",
      "dropped:contents[1].parts[0].videoMetadata",
      "reasoning_dropped:contents[2].parts[0].text",
    ]);
  });
});

describe("R206 reasoning of other vendors comes back from where it was carried", () => {
  const anthropic = { from: "anthropic-messages", data: "Er+A" } as const;
  const openai = { from: "openai-responses", data: "gAAA" } as const;
  const carry = writeSignature;
  const thought = (value: string, thoughtSignature?: string): JsonObject => ({
    ...{ text: value, thought: true },
    ...(thoughtSignature === undefined ? {} : { thoughtSignature }),
  });
  const rows: readonly (readonly [string, readonly JsonObject[], readonly Block[]])[] = [
    [
      "a whole thought",
      [thought("hm", carry(anthropic, "hm"))],
      [{ kind: "thinking", text: "hm", signature: anthropic }],
    ],
    [
      "a carrier in the base64 of URLs without padding, as some clients write bytes",
      [
        thought(
          "hm",
          carry({ ...anthropic, data: "?>?>~" }, "hm")
            .replaceAll("+", "-")
            .replaceAll("/", "_")
            .replaceAll("=", ""),
        ),
      ],
      [{ kind: "thinking", text: "hm", signature: { ...anthropic, data: "?>?>~" } }],
    ],
    [
      "a streamed thought that is signed in its last part",
      [thought("h"), thought("m"), thought("", carry(anthropic, "hm"))],
      [{ kind: "thinking", text: "hm", signature: anthropic }],
    ],
    [
      "thinking without a text",
      [thought("", carry(anthropic, ""))],
      [{ kind: "thinking", text: "", signature: anthropic }],
    ],
    ["redacted thinking", [thought("", carry(anthropic, undefined))], [{ kind: "redacted-thinking", data: anthropic }]],
    ["a reasoning item", [thought("", carry(openai, ""))], [{ kind: "thinking", text: "", signature: openai }]],
    [
      "two signed thoughts stay two",
      [thought("a", carry(anthropic, "a")), thought("b", carry(anthropic, "b"))],
      [
        { kind: "thinking", text: "a", signature: anthropic },
        { kind: "thinking", text: "b", signature: anthropic },
      ],
    ],
  ];
  test.each([...rows])("%s", (_title, list, blocks) => {
    expect(turns(hi, model(...list))[1]?.blocks).toEqual([...blocks]);
    expect(turns(hi, ...list.map((part) => model(part)))[1]?.blocks).toEqual([...blocks]);
  });
});

describe("R206 calls and their responses", () => {
  test("calls without ids are numbered over the whole request, the same on every turn", () => {
    const first = [hi, model(functionCall("a"), functionCall("b"))];
    const more = [
      ...first,
      { parts: [functionResponse("a", {}), functionResponse("b", {})] },
      model(functionCall("a")),
    ];
    const ids = (list: readonly Turn[]) =>
      list.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === "tool-call" ? [block.id] : [])));
    expect(ids(turns(...first))).toEqual(["call_1", "call_2"]);
    expect(ids(turns(...more))).toEqual(["call_1", "call_2", "call_3"]);
    expect(turns(...more).slice(0, 2)).toEqual([...turns(...first)]);
  });

  const answers: readonly (readonly [string, readonly JsonObject[], readonly JsonObject[], readonly string[]])[] = [
    [
      "by id, whatever the order",
      [functionCall("f", "x"), functionCall("f", "y")],
      [functionResponse("f", {}, { id: "y" }), functionResponse("f", {}, { id: "x" })],
      ["y", "x"],
    ],
    [
      "by name, oldest first",
      [functionCall("f"), functionCall("g"), functionCall("f")],
      ["g", "f", "f"].map((name) => functionResponse(name, {})),
      ["call_2", "call_1", "call_3"],
    ],
    [
      "by position, where the name is of no call",
      [functionCall("f"), functionCall("g")],
      ["?", "!"].map((name) => functionResponse(name, {})),
      ["call_1", "call_2"],
    ],
    [
      "one id that is answered twice takes no other call's place",
      [functionCall("f", "x"), functionCall("f", "y")],
      [functionResponse("f", {}, { id: "x" }), functionResponse("f", {}, { id: "x" })],
      ["x", "x"],
    ],
    ["of no call at all", [], [functionResponse("f", {}), functionResponse("f", {}, { id: "z" })], ["f", "z"]],
  ];
  test.each([...answers])("a response finds its call %s", (_title, calls, responses, ids) => {
    const blocks = turns(hi, model(...calls, { text: "." }), { role: "function", parts: [...responses] })[2]?.blocks;
    expect(blocks?.map((block) => (block.kind === "tool-result" ? block.callId : block.kind))).toEqual([...ids]);
  });

  const responses: readonly (readonly [JsonObject, string, boolean])[] = [
    [{ output: "sunny" }, "sunny", false],
    [{ result: { t: 5 } }, '{"t":5}', false],
    [
      {
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
      "a\nb",
      false,
    ],
    [{ name: "lookup", content: "sunny" }, "sunny", false],
    [{ name: "other", content: "sunny" }, '{"name":"other","content":"sunny"}', false],
    [{ r: "sunny" }, '{"r":"sunny"}', false],
    [{ error: "no such city" }, "no such city", true],
    [{ error: "e", output: "o" }, '{"error":"e","output":"o"}', false],
  ];
  test.each([...responses])("%j is read as %p", (response, value, isError) => {
    const read = turns(hi, model(functionCall("lookup", "x")), { parts: [functionResponse("lookup", response)] });
    expect(read[2]?.blocks).toEqual([result("x", value, { isError })]);
  });

  test("media of a response, inside it and beside it, are blocks of its result", () => {
    const png = { inlineData: { mimeType: "image/png", data: "iVBO" } };
    const image: Block = { kind: "image", source: { kind: "base64", mediaType: "image/png", data: "iVBO" } };
    const inside = functionResponse("f", { output: "ok" }, { parts: [png] });
    const beside = [png, functionResponse("f", { output: "ok" }), functionResponse("g", {}), png, { text: "look" }];
    const calls = model(functionCall("f", "x"), functionCall("g", "y"));
    const ok = { ...result("x", "ok"), blocks: [text("ok"), image] };
    expect(turns(hi, calls, { parts: [inside] })[2]?.blocks).toEqual([ok]);
    expect(turns(hi, calls, { parts: beside })[2]?.blocks).toEqual([
      ok,
      { ...result("y", ""), blocks: [image] },
      text("look"),
    ]);
  });
});

describe("R206 tools", () => {
  test("P21 both kinds of schema, several entries, and Google's own tools", () => {
    const schema = {
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
      properties: { a: { type: "string" } },
    };
    const tools = [
      { functionDeclarations: [{ name: "a", description: "d", parametersJsonSchema: schema }] },
      {
        functionDeclarations: [
          { name: "b", parameters: { type: "OBJECT", properties: { x: { type: "STRING" } } } },
          { name: "c" },
        ],
      },
      { googleSearch: { excludeDomains: ["x.org"] }, urlContext: {} },
      { functionDeclarations: [{ name: "a" }] },
    ];
    expect(request({ tools }).tools).toEqual([
      { kind: "function", name: "a", description: "d", schema },
      { kind: "function", name: "b", schema: { type: "object", properties: { x: { type: "string" } } } },
      { kind: "function", name: "c", schema: undefined },
      { kind: "web-search", name: "web_search", blockedDomains: ["x.org"] },
      { kind: "hosted", from: "gemini", type: "urlContext", name: "urlContext", json: { urlContext: {} } },
    ]);
    expect(losses({ tools })).toEqual(["duplicate_tool:tools"]);
  });

  const choices: readonly (readonly [JsonObject, Request["toolChoice"]])[] = [
    [{}, undefined],
    [{ mode: "AUTO" }, { kind: "auto" }],
    [{ mode: "NONE" }, { kind: "none" }],
    [{ mode: "ANY" }, { kind: "required" }],
    [
      { mode: "any", allowedFunctionNames: ["a"] },
      { kind: "named", name: "a" },
    ],
    [
      { mode: "ANY", allowedFunctionNames: ["a", "b"] },
      { kind: "allowed", mode: "required", names: ["a", "b"] },
    ],
    [{ mode: "VALIDATED" }, { kind: "auto" }],
    [
      { mode: "VALIDATED", allowedFunctionNames: ["b"] },
      { kind: "allowed", mode: "auto", names: ["b"] },
    ],
  ];
  test.each([...choices])("%j", (functionCallingConfig, choice) => {
    const tools = [{ functionDeclarations: [{ name: "a" }, { name: "b" }] }];
    const read = request({ tools, toolConfig: { functionCallingConfig } });
    expect(read.toolChoice).toEqual(choice);
    const isStrict = functionCallingConfig["mode"] === "VALIDATED";
    expect(read.tools.map((tool) => (tool.kind === "function" ? (tool.strict ?? false) : tool.kind))).toEqual([
      isStrict,
      isStrict,
    ]);
  });

  test("T04 without tools a free choice means nothing", () => {
    for (const mode of ["AUTO", "NONE", "VALIDATED"]) {
      expect(request({ tools: [], toolConfig: { functionCallingConfig: { mode } } }).toolChoice).toBeUndefined();
    }
  });
});

describe("R206 parameters", () => {
  const configs: readonly (readonly [JsonObject, Partial<Request>])[] = [
    [
      { maxOutputTokens: 50, stopSequences: ["x", ""] },
      { maxTokens: 50, stop: ["x"], maxTokensCountsReasoning: true },
    ],
    [
      { seed: 1, presencePenalty: 0.5, frequencyPenalty: -1 },
      { sampling: { seed: 1, presencePenalty: 0.5, frequencyPenalty: -1 } },
    ],
    [{ responseLogprobs: true, logprobs: 3 }, { sampling: { logprobs: true, topLogprobs: 3 } }],
    [{ thinkingConfig: { thinkingBudget: 0 } }, { reasoning: { effort: "none" } }],
    [{ thinkingConfig: { thinkingBudget: -1 } }, { reasoning: {} }],
    [
      { thinkingConfig: { thinkingBudget: 100, includeThoughts: true } },
      { reasoning: { mode: "enabled", budgetTokens: 100, visible: true } },
    ],
    [
      { thinkingConfig: { thinkingBudget: 100 } },
      { reasoning: { mode: "enabled", budgetTokens: 100, visible: false } },
    ],
    [{ thinkingConfig: { thinkingLevel: "minimal" } }, { reasoning: { effort: "minimal" } }],
    [{ thinkingConfig: { thinkingLevel: "THINKING_LEVEL_UNSPECIFIED" } }, { reasoning: {} }],
    [{ responseMimeType: "application/json" }, { format: { kind: "json-object" } }],
    [{ responseMimeType: "text/plain", responseModalities: ["TEXT"], candidateCount: 1 }, {}],
  ];
  test.each([...configs])("%j", (generationConfig, expected) => {
    const { reasoning, sampling, ...read } = request({ generationConfig });
    const given = JSON.parse(JSON.stringify({ ...read, reasoning, sampling }));
    expect(given).toMatchObject(expected);
    expect(given.reasoning).toEqual(expected.reasoning ?? {});
    expect(given.sampling).toEqual(expected.sampling ?? {});
    expect(given.format).toEqual(expected.format);
    expect(losses({ generationConfig })).toEqual([]);
  });

  test("tiers, and what changes no text", () => {
    const tier = (serviceTier: string) => request({ serviceTier }).serviceTier;
    expect(["standard", "FLEX", "priority", "unspecified"].map(tier)).toEqual([
      "default",
      "flex",
      "priority",
      undefined,
    ]);
    const silent = {
      safetySettings: [],
      labels: { a: "b" },
      store: false,
      generationConfig: { mediaResolution: "LOW" },
    };
    expect(losses(silent)).toEqual([]);
  });

  test("what is not known is a loss", () => {
    expect(losses({ newField: 1, other: null, generationConfig: { new_member: 1 } })).toEqual([
      "unknown_field:generationConfig.newMember",
      "unknown_field:newField",
    ]);
  });
});

describe("R206 a request that would mean something else is refused", () => {
  const at = (part: Json) => ({ contents: [{ role: "user", parts: [part] }] });
  const path = "contents[0].parts[0]";
  const anyMode = { toolConfig: { functionCallingConfig: { mode: "ANY" } } };
  const rows: readonly (readonly [JsonObject, string])[] = [
    [{ contents: [] }, "invalid_value:contents"],
    [{ contents: "hi" }, "invalid_value:contents"],
    [{ contents: [{ role: "assistant", parts: [] }] }, "invalid_value:contents[0].role"],
    [{ contents: [{ parts: "hi" }] }, "invalid_type:contents[0].parts"],
    [at("hi"), `invalid_type:${path}`],
    [at({ text: 1 }), `invalid_type:${path}.text`],
    [at({ hologram: {} }), `part_unsupported:${path}`],
    [at({ functionCall: {} }), `invalid_value:${path}.functionCall.name`],
    [at({ inlineData: { data: "iVBO" } }), `invalid_value:${path}.inlineData`],
    [at({ inlineData: { mimeType: "image/png", data: "§" } }), `invalid_value:${path}.inlineData`],
    [at({ fileData: { fileUri: "ftp://x" } }), `invalid_value:${path}.fileData.fileUri`],
    [at({ fileData: { fileUri: "gs://a/b", mimeType: "audio/wav" } }), `unsupported_audio:${path}.fileData`],
    [{ systemInstruction: { parts: [{ inlineData: {} }] } }, "unsupported_content:systemInstruction"],
    [{ tools: {} }, "invalid_type:tools"],
    [{ tools: [{ functionDeclarations: [{}] }] }, "invalid_value:tools[0].functionDeclarations[0].name"],
    [anyMode, "invalid_value:toolConfig.functionCallingConfig.mode"],
    [
      { toolConfig: { functionCallingConfig: { mode: "SOME" } } },
      "invalid_value:toolConfig.functionCallingConfig.mode",
    ],
    [
      {
        toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["x"] } },
        tools: [{ functionDeclarations: [{ name: "a" }] }],
      },
      "invalid_value:toolConfig.functionCallingConfig.allowedFunctionNames",
    ],
    [{ generationConfig: [] }, "invalid_type:generationConfig"],
    [{ generationConfig: { candidateCount: 2 } }, "n_unsupported:generationConfig.candidateCount"],
    [
      { generationConfig: { responseModalities: ["IMAGE"] } },
      "modality_unsupported:generationConfig.responseModalities",
    ],
    [
      { generationConfig: { responseMimeType: "text/x.enum" } },
      "response_format_unsupported:generationConfig.responseMimeType",
    ],
    [{ generationConfig: { temperature: "hot" } }, "invalid_type:generationConfig.temperature"],
    [{ generationConfig: { stopSequences: "x" } }, "invalid_type:generationConfig.stopSequences"],
    [
      { generationConfig: { thinkingConfig: { thinkingLevel: "HUGE" } } },
      "invalid_value:generationConfig.thinkingConfig.thinkingLevel",
    ],
    [{ cachedContent: "cachedContents/1" }, "cachedContent_unsupported:cachedContent"],
    [{ continuation_token: "x" }, "continuationToken_unsupported:continuationToken"],
    [{ model: "" }, "invalid_value:model"],
  ];
  test.each([...rows])("%j", (body, expected) => {
    expect(rejected(body)).toBe(expected);
  });
});

describe("R206 any JSON", () => {
  const names = fc.constantFrom(
    ...["contents", "parts", "role", "text", "thought", "thoughtSignature", "functionCall", "functionResponse", "name"],
    ...["args", "response", "inlineData", "fileData", "mimeType", "data", "fileUri", "tools", "functionDeclarations"],
    ...["toolConfig", "functionCallingConfig", "mode", "generationConfig", "thinkingConfig", "systemInstruction"],
  );
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom<Json>(null, true, 1, "", "user", "model", "ANY", "image/png", "iVBO", "gs://a"),
      fc.array(tie("json"), { maxLength: 3 }),
      fc.dictionary(names, tie("json"), { maxKeys: 4 }),
    ),
  }));

  test("is decoded or refused, twice the same", () => {
    fc.assert(
      fc.property(fc.dictionary(names, json), (body) => {
        const outcome = gemini.decodeRequest({ ...body, model: "m" });
        expect(["decoded", "rejection"]).toContain(outcome.kind);
        const again = gemini.decodeRequest({ ...body, model: "m" });
        expect({ ...again, places: undefined }).toEqual({ ...outcome, places: undefined });
        if (outcome.kind === "decoded") expect(normalise(outcome.value).kind).toBe("decoded");
      }),
      { numRuns: 500 },
    );
  });
});

/** The same body as a user of protocol buffers writes it; what is the user's own stays as it is. */
function snaked(value: JsonObject): JsonObject {
  const own = new Set(["args", "response", "parametersJsonSchema", "responseJsonSchema"]);
  const change = (json: Json): Json => {
    if (isArray(json)) return json.map(change);
    if (!isObject(json)) return json;
    return Object.fromEntries(
      Object.entries(json).map(([name, inner]) => [
        name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        own.has(name) ? inner : change(inner),
      ]),
    );
  };
  return objectOf(change(value)) ?? {};
}
