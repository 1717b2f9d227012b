import { describe, expect, test } from "bun:test";
import type { WireFormat } from "../../runtime/contract.ts";
import type { Json, JsonObject, Response, Usage } from "../../runtime/wire/canonical.ts";
import { packOpaque } from "../../runtime/wire/carrier.ts";
import { type AnswerMap, emptyAnswerMap } from "../../runtime/wire/codec.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { gemini } from "../../runtime/wire/gemini/codec.ts";
import { call, replyContext, response, text } from "../support/canonical.ts";

const context = replyContext();

const answer = (parts: Json, finishReason: string, more: JsonObject = {}, top: JsonObject = {}): JsonObject => ({
  candidates: [{ content: { role: "model", parts }, finishReason, ...more, index: 0 }],
  modelVersion: "gemini-3-pro",
  responseId: "r-1",
  ...top,
});
const signed = (data: string) => ({ from: "gemini", data, model: "gemini-3-pro" }) as const;

function decoded(body: Json, map: AnswerMap = emptyAnswerMap): Response {
  const read = gemini.decodeResponse(body, map);
  if (read.kind === "failed") throw new Error(read.error.message);
  return read.value;
}

function lossesOf(body: Json): readonly string[] {
  const read = gemini.decodeResponse(body, emptyAnswerMap);
  return read.kind === "failed" ? [] : read.losses.map(({ code, field }) => `${code}:${field}`);
}

/** What a buffered answer becomes for a client of another API. */
function translated(body: Json, client: WireFormat): JsonObject {
  return JSON.parse(JSON.stringify(codecs[client].encodeResponse(decoded(body), context)));
}

describe("R20 blocks of whole answers", () => {
  const rows: readonly (readonly [title: string, parts: Json, blocks: readonly object[]])[] = [
    ["adjacent texts are one", [{ text: "a" }, { text: "b" }], [{ kind: "text", text: "ab" }]],
    [
      "thoughts are thinking, with their signature",
      [{ text: "plan", thought: true, thoughtSignature: "S" }, { text: "Hi" }],
      [
        { kind: "thinking", text: "plan", signature: signed("S") },
        { kind: "text", text: "Hi" },
      ],
    ],
    [
      "K17 signed text is text, and no neighbour joins it",
      [{ text: "Hello", thoughtSignature: "S" }, { text: "!" }],
      [
        { kind: "text", text: "Hello", signature: signed("S") },
        { kind: "text", text: "!" },
      ],
    ],
    [
      "a signature in an empty part is the last text's",
      [{ text: "Hello" }, { text: "", thoughtSignature: "S" }],
      [{ kind: "text", text: "Hello", signature: signed("S") }],
    ],
    [
      "a signature in an empty part behind a thought is the thought's",
      [
        { text: "plan", thought: true },
        { text: "", thoughtSignature: "S" },
      ],
      [{ kind: "thinking", text: "plan", signature: signed("S") }],
    ],
    ["an empty part is nothing", [{ text: "" }, {}], []],
    [
      "calls keep their order, ids and signature; what is missing is made up",
      [
        { functionCall: { id: "c1", name: "w", args: { b: 1, a: [2] } }, thoughtSignature: "S" },
        { functionCall: { name: "w", args: null } },
        { functionCall: { name: "v", args: '{"a":1}' } },
        { functionCall: { args: {} } },
      ],
      [
        { id: "c1", name: "w", tool: "function", argumentsText: '{"b":1,"a":[2]}', signature: signed("S") },
        { id: expect.stringMatching(/^call_[0-9a-f]{24}$/), argumentsText: "{}" },
        { id: expect.stringMatching(/^call_[0-9a-f]{24}$/), name: "v", argumentsText: '{"a":1}' },
      ],
    ],
    [
      "code that Google ran, and what it printed, are Markdown",
      [
        { executableCode: { language: "PYTHON", code: "print(1)" } },
        { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } },
      ],
      [{ kind: "text", text: "\n```python\nprint(1)\n```\n\n```\n1\n```\n" }],
    ],
  ];
  for (const [title, parts, blocks] of rows) {
    test(title, () => {
      const read = decoded(answer(parts, "STOP")).blocks;
      expect(read).toMatchObject([...blocks]);
      expect(read).toHaveLength(blocks.length);
    });
  }

  test("what other APIs have no place for is a loss", () => {
    const parts = [
      { text: "a" },
      { inlineData: { mimeType: "image/png", data: "AA" }, thoughtSignature: "S" },
      { toolCall: {} },
    ];
    const other = { content: { role: "model", parts: [{ text: "b" }] }, index: 1 };
    const body = answer(parts, "STOP");
    const candidates = Array.isArray(body["candidates"]) ? [...body["candidates"], other] : [];
    expect(lossesOf({ ...body, candidates })).toEqual([
      "dropped:candidates[0].content.parts[1]",
      "dropped:candidates[0].content.parts[2]",
      "dropped:candidates[1]",
    ]);
    expect(decoded({ ...body, candidates }).blocks).toEqual([{ kind: "text", text: "a" }]);
  });

  test("tool names come back in full, and the text of custom tools out of its object", () => {
    const map = { ...emptyAnswerMap, toolNames: new Map([["w_1", "a/w"]]), customTools: new Set(["p"]) };
    const parts = [{ functionCall: { name: "w_1" } }, { functionCall: { name: "p", args: { input: "x\ny" } } }];
    expect(decoded(answer(parts, "STOP"), map).blocks).toMatchObject([
      { name: "a/w", tool: "function" },
      { name: "p", tool: "custom", argumentsText: "x\ny" },
    ]);
  });

  test("stop sequences that the server has no field for end the answer here", () => {
    const map = { ...emptyAnswerMap, localStop: ["END"] };
    expect(decoded(answer([{ text: "Hi E" }, { text: "ND never" }], "STOP"), map)).toMatchObject({
      blocks: [{ kind: "text", text: "Hi " }],
      stop: { reason: "stop-sequence", sequence: "END" },
    });
  });

  test("id, model, and tier are the upstream's", () => {
    const body = answer([{ text: "a" }], "STOP", {}, { usageMetadata: { serviceTier: "FLEX" } });
    expect(decoded(body)).toMatchObject({ id: "r-1", model: "gemini-3-pro", serviceTier: "flex" });
  });
});

