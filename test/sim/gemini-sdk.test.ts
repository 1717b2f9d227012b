import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { ApiError, type GenerateContentResponse, GoogleGenAI, type Part, type Tool, Type } from "@google/genai";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { failureOf } from "./support/failure.ts";
import { geminiBody, postGemini } from "./support/requests.ts";

let simulator: Simulator;
let client: GoogleGenAI;
beforeAll(async () => {
  simulator = await startSimulator({ geminiKey: "key" });
  client = new GoogleGenAI({ apiKey: "key", httpOptions: { baseUrl: simulator.geminiUrl } });
});
afterAll(() => simulator.stop());
afterEach(() => simulator.reset());

const model = "gemini-3-pro";
const tools: Tool[] = [
  {
    functionDeclarations: [
      { name: "get_weather", parametersJsonSchema: { type: "object", properties: { city: { type: "string" } } } },
      { name: "get_time", parameters: { type: Type.OBJECT, properties: { zone: { type: Type.STRING } } } },
    ],
  },
];

async function chunksOf(request: Parameters<typeof client.models.generateContentStream>[0]) {
  const chunks: GenerateContentResponse[] = [];
  for await (const chunk of await client.models.generateContentStream(request)) chunks.push(chunk);
  return chunks;
}

test("an answer with its thoughts", async () => {
  const answer = await client.models.generateContent({
    model,
    contents: "Hello",
    config: { thinkingConfig: { includeThoughts: true } },
  });
  expect(answer.text).toBe("You said: Hello");
  expect(answer.modelVersion).toBe(model);
  expect<unknown>(answer.candidates).toEqual([
    {
      index: 0,
      finishReason: "STOP",
      content: {
        role: "model",
        parts: [
          { text: "The last message has 2 tokens. I answer it.", thought: true },
          { text: "You said: Hello", thoughtSignature: expect.stringMatching(/^[\w+/]+=*$/) },
        ],
      },
    },
  ]);
  expect<unknown>(answer.usageMetadata).toEqual({
    promptTokenCount: 2,
    candidatesTokenCount: 5,
    totalTokenCount: 19,
    promptTokensDetails: [{ modality: "TEXT", tokenCount: 2 }],
    thoughtsTokenCount: 12,
  });
});

describe("a stream assembles to the whole answer", () => {
  const requests: readonly (readonly [string, Parameters<typeof client.models.generateContent>[0]])[] = [
    ["text", { model, contents: "Hello 🙂" }],
    ["thoughts", { model, contents: "Hello", config: { thinkingConfig: { includeThoughts: true } } }],
    ["parallel calls", { model, contents: "get_weather and get_time", config: { tools } }],
    ["a web search", { model, contents: "Search the web", config: { tools: [{ googleSearch: {} }] } }],
    ["a length stop", { model: "gemini-2.5-flash", contents: "Hello there", config: { maxOutputTokens: 15 } }],
    ["a refusal", { model, contents: "Please refuse." }],
  ];

  /** Texts that follow each other joined, empty ones left out, their signature kept. */
  function joined(parts: readonly Part[]): readonly Part[] {
    const list: Part[] = [];
    for (const part of parts) {
      const last = list.at(-1);
      const same =
        last?.text !== undefined && part.text !== undefined && (last.thought === part.thought || part.text === "");
      if (same) list[list.length - 1] = { ...last, ...part, text: `${last.text}${part.text}` };
      else if (part.text !== "") list.push(part);
    }
    return list;
  }

  test.each([...requests])("%s", async (_title, request) => {
    const whole = await client.models.generateContent(request);
    const chunks = await chunksOf(request);
    const parts = chunks.flatMap((chunk) => chunk.candidates?.[0]?.content?.parts ?? []);
    const last = chunks.at(-1);
    expect(joined(parts)).toEqual([...(whole.candidates?.[0]?.content?.parts ?? [])]);
    expect<unknown>(last?.usageMetadata).toEqual(whole.usageMetadata);
    const { content: _, ...end } = whole.candidates?.[0] ?? {};
    const { content: __, ...streamedEnd } = last?.candidates?.[0] ?? {};
    expect(streamedEnd).toEqual(end);
    expect(chunks.slice(0, -1).every((chunk) => chunk.candidates?.[0]?.finishReason === undefined)).toBe(true);
  });
});

