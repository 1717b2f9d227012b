import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import { accepted, rejected } from "./cases/gemini.ts";
import { geminiBody, postGemini } from "./support/requests.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

describe("Gemini turns down", () => {
  test.each([...rejected])("%s", async (_title, model, fields, message) => {
    const { status, json } = await postGemini(simulator, `${model}:generateContent`, geminiBody(fields));
    expect(json).toEqual({ error: { code: 400, message, status: "INVALID_ARGUMENT" } });
    expect(status).toBe(400);
  });

  const notFound = (model: string, method: string) =>
    `models/${model} is not found for API version v1beta, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`;
  const missing: readonly (readonly [string, string, string])[] = [
    ["another vendor's model", "gpt-4o:generateContent", notFound("gpt-4o", "generateContent")],
    ["a model that embeds nothing", "gemini-3-pro:embedContent", notFound("gemini-3-pro", "embedContent")],
  ];
  test.each([...missing])("%s", async (_title, path, message) => {
    const body = path.endsWith("embedContent") ? { content: { parts: [{ text: "x" }] } } : geminiBody();
    const { status, json } = await postGemini(simulator, path, body);
    expect(json).toEqual({ error: { code: 404, message, status: "NOT_FOUND" } });
    expect(status).toBe(404);
  });

  test("a path nobody has, in its own words", async () => {
    const { status, json } = await postGemini(simulator, "vendor/gemini-3-pro:generateContent", geminiBody());
    expect(status).toBe(404);
    expect(json).toMatchObject({ error: { code: 404, status: "NOT_FOUND" } });
  });

  test("cached contents", async () => {
    const body = geminiBody({ cachedContent: "cachedContents/1" });
    const { status, json } = await postGemini(simulator, "gemini-3-pro:generateContent", body);
    expect(status).toBe(403);
    expect(json).toMatchObject({ error: { status: "PERMISSION_DENIED" } });
  });

  test("a missing and a wrong key", async () => {
    const guarded = await startSimulator({ geminiKey: "right" });
    const ask = (headers: Record<string, string>, query = "") =>
      fetch(`${guarded.geminiUrl}/v1beta/models/gemini-3-pro:generateContent${query}`, {
        method: "POST",
        headers,
        body: JSON.stringify(geminiBody()),
      });
    const answers = [
      await ask({}),
      await ask({ "x-goog-api-key": "wrong" }),
      await ask({ authorization: "Bearer right" }),
      await ask({ "x-goog-api-key": "right" }),
      await ask({}, "?key=right"),
    ];
    const wrong: unknown = await answers[1]?.json();
    await guarded.stop();
    expect(answers.map((answer) => answer.status)).toEqual([403, 400, 403, 200, 200]);
    expect(wrong).toEqual({
      error: {
        code: 400,
        message: "API key not valid. Please pass a valid API key.",
        status: "INVALID_ARGUMENT",
        details: [
          {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            reason: "API_KEY_INVALID",
            domain: "googleapis.com",
            metadata: { service: "generativelanguage.googleapis.com" },
          },
        ],
      },
    });
  });
});

test.each([...accepted])("Gemini accepts %s", async (_title, model, fields) => {
  const { status, text } = await postGemini(simulator, `${model}:generateContent`, geminiBody(fields));
  expect(`${status} ${status === 200 ? "" : text}`).toBe("200 ");
});

const embeds: readonly (readonly [string, string, object, string])[] = [
  ["nothing to embed", "embedContent", {}, "* EmbedContentRequest.content: contents is not specified\n"],
  [
    "no requests",
    "batchEmbedContents",
    { requests: [] },
    "* BatchEmbedContentsRequest.requests: requests is not specified\n",
  ],
  [
    "a request without its model",
    "batchEmbedContents",
    { requests: [{ content: { parts: [{ text: "x" }] } }] },
    "* BatchEmbedContentsRequest.requests[0].model: model is not specified\n",
  ],
  [
    "a request for another model",
    "batchEmbedContents",
    { requests: [{ model: "models/other", content: { parts: [{ text: "x" }] } }] },
    "* BatchEmbedContentsRequest.requests[0].model: model 'models/other' must be the model of the request, 'models/gemini-embedding-001'\n",
  ],
  [
    "too many dimensions",
    "embedContent",
    { content: { parts: [{ text: "x" }] }, outputDimensionality: 4000 },
    "* EmbedContentRequest.output_dimensionality: must be at most 3072, but is 4000\n",
  ],
];
test.each([...embeds])("Gemini turns down %s", async (_title, method, body, message) => {
  const { status, json } = await postGemini(simulator, `gemini-embedding-001:${method}`, JSON.stringify(body));
  expect(json).toMatchObject({ error: { code: 400, message } });
  expect(status).toBe(400);
});