describe("R20 R301 how an answer ended", () => {
  const hi = [{ text: "Hi" }];
  const calling = [{ functionCall: { name: "w" } }];
  const rows: readonly (readonly [finish: string, parts: Json, stop: Response["stop"]])[] = [
    ["STOP", hi, { reason: "end" }],
    ["STOP", calling, { reason: "tool-calls" }],
    ["FINISH_REASON_UNSPECIFIED", calling, { reason: "tool-calls" }],
    ["MAX_TOKENS", hi, { reason: "length" }],
    ["MAX_TOKENS", calling, { reason: "tool-calls" }],
    ["CONTINUATION", hi, { reason: "length" }],
    ["OTHER", hi, { reason: "end" }],
    ["LANGUAGE", hi, { reason: "end" }],
    ["constructor", hi, { reason: "end" }],
    ["", hi, { reason: "end" }],
    ["", calling, { reason: "tool-calls" }],
    ...["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY"].map(
      (word) => [word, hi, { reason: "refusal", explanation: word }] as const,
    ),
  ];
  for (const [finish, parts, stop] of rows) {
    test(`${finish || "nothing said"} with ${JSON.stringify(parts)} is ${stop.reason}`, () => {
      expect(decoded(answer(parts, finish)).stop).toEqual(stop);
    });
  }

  test("the vendor's own words for a refusal win over the reason's name", () => {
    const body = answer([], "SAFETY", { finishMessage: "Not this." });
    expect(decoded(body).stop).toEqual({ reason: "refusal", explanation: "Not this." });
  });

  const failures: readonly (readonly [title: string, body: Json, error: object])[] = [
    ...["MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MALFORMED_RESPONSE"].map(
      (word) =>
        [word, answer(calling, word), { class: "bad-upstream-answer", code: "upstream_invalid_response" }] as const,
    ),
    ["OTHER without text", answer([], "OTHER"), { class: "bad-upstream-answer" }],
    ["a reason nobody knows, without text", answer([], "SOMETHING_NEW"), { class: "bad-upstream-answer" }],
    ["S20 no candidate and no verdict", { candidates: [] }, { status: 502, code: "upstream_empty" }],
    ["a candidate that is nothing", { candidates: [{}] }, { code: "upstream_empty" }],
    ["no object", [1], { class: "bad-upstream-answer" }],
    ["an error", { error: { code: 429, message: "m", status: "RESOURCE_EXHAUSTED" } }, { class: "rate-limited" }],
    ["an error as text", { error: "m" }, { class: "server-error", status: 502, message: "m" }],
  ];
  for (const [title, body, error] of failures) {
    test(`${title} is a failure`, () => {
      expect(gemini.decodeResponse(body, emptyAnswerMap)).toMatchObject({ kind: "failed", error });
    });
  }

  test("S09 a whole call wins over the limit for a Messages client", () => {
    expect(translated(answer(calling, "MAX_TOKENS"), "anthropic-messages")).toMatchObject({
      stop_reason: "tool_use",
      content: [{ type: "tool_use", name: "w", input: {} }],
    });
  });

  test("S11 a blocked prompt is a refusal with its reason, and no error", () => {
    const body = { promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, usageMetadata: { promptTokenCount: 3 } };
    expect(translated(body, "anthropic-messages")).toMatchObject({
      content: [],
      stop_reason: "refusal",
      stop_details: { type: "refusal", explanation: "PROHIBITED_CONTENT" },
      usage: { input_tokens: 3 },
    });
    expect(translated(body, "openai-chat")).toMatchObject({
      choices: [{ message: { content: null, refusal: "PROHIBITED_CONTENT" }, finish_reason: "content_filter" }],
    });
    const unnamed = { promptFeedback: { blockReason: "BLOCKED_REASON_UNSPECIFIED" } };
    expect(gemini.decodeResponse(unnamed, emptyAnswerMap)).toMatchObject({ error: { code: "upstream_empty" } });
  });

  test("K17 a Messages client gets signed text as text, and its signature in thinking behind it", () => {
    const { content } = translated(answer([{ text: "Hello", thoughtSignature: "S" }], "STOP"), "anthropic-messages");
    const signature = packOpaque({ ...signed("S"), signs: "text" });
    expect(content).toMatchObject([
      { type: "text", text: "Hello" },
      { type: "thinking", thinking: "", signature },
    ]);
  });
});

