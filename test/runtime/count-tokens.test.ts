import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { type FourVendors, models, startFourVendors } from "../support/four-vendors.ts";

let gateway: FourVendors;
beforeAll(async () => {
  gateway = await startFourVendors({ catalog: { store: { path: ":memory:", retentionDays: 0, maxTraces: 0 } } });
});
afterAll(() => gateway.stop());
afterEach(() => {
  for (const upstream of Object.values(gateway.upstreams)) upstream.answer(() => undefined);
});

async function post(path: string, body: unknown, url = gateway.url) {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01" },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** Six tokens of cl100k_base. */
const text = "How are you doing today?";
const question = { messages: [{ role: "user", content: text }] };
const contents = [{ role: "user", parts: [{ text }] }];
const geminiPath = (model: string) => `/v1beta/models/${model}:countTokens`;

type Vendor = keyof typeof models;
type Row = Readonly<{
  name: string;
  path: string;
  body: object;
  upstream: Vendor;
  /** Path and body it gets. */
  asked: readonly [string, object];
  says: object;
  answer: object;
}>;

const natives: readonly Row[] = [
  {
    name: "Anthropic's",
    path: "/v1/messages/count_tokens?beta=true",
    body: { model: models.anthropic, ...question, thinking: { type: "adaptive" } },
    upstream: "anthropic",
    asked: ["/v1/messages/count_tokens", { model: models.anthropic, ...question, thinking: { type: "adaptive" } }],
    says: { input_tokens: 14, context_management: { original_input_tokens: 20 } },
    answer: { input_tokens: 14, context_management: { original_input_tokens: 20 } },
  },
  {
    name: "Anthropic's under another name",
    path: "/v1/messages/count_tokens",
    body: { model: "anthropic/claude-x", ...question },
    upstream: "anthropic",
    asked: ["/v1/messages/count_tokens", { model: "claude-x", ...question }],
    says: { input_tokens: 14 },
    answer: { input_tokens: 14 },
  },
  {
    name: "OpenAI's",
    path: "/v1/responses/input_tokens",
    body: { model: models.responses, input: text },
    upstream: "responses",
    asked: ["/v1/responses/input_tokens", { model: models.responses, input: text }],
    says: { object: "response.input_tokens", input_tokens: 11 },
    answer: { object: "response.input_tokens", input_tokens: 11 },
  },
  {
    name: "OpenAI's, at a provider that is set up for Chat Completions",
    path: "/v1/responses/input_tokens",
    body: { model: models.openai, input: text },
    upstream: "openai",
    asked: ["/v1/responses/input_tokens", { model: models.openai, input: text }],
    says: { object: "response.input_tokens", input_tokens: 11 },
    answer: { object: "response.input_tokens", input_tokens: 11 },
  },
  {
    name: "Google's",
    path: geminiPath(models.google),
    body: { contents },
    upstream: "google",
    asked: [geminiPath(models.google), { contents }],
    says: { totalTokens: 7 },
    answer: { totalTokens: 7 },
  },
  {
    name: "Google's with a whole request under another name",
    path: geminiPath("google/gemini-x"),
    body: { generateContentRequest: { model: "models/google/gemini-x", contents } },
    upstream: "google",
    asked: [geminiPath("gemini-x"), { generateContentRequest: { model: "models/gemini-x", contents } }],
    says: { totalTokens: 7 },
    answer: { totalTokens: 7 },
  },
];

const translated: readonly Row[] = [
  {
    name: "E13 Anthropic's client of OpenAI's model",
    path: "/v1/messages/count_tokens",
    body: { model: models.openai, system: "Be brief.", ...question },
    upstream: "openai",
    asked: ["/v1/responses/input_tokens", { model: models.openai }],
    says: { object: "response.input_tokens", input_tokens: 11 },
    answer: { input_tokens: 11 },
  },
  {
    name: "Anthropic's client of Google's model",
    path: "/v1/messages/count_tokens",
    body: { model: models.google, ...question },
    upstream: "google",
    asked: [geminiPath(models.google), { generateContentRequest: { model: `models/${models.google}`, contents } }],
    says: { totalTokens: 7 },
    answer: { input_tokens: 7 },
  },
  {
    name: "OpenAI's client of Anthropic's model",
    path: "/v1/responses/input_tokens",
    body: { model: models.anthropic, input: text },
    upstream: "anthropic",
    asked: ["/v1/messages/count_tokens", { model: models.anthropic }],
    says: { input_tokens: 14 },
    answer: { object: "response.input_tokens", input_tokens: 14 },
  },
  {
    name: "Google's client of Anthropic's model",
    path: geminiPath(models.anthropic),
    body: { contents },
    upstream: "anthropic",
    asked: ["/v1/messages/count_tokens", { model: models.anthropic }],
    says: { input_tokens: 14 },
    answer: { totalTokens: 14, promptTokensDetails: [{ modality: "TEXT", tokenCount: 14 }] },
  },
];

describe("a count is the upstream's own", () => {
  test.each([...natives, ...translated].map((row) => [row.name, row] as const))("%s", async (_name, row) => {
    const upstream = gateway.upstreams[row.upstream];
    upstream.answer(() => Response.json(row.says));
    const { status, headers, body } = await post(row.path, row.body);
    expect([status, body]).toEqual([200, row.answer]);
    expect(headers.get("x-arouter-usage")).toBeNull();
    expect(upstream.requests.map(({ path }) => path)).toEqual([row.asked[0]]);
    expect(JSON.parse(upstream.requests[0]?.text ?? "")).toMatchObject(row.asked[1]);
  });

  test("what only a conversation has is left out of a translated question", async () => {
    const { anthropic } = gateway.upstreams;
    anthropic.answer(() => Response.json({ input_tokens: 1 }));
    await post("/v1/responses/input_tokens", { model: models.anthropic, input: text, instructions: "Be brief." });
    const asked = JSON.parse(anthropic.requests[0]?.text ?? "");
    expect(Object.keys(asked).sort()).toEqual(["messages", "model", "system"]);
  });
});

describe("else the gateway's, marked as a guess", () => {
  const estimates: readonly (readonly [string, string, (model: string) => object, object])[] = [
    ["Anthropic's", "/v1/messages/count_tokens", (model) => ({ model, ...question }), { input_tokens: 6 }],
    [
      "OpenAI's",
      "/v1/responses/input_tokens",
      (model) => ({ model, input: text }),
      { object: "response.input_tokens", input_tokens: 6 },
    ],
    [
      "Google's",
      geminiPath("{model}"),
      () => ({ contents }),
      { totalTokens: 6, promptTokensDetails: [{ modality: "TEXT", tokenCount: 6 }] },
    ],
  ];

  test.each(estimates)("E13 a model that nobody counts for (%s client)", async (_name, path, body, answer) => {
    const asked = await post(path.replace("{model}", models.local), body(models.local));
    expect([asked.status, asked.body]).toEqual([200, answer]);
    expect(asked.headers.get("x-arouter-usage")).toBe("estimated");
    expect(gateway.upstreams.local.requests).toEqual([]);
  });

  test.each([404, 401, 403, 429, 500, 503, 529])("an upstream that answers %d", async (status) => {
    gateway.upstreams.anthropic.answer(() => Response.json({ type: "error", error: { type: "x" } }, { status }));
    const asked = await post("/v1/messages/count_tokens", { model: models.anthropic, ...question });
    expect([asked.status, asked.body]).toEqual([200, { input_tokens: 6 }]);
    expect(asked.headers.get("x-arouter-usage")).toBe("estimated");
  });

  test("an upstream that answers with something else", async () => {
    gateway.upstreams.anthropic.answer(() => Response.json({ tokens: 1 }));
    const asked = await post("/v1/messages/count_tokens", { model: models.anthropic, ...question });
    expect([asked.status, asked.body]).toEqual([200, { input_tokens: 6 }]);
  });

  test("what is wrong with the request is said", async () => {
    const error = { type: "error", error: { type: "invalid_request_error", message: "messages: too odd" } };
    gateway.upstreams.anthropic.answer(() => Response.json(error, { status: 400 }));
    const asked = await post("/v1/messages/count_tokens", { model: models.anthropic, ...question });
    expect([asked.status, asked.body]).toEqual([400, error]);
  });
});

describe("a count is light", () => {
  test("what comes of it says nothing of a provider's health", async () => {
    const { anthropic } = gateway.upstreams;
    anthropic.answer(() => Response.json({}, { status: 401 }));
    for (let n = 0; n < 5; n++) await post("/v1/messages/count_tokens", { model: models.anthropic, ...question });
    anthropic.answer(() => Response.json({ input_tokens: 14 }));
    const asked = await post("/v1/messages/count_tokens", { model: models.anthropic, ...question });
    expect(asked.headers.get("x-arouter-usage")).toBeNull();
  });

  test("its key is charged nothing", async () => {
    gateway.upstreams.anthropic.answer(() => Response.json({ input_tokens: 14 }));
    const { headers } = await post("/v1/messages/count_tokens", { model: models.anthropic, ...question });
    const trace = await fetch(`${gateway.url}/api/v1/traces/${headers.get("request-id")}`);
    expect(await trace.json()).toMatchObject({
      status: 200,
      tokens_in: 0,
      tokens_out: 0,
      attempts: [{ outcome: "ok" }],
    });
  });

  test("it needs no place: 25 at once are answered while the only one is taken", async () => {
    const small = await startFourVendors({
      catalog: {
        limits: {
          maxBodyBytes: 100_000,
          maxJsonDepth: 64,
          maxResponseBytes: 100_000,
          maxInFlight: 1,
          queueSize: 0,
          queueMs: 0,
          adaptive: false,
          maxRssBytes: 0,
          maxLoopDelayMs: 0,
        },
      },
    });
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    small.upstreams.anthropic.answer(async ({ path }) => {
      if (path === "/v1/messages/count_tokens") return Response.json({ input_tokens: 14 });
      await held;
      return Response.json({}, { status: 500 });
    });
    const conversation = { model: models.anthropic, max_tokens: 1, ...question };
    const running = post("/v1/messages", conversation, small.url);
    while (small.upstreams.anthropic.requests.length === 0) await Bun.sleep(5);
    expect((await post("/v1/messages", conversation, small.url)).status).toBe(529);
    const counts = Array.from({ length: 25 }, () =>
      post("/v1/messages/count_tokens", { model: models.anthropic, ...question }, small.url),
    );
    expect((await Promise.all(counts)).map(({ status }) => status)).toEqual(counts.map(() => 200));
    finish();
    await running;
    await small.stop();
  });
});