test("function turns of a chat, streamed and whole", async () => {
  const chat = client.chats.create({ model, config: { tools } });
  const asked = await chat.sendMessage({ message: "use get_weather and get_time" });
  const calls = asked.functionCalls ?? [];
  expect(calls.map(({ name, args }) => [name, args])).toEqual([
    ["get_weather", { city: "city" }],
    ["get_time", { zone: "zone" }],
  ]);
  const signed = asked.candidates?.[0]?.content?.parts?.map((part) => part.thoughtSignature !== undefined);
  expect(signed).toEqual([true, false]);
  const answered = await chat.sendMessage({
    message: calls.map(({ id = "", name = "" }) => ({ functionResponse: { id, name, response: { output: "7" } } })),
  });
  expect(answered.text).toBe('The tools answered: "7", "7"');
  for await (const chunk of await chat.sendMessageStream({ message: "thanks" }))
    expect<unknown>(chunk.candidates).toHaveLength(1);
  expect((await chat.sendMessage({ message: "And?" })).text).toBe("You said: And?");
});

test("structured output in either language, a forced function, grounding, calls without ids before Gemini 3", async () => {
  const ask = (config: object, contents = "Hello", name = model) =>
    client.models.generateContent({ model: name, contents, config });
  const responseMimeType = "application/json";
  const schema = { type: "object", properties: { age: { type: "integer", minimum: 18 } } };
  expect((await ask({ responseMimeType, responseJsonSchema: schema })).text).toBe('{"age":18}');
  const openapi = { type: Type.OBJECT, properties: { ok: { type: Type.BOOLEAN } } };
  expect((await ask({ responseMimeType, responseSchema: openapi })).text).toBe('{"ok":true}');
  const forced = { tools, toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["get_time"] } } };
  const call = { name: "get_time", args: { zone: "zone" } };
  expect((await ask(forced, "Hello", "gemini-2.5-flash")).functionCalls).toEqual([call]);
  const grounded = await ask({ tools: [{ googleSearch: {} }] }, "Search the web");
  expect<unknown>(grounded.candidates?.[0]?.groundingMetadata).toMatchObject({
    webSearchQueries: ["Search the web"],
    groundingChunks: [{ web: { uri: "https://example.com/", title: "Example Domain" } }],
    groundingSupports: [
      { segment: { endIndex: 29, text: "The web says: Example Domain." }, groundingChunkIndices: [0] },
    ],
  });
});

test("images are seen by their tokens, long prompts are cached", async () => {
  const image = { inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } };
  const seen = await client.models.generateContent({ model, contents: [image, { text: "Hello" }] });
  expect<unknown>(seen.usageMetadata?.promptTokensDetails).toEqual([
    { modality: "TEXT", tokenCount: 2 },
    { modality: "IMAGE", tokenCount: 258 },
  ]);
  const long = { model, contents: "word ".repeat(1100) };
  expect((await client.models.generateContent(long)).usageMetadata?.cachedContentTokenCount).toBeUndefined();
  expect((await client.models.generateContent(long)).usageMetadata?.cachedContentTokenCount).toBe(1101);
});

test("tokens, embeddings, models", async () => {
  expect(await client.models.countTokens({ model, contents: "Hello" })).toMatchObject({ totalTokens: 2 });
  const whole = await postGemini(simulator, `${model}:countTokens`, { generateContentRequest: geminiBody() });
  expect(whole.json).toMatchObject({ totalTokens: 2 });
  const embedded = await client.models.embedContent({
    model: "gemini-embedding-001",
    contents: ["a", "b", "a"],
    config: { outputDimensionality: 8, taskType: "RETRIEVAL_QUERY" },
  });
  const [first = [], second = [], third = []] = (embedded.embeddings ?? []).map(({ values }) => values ?? []);
  expect([first.length, second.length]).toEqual([8, 8]);
  expect(third).toEqual(first);
  expect(second).not.toEqual(first);
  expect(Math.hypot(...first)).toBeCloseTo(1, 6);
  const one = await postGemini(simulator, "gemini-embedding-001:embedContent", {
    content: { parts: [{ text: "a" }] },
    outputDimensionality: 8,
  });
  expect(one.json).toEqual({ embedding: { values: first } });
  const names: (string | undefined)[] = [];
  for await (const entry of await client.models.list({ config: { pageSize: 2 } })) names.push(entry.name);
  expect(names).toContain("models/gemini-2.5-pro");
  expect(await client.models.get({ model })).toMatchObject({ name: `models/${model}`, thinking: true });
  expect(await failureOf(client.models.get({ model: "nothing" }))).toMatchObject({ status: 404 });
});