describe("X31 R20 grounding becomes a search and citations", () => {
  const grounded = (said: readonly string[], segment: JsonObject) =>
    decoded(
      answer(
        said.map((one) => ({ text: one })),
        "STOP",
        {
          groundingMetadata: {
            webSearchQueries: ["a", "b"],
            groundingChunks: [{ web: { uri: "https://a.example/", title: "A" } }, { retrievedContext: {} }],
            groundingSupports: [{ segment, groundingChunkIndices: [0, 1, 7] }],
          },
        },
      ),
    ).blocks;
  const citation = (start: number, end: number) => [{ url: "https://a.example/", title: "A", start, end }];

  test("bytes of UTF-8 become code points", () => {
    expect(grounded(["北🎉 Paris"], { startIndex: 8, endIndex: 13, text: "Paris" })).toMatchObject([
      { kind: "text", citations: citation(3, 8) },
      {
        kind: "web-search",
        id: expect.stringMatching(/^ws_[0-9a-f]{24}$/),
        query: "a; b",
        sources: [{ url: "https://a.example/", title: "A" }],
      },
    ]);
  });
  test("a segment without a start begins with the text", () => {
    expect(grounded(["Paris."], { endIndex: 5 })).toMatchObject([{ citations: citation(0, 5) }, {}]);
  });
  test("offsets of a later part are found by the words they quote", () => {
    expect(grounded(["Ünd: ", "Paris"], { partIndex: 1, endIndex: 5, text: "Paris" })).toMatchObject([
      { citations: citation(5, 10) },
      {},
    ]);
  });
  test("offsets beyond the text end with it", () => {
    expect(grounded(["Paris"], { startIndex: 2, endIndex: 99 })).toMatchObject([{ citations: citation(2, 5) }, {}]);
  });
  test("without a query there was no search, and what is no list cites nothing", () => {
    const metadata = { groundingMetadata: { groundingSupports: "x", groundingChunks: {}, webSearchQueries: [1] } };
    expect(decoded(answer([{ text: "a" }], "STOP", metadata)).blocks).toEqual([{ kind: "text", text: "a" }]);
  });
});

