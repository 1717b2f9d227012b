import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { Captured } from "../support/capture-upstream.ts";
import { type FourVendors, startFourVendors } from "../support/four-vendors.ts";
import { loadRouter } from "../support/load-router.ts";
import { routerIR, routeTo, ruleIR } from "../support/router-ir.ts";

const openai = (model: string) => ({
  plan: { routes: [routeTo("openai", model)], validate: [], hedge: undefined } as const,
});
const rules = [
  ruleIR(1, [{ kind: "model-in", models: ["openai/general"] }], { name: "of-all", ...openai("gpt-4o") }),
  ruleIR(
    2,
    [
      { kind: "endpoint", in: ["embeddings", "chat_completions"] },
      { kind: "model-in", models: ["openai/named"] },
    ],
    { name: "of-embeddings", ...openai("embedder") },
  ),
];

let gateway: FourVendors;
beforeAll(async () => {
  const { route } = await loadRouter(routerIR(rules));
  gateway = await startFourVendors({ route });
});
afterAll(() => gateway.stop());
afterEach(() => {
  for (const upstream of Object.values(gateway.upstreams)) upstream.answer(() => undefined);
});

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(gateway.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

/** 0.5 and -2 as little-endian 32-bit floats. */
const encoded = "AAAAPwAAAMA=";

/** OpenAI's answer: a vector for each input, whose first number tells its place in the request. */
function vectors({ text }: Captured): Response {
  const { input, encoding_format: format } = JSON.parse(text);
  const inputs = Array.isArray(input) && typeof input[0] !== "number" ? input : [input];
  const data = inputs.map((_: unknown, index: number) => ({
    object: "embedding",
    index,
    embedding: format === "base64" ? encoded : [index, -2],
  }));
  const usage = { prompt_tokens: inputs.length, total_tokens: inputs.length };
  return Response.json({ object: "list", data, model: "text-embedding-3-small", usage });
}

/** Google's: each vector tells its text. */
function geminiVectors({ text }: Captured): Response {
  const { requests } = JSON.parse(text);
  type Asked = Readonly<{ content: Readonly<{ parts: readonly Readonly<{ text: string }>[] }> }>;
  const embeddings = requests.map(({ content }: Asked) => ({ values: [Number(content.parts[0]?.text ?? 0), 0.5] }));
  return Response.json({ embeddings });
}

describe("R204 POST /v1/embeddings at an upstream of OpenAI's API", () => {
  const inputs: readonly [string, unknown, string][] = [
    ["a text", "hi", ""],
    ["texts", ["a", "b"], ""],
    ["tokens", [1, 2, 3], ""],
    ["lists of tokens", [[1, 2], [3]], ""],
    ["texts with a member nobody knows", ["a"], ',"unknown":12345678901234567890'],
  ];
  test.each(inputs)("%s pass byte for byte, and so does the answer", async (_name, input, rest) => {
    const { openai } = gateway.upstreams;
    const answer =
      '{ "object":"list", "data":[{"object":"embedding","index":0,"embedding":[0.5,-2]}],\n"model":"m","usage":{"prompt_tokens":1,"total_tokens":1}}';
    openai.answer(() => new Response(answer, { headers: { "content-type": "application/json" } }));
    const body = `{"model":"openai/text-embedding-3-small", "input" :${JSON.stringify(input)}${rest}}`;
    const response = await fetch(`${gateway.url}/v1/embeddings`, { method: "POST", body });
    expect(await response.text()).toBe(answer);
    expect(openai.requests.map(({ path, text }) => [path, text])).toEqual([
      ["/v1/embeddings", body.replace("openai/text-embedding-3-small", "text-embedding-3-small")],
    ]);
    expect(openai.requests[0]?.headers["authorization"]).toStartWith("Bearer sk-upstream");
    expect(response.headers.get("x-arouter-model-served")).toBe("text-embedding-3-small");
  });

  test("base64 that was asked for is put together where the upstream only has numbers", async () => {
    gateway.upstreams.local.answer(() =>
      Response.json({ object: "list", data: [{ object: "embedding", index: 0, embedding: [0.5, -2] }], model: "bge" }),
    );
    const { body } = await post("/v1/embeddings", { model: "local/bge", input: "hi", encoding_format: "base64" });
    expect(body.data).toEqual([{ object: "embedding", index: 0, embedding: encoded }]);
    expect(body.model).toBe("bge");
  });

  test("numbers are, where the upstream only has base64", async () => {
    gateway.upstreams.local.answer(() =>
      Response.json({ object: "list", data: [{ object: "embedding", index: 0, embedding: encoded }], model: "bge" }),
    );
    const { body } = await post("/v1/embeddings", { model: "local/bge", input: "hi" });
    expect(body.data).toEqual([{ object: "embedding", index: 0, embedding: [0.5, -2] }]);
  });

  test("more inputs than a request may hold are sent in several, and answered in order as one", async () => {
    const { openai } = gateway.upstreams;
    openai.answer(vectors);
    const input = Array.from({ length: 2050 }, (_, index) => `text ${index}`);
    const { status, body } = await post("/v1/embeddings", { model: "openai/e", input, dimensions: 2 });
    expect(status).toBe(200);
    const sent = openai.requests.map(({ text }) => JSON.parse(text));
    expect(sent.map((one) => one.input.length)).toEqual([2048, 2]);
    expect(sent.flatMap((one) => one.input)).toEqual(input);
    expect(sent.map((one) => one.dimensions)).toEqual([2, 2]);
    expect(body.data.map(({ index }: { index: number }) => index)).toEqual(input.map((_, index) => index));
    expect(body.data[2049].embedding).toEqual([1, -2]);
    expect(body.usage).toEqual({ prompt_tokens: 2050, total_tokens: 2050 });
  });

  test("the upstream's error is the client's, word for word", async () => {
    const error = {
      error: { message: "no such size", type: "invalid_request_error", param: "dimensions", code: null },
    };
    gateway.upstreams.openai.answer(() => Response.json(error, { status: 400 }));
    const { status, body } = await post("/v1/embeddings", { model: "openai/e", input: "hi", dimensions: 0 });
    expect([status, body]).toEqual([400, error]);
  });

  test("an answer that is none is a 502", async () => {
    gateway.upstreams.openai.answer(() => Response.json({ data: [] }));
    const { status, body } = await post("/v1/embeddings", { model: "openai/e", input: "hi" });
    expect([status, body.error.code]).toEqual([502, "upstream_invalid_response"]);
  });
});

describe("R204 POST /v1/embeddings at Google's API", () => {
  test("texts become one batch, sizes and order are kept, usage is counted here", async () => {
    const { google } = gateway.upstreams;
    google.answer(geminiVectors);
    const asked = { model: "google/gemini-embedding-001", input: ["3", "1", "2"], dimensions: 2, user: "u" };
    const { headers, body } = await post("/v1/embeddings", asked);
    expect(google.requests[0]?.path).toBe("/v1beta/models/gemini-embedding-001:batchEmbedContents");
    expect(JSON.parse(google.requests[0]?.text ?? "")).toEqual({
      requests: ["3", "1", "2"].map((text) => ({
        model: "models/gemini-embedding-001",
        content: { parts: [{ text }] },
        outputDimensionality: 2,
      })),
    });
    expect(body).toEqual({
      object: "list",
      data: [3, 1, 2].map((first, index) => ({ object: "embedding", index, embedding: [first, 0.5] })),
      model: "gemini-embedding-001",
      usage: { prompt_tokens: 3, total_tokens: 3 },
    });
    expect(headers.get("x-arouter-usage")).toBe("estimated");
    expect(headers.get("x-arouter-warnings")).toBe("dropped:user");
  });

  test("base64 is little-endian 32-bit floats", async () => {
    gateway.upstreams.google.answer(() => Response.json({ embeddings: [{ values: [0.5, -2] }] }));
    const { body } = await post("/v1/embeddings", { model: "google/e", input: "hi", encoding_format: "base64" });
    expect(body.data[0].embedding).toBe(encoded);
  });

  test("usage that is told is told on", async () => {
    const usageMetadata = { promptTokenCount: 7, totalTokenCount: 7 };
    gateway.upstreams.google.answer(() => Response.json({ embeddings: [{ values: [1] }], usageMetadata }));
    const { headers, body } = await post("/v1/embeddings", { model: "google/e", input: "hi" });
    expect(body.usage).toEqual({ prompt_tokens: 7, total_tokens: 7 });
    expect(headers.get("x-arouter-usage")).toBeNull();
  });

  test("250 texts are three batches", async () => {
    const { google } = gateway.upstreams;
    google.answer(geminiVectors);
    const input = Array.from({ length: 250 }, (_, index) => String(index));
    const { body } = await post("/v1/embeddings", { model: "google/e", input });
    expect(google.requests.map(({ text }) => JSON.parse(text).requests.length)).toEqual([100, 100, 50]);
    const firsts = body.data.map(({ embedding }: { embedding: readonly number[] }) => embedding[0]);
    expect(firsts).toEqual(input.map(Number));
  });
});

describe("Google's clients", () => {
  const requests = [
    { model: "models/e", content: { role: "user", parts: [{ text: "a" }] }, taskType: "RETRIEVAL_QUERY" },
    { model: "models/e", content: { parts: [{ text: "b" }, { text: "c" }] } },
  ];

  test("R204 :batchEmbedContents passes as it is, under another name with that name", async () => {
    const { google } = gateway.upstreams;
    google.answer(() => Response.json({ embeddings: [{ values: [1] }, { values: [2] }] }));
    const { body } = await post("/v1/models/google/e:batchEmbedContents", { requests });
    expect(body).toEqual({ embeddings: [{ values: [1] }, { values: [2] }] });
    expect(google.requests[0]?.path).toBe("/v1beta/models/e:batchEmbedContents");
    expect(JSON.parse(google.requests[0]?.text ?? "")).toEqual({ requests });
  });

  test("R204 :batchEmbedContents at OpenAI's API", async () => {
    const { openai } = gateway.upstreams;
    openai.answer(vectors);
    const { headers, body } = await post("/v1beta/models/openai%2Fe:batchEmbedContents", { requests });
    expect(openai.requests.map(({ path, text }) => [path, JSON.parse(text)])).toEqual([
      ["/v1/embeddings", { model: "e", input: ["a", "b\nc"], encoding_format: "float" }],
    ]);
    expect(body.embeddings).toEqual([{ values: [0, -2] }, { values: [1, -2] }]);
    expect(headers.get("x-arouter-warnings")).toBe("dropped:taskType");
  });

  test("R204 :embedContent at OpenAI's API", async () => {
    const { openai } = gateway.upstreams;
    openai.answer(vectors);
    const asked = { content: { parts: [{ text: "a" }] }, outputDimensionality: 2 };
    const { body } = await post("/v1beta/models/openai/e:embedContent", asked);
    expect(JSON.parse(openai.requests[0]?.text ?? "")).toEqual({
      model: "e",
      input: ["a"],
      encoding_format: "float",
      dimensions: 2,
    });
    expect(body.embedding).toEqual({ values: [0, -2] });
  });

  test("vectors that come in another order are put into the one that was asked for", async () => {
    const data = [
      { index: 1, embedding: [1] },
      { index: 0, embedding: encoded },
    ];
    gateway.upstreams.openai.answer(() => Response.json({ data }));
    const { body } = await post("/v1beta/models/openai/e:batchEmbedContents", { requests });
    expect(body.embeddings).toEqual([{ values: [0.5, -2] }, { values: [1] }]);
  });
});

describe("what cannot be embedded", () => {
  test.each([
    ["tokens at Google's API", { model: "google/e", input: [1, 2] }, "input"],
    ["a list of tokens at Google's API", { model: "google/e", input: ["a", [1, 2]] }, "input"],
    ["no input", { model: "openai/e" }, "input"],
    ["an empty list", { model: "openai/e", input: [] }, "input"],
    ["an object", { model: "openai/e", input: { text: "a" } }, "input"],
    ["a model of Anthropic's", { model: "claude-sonnet-4-5", input: "a" }, "model"],
  ])("%s is a 400", async (_name, asked, param) => {
    const { status, body } = await post("/v1/embeddings", asked);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ type: "invalid_request_error", param });
    for (const upstream of Object.values(gateway.upstreams)) expect(upstream.requests).toEqual([]);
  });

  test("a loss is a 400 for a client that allows none", async () => {
    const headers = { "x-arouter-strict": "1" };
    const { status, body } = await post("/v1/embeddings", { model: "google/e", input: "a", user: "u" }, headers);
    expect([status, body.error.param]).toEqual([400, "user"]);
  });
});

describe("policies", () => {
  test.each([
    ["openai/named", "embedder", "of-embeddings"],
    ["openai/general", "general", "none"],
  ])("only rules that name the endpoint count for %s", async (model, served, rule) => {
    gateway.upstreams.openai.answer(vectors);
    const { headers } = await post("/v1/embeddings", { model, input: "a" });
    expect(headers.get("x-arouter-model-served")).toBe(served);
    expect(headers.get("x-arouter-rule")).toBe(rule);
  });
});

test.each([
  ["gzip", gzipSync],
  ["br", brotliCompressSync],
  ["zstd", zstdCompressSync],
] as const)("a body in %s is read", async (coding, compress) => {
  const { openai } = gateway.upstreams;
  openai.answer(vectors);
  const response = await fetch(`${gateway.url}/v1/embeddings`, {
    method: "POST",
    headers: { "content-type": "application/json", "content-encoding": coding },
    body: new Uint8Array(compress(JSON.stringify({ model: "openai/e", input: "hi" }))),
  });
  expect(response.status).toBe(200);
  expect(openai.requests[0]?.text).toBe('{"model":"e","input":"hi"}');
  expect(openai.requests[0]?.headers["content-encoding"]).toBeUndefined();
});