describe("without alt=sse", () => {
  const stream = (path = `${model}:streamGenerateContent`) => postGemini(simulator, path, geminiBody());

  test("a stream is one JSON array, also under /v1", async () => {
    const { json, headers } = await stream();
    expect(headers.get("content-type")).toBe("application/json; charset=UTF-8");
    expect(json).toMatchObject([{ candidates: [{ content: { parts: [{ text: "You" }] } }] }, {}, {}, {}, {}, {}]);
    const stable = await fetch(`${simulator.geminiUrl}/v1/models/${model}:streamGenerateContent`, {
      method: "POST",
      headers: { "x-goog-api-key": "key" },
      body: JSON.stringify(geminiBody()),
    });
    expect(JSON.parse(await stable.text())).toEqual(json);
  });

  test("an error is its last element, a cut leaves it open", async () => {
    simulator.script({ do: { errorAfterEvents: 1, status: 200, errorMessage: "gone" } }, { do: { endAfterEvents: 1 } });
    expect((await stream()).json).toMatchObject([{ candidates: [{}] }, { error: { message: "gone" } }]);
    expect((await stream()).text).toEndWith("}");
  });
});

describe("scripts", () => {
  const ask = (name = model) => client.models.generateContent({ model: name, contents: "Hello" });

  test("say what is answered", async () => {
    simulator.script(
      {
        do: {
          thinking: "Hm.",
          text: "Hi",
          toolCalls: [{ name: "f", arguments: '{"a":1}', id: "x" }],
          usage: { promptTokenCount: 9 },
        },
      },
      { do: { toolCalls: [{ name: "f", arguments: "{broken" }] } },
      { do: { blockReason: "PROHIBITED_CONTENT" } },
      { do: { stopReason: "RECITATION" } },
    );
    const first = await ask();
    expect<unknown>(first.candidates?.[0]?.content?.parts).toMatchObject([
      { text: "Hm.", thought: true },
      { text: "Hi" },
      { functionCall: { id: "x", name: "f", args: { a: 1 } }, thoughtSignature: expect.any(String) },
    ]);
    expect<unknown>(first.usageMetadata?.promptTokenCount).toBe(9);
    expect((await ask()).candidates).toMatchObject([{ finishReason: "MALFORMED_FUNCTION_CALL" }]);
    const blocked = await ask();
    expect<unknown>([blocked.candidates, blocked.promptFeedback]).toEqual([
      undefined,
      { blockReason: "PROHIBITED_CONTENT" },
    ]);
    expect((await ask()).candidates).toMatchObject([{ finishReason: "RECITATION" }]);
  });

  test("make it fail before and inside", async () => {
    simulator.script(
      { do: { status: 429, retryAfter: "13", errorMessage: "slow down" } },
      { do: { errorAfterEvents: 2, errorMessage: "gone" } },
      { do: { noTerminator: true } },
    );
    const refused = await postGemini(simulator, `${model}:generateContent`, geminiBody());
    expect(refused.headers.get("retry-after")).toBeNull();
    expect(refused.json).toEqual({
      error: {
        code: 429,
        message: "slow down",
        status: "RESOURCE_EXHAUSTED",
        details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "13s" }],
      },
    });
    expect(await failureOf(chunksOf({ model, contents: "Hello" }))).toBeInstanceOf(ApiError);
    const cut = await chunksOf({ model, contents: "Hello" });
    expect<unknown>(cut.map((chunk) => chunk.candidates?.[0]?.finishReason)).toEqual(Array(5).fill(undefined));
  });

  test("a model name can say how to behave", async () => {
    expect(await failureOf(ask("gemini-2.5-pro@sim:status=503"))).toMatchObject({ status: 503 });
    expect((await ask("gemini-2.5-pro@sim:text=42")).text).toBe("42");
  });
});