describe("R299 R300 usage", () => {
  const count = (usageMetadata: JsonObject) => decoded(answer([{ text: "a" }], "STOP", {}, { usageMetadata })).usage;
  const usage = (more: Partial<Usage>): Usage => ({
    uncachedInput: 0,
    cacheRead: 0,
    cacheWrite: 0,
    output: 0,
    reasoning: 0,
    cacheWriteKnown: false,
    ...more,
  });
  const rows: readonly (readonly [title: string, told: JsonObject, read: Usage])[] = [
    [
      "thoughts count beside candidates, cached tokens inside the prompt",
      {
        promptTokenCount: 30,
        cachedContentTokenCount: 10,
        candidatesTokenCount: 12,
        thoughtsTokenCount: 5,
        totalTokenCount: 47,
      },
      usage({ uncachedInput: 20, cacheRead: 10, output: 17, reasoning: 5 }),
    ],
    [
      "results of tools are input, and not output",
      { promptTokenCount: 30, toolUsePromptTokenCount: 70, totalTokenCount: 105 },
      usage({ uncachedInput: 100, output: 5 }),
    ],
    [
      "no candidates, no total",
      { promptTokenCount: 8, thoughtsTokenCount: 5 },
      usage({ uncachedInput: 8, output: 5, reasoning: 5 }),
    ],
    [
      "never negative",
      { promptTokenCount: 5, cachedContentTokenCount: 9, totalTokenCount: 1 },
      usage({ cacheRead: 9 }),
    ],
    ["of the wrong type", { promptTokenCount: "5", candidatesTokenCount: -3 }, usage({})],
  ];
  for (const [title, told, read] of rows) test(title, () => expect(count(told)).toEqual(read));

  test("the same numbers from Messages to Chat to Gemini, and what of them comes back", () => {
    const used = usage({ uncachedInput: 20, cacheRead: 1000, cacheWrite: 300, output: 50, reasoning: 30 });
    const told = {
      promptTokenCount: 1320,
      cachedContentTokenCount: 1000,
      candidatesTokenCount: 20,
      thoughtsTokenCount: 30,
      totalTokenCount: 1370,
    };
    const body = gemini.encodeResponse(response([text("a")], { usage: used }), context);
    expect(body["usageMetadata"]).toEqual(told);
    expect(count(told)).toEqual(usage({ uncachedInput: 320, cacheRead: 1000, output: 50, reasoning: 30 }));
    expect(gemini.encodeResponse(response([text("a")]), context)).not.toHaveProperty("usageMetadata");
  });
});

describe("R16 R20 whole answers for clients of the Gemini API", () => {
  const encoded = (value: Response): JsonObject => JSON.parse(JSON.stringify(gemini.encodeResponse(value, context)));
  const anthropic = { from: "anthropic-messages", data: "S" } as const;
  const parts = (value: Response) => encoded(value)["candidates"];

  test("everything an answer has around its parts", () => {
    expect(encoded(response([text("Hi")]))).toEqual({
      candidates: [{ content: { role: "model", parts: [{ text: "Hi" }] }, finishReason: "STOP", index: 0 }],
      modelVersion: "my-alias",
      createTime: "2026-09-21T14:13:20.000Z",
      responseId: context.requestId,
    });
  });

  test("one part for each block, in order", () => {
    const blocks = [
      { kind: "thinking", text: "plan", signature: anthropic },
      { kind: "redacted-thinking", data: anthropic },
      { kind: "text", text: "Hi", signature: signed("T") },
      call("c1", '{"b":1,"a":2}', { signature: signed("C") }),
      call("c2", "", {}),
      call("c3", "raw", { tool: "custom" }),
    ] as const;
    expect(parts(response(blocks, { stop: { reason: "tool-calls" } }))).toMatchObject([
      {
        content: {
          role: "model",
          parts: [
            { text: "plan", thought: true, thoughtSignature: btoa(packOpaque(anthropic)) },
            { text: "", thought: true, thoughtSignature: btoa(packOpaque(anthropic)) },
            { text: "Hi", thoughtSignature: "T" },
            { functionCall: { id: "c1", name: "lookup", args: { b: 1, a: 2 } }, thoughtSignature: "C" },
            { functionCall: { id: "c2", name: "lookup", args: {} } },
            { functionCall: { id: "c3", name: "lookup", args: { input: "raw" } } },
          ],
        },
        finishReason: "STOP",
      },
    ]);
  });

  const stops: readonly (readonly [Response["stop"], string, string | undefined])[] = [
    [{ reason: "end" }, "STOP", undefined],
    [{ reason: "stop-sequence", sequence: "x" }, "STOP", undefined],
    [{ reason: "length" }, "MAX_TOKENS", undefined],
    [{ reason: "context-full" }, "MAX_TOKENS", undefined],
    [{ reason: "compaction" }, "STOP", undefined],
    [{ reason: "filtered" }, "SAFETY", "The answer was withheld by a content filter."],
    [{ reason: "refusal" }, "SAFETY", "The model declined to answer."],
    [{ reason: "refusal", explanation: "No." }, "SAFETY", "No."],
  ];
  for (const [stop, finishReason, finishMessage] of stops) {
    test(`${JSON.stringify(stop)} is ${finishReason}`, () => {
      const [candidate] = [encoded(response([], { stop }))["candidates"]].flat();
      expect(candidate).toEqual({
        content: { role: "model", parts: [] },
        finishReason,
        ...(finishMessage === undefined ? {} : { finishMessage }),
        index: 0,
      });
    });
  }

  test("a refusal in the model's own words is the reason, not the answer", () => {
    const value = response([{ kind: "refusal", text: "I will not." }], { stop: { reason: "refusal" } });
    expect(parts(value)).toMatchObject([
      { content: { parts: [] }, finishReason: "SAFETY", finishMessage: "I will not." },
    ]);
  });

  test("arguments that are no object are told as text, and those the limit cut off not at all", () => {
    const broken = [call("c1", "[1]"), call("c2", '{"a":')];
    const told = [{ functionCall: { args: { _raw: "[1]" } } }, { functionCall: { args: { _raw: '{"a":' } } }];
    expect(parts(response(broken, { stop: { reason: "tool-calls" } }))).toMatchObject([{ content: { parts: told } }]);
    const [cut] = [parts(response([...broken, call("c3", "")], { stop: { reason: "length" } }))].flat();
    expect(cut).toMatchObject({ content: { parts: [{ functionCall: { id: "c1" } }] }, finishReason: "MAX_TOKENS" });
    expect(cut).not.toHaveProperty("content.parts.1");
  });

  test("citations and searches are grounding, counted in bytes", () => {
    const source = { url: "https://a.example/", title: "A" };
    const citations = [{ ...source, start: 3, end: 8 }];
    const search = { kind: "web-search", id: "w", query: "capital", sources: [source], failed: false } as const;
    expect(parts(response([search, { kind: "text", text: "北🎉 Paris", citations }]))).toMatchObject([
      {
        groundingMetadata: {
          webSearchQueries: ["capital"],
          groundingChunks: [{ web: { uri: "https://a.example/", title: "A" } }],
          groundingSupports: [{ segment: { startIndex: 8, endIndex: 13, text: "Paris" }, groundingChunkIndices: [0] }],
        },
      },
    ]);
  });
});
