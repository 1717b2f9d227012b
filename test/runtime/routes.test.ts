import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type FourVendors, models, startFourVendors } from "../support/four-vendors.ts";

let gateway: FourVendors;
beforeAll(async () => {
  gateway = await startFourVendors({ catalog: { auth: { mode: "nonempty", keys: [] } } });
});
afterAll(() => gateway.stop());

type Asked = Readonly<{ path: string; method?: string; headers?: Record<string, string>; body?: unknown }>;

function ask({ path, method = "POST", headers = {}, body }: Asked): Promise<Response> {
  return fetch(gateway.url + path, {
    method,
    headers: { authorization: "Bearer any", "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

const chat = { model: models.openai, messages: [{ role: "user", content: "hi" }] };
const message = { model: models.anthropic, max_tokens: 9, messages: [{ role: "user", content: "hi" }] };
const chatAnswer = {
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: models.openai,
  choices: [{ index: 0, message: { role: "assistant", content: "hello" }, finish_reason: "stop" }],
};
const messageAnswer = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: models.anthropic,
  content: [{ type: "text", text: "hello" }],
  stop_reason: "end_turn",
  usage: { input_tokens: 1, output_tokens: 1 },
};

describe("paths", () => {
  test.each([
    ["R132 R203", "/v1/chat/completions", chat],
    ["R137 R139", "/api/v1/chat/completions", chat],
    ["R136", "/chat/completions", chat],
    ["R136", "/v1/v1/chat/completions", chat],
    ["R133 R205", "/v1/messages", message],
    ["E18 R205", "/v1/messages?beta=true", message],
    ["R133", "/api/v1/messages", message],
    ["R136", "/messages", message],
    ["R136", "/v1/v1/messages?beta=true", message],
  ] as const)("%s %s is served", async (_proves, path, body) => {
    const isChat = body === chat;
    const upstream = isChat ? gateway.upstreams.openai : gateway.upstreams.anthropic;
    upstream.answer(() => Response.json(isChat ? chatAnswer : messageAnswer));
    const response = await ask({ path, body });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject(isChat ? { id: "chatcmpl-1" } : { id: "msg_1" });
    expect(upstream.requests.map((request) => request.path)).toEqual([
      isChat ? "/v1/chat/completions" : "/v1/messages",
    ]);
  });

  test("R138 R139 R140 the first example: an OpenAI body for google/gemini-3.5-flash", async () => {
    const { google } = gateway.upstreams;
    const candidate = { content: { role: "model", parts: [{ text: "Hello!" }] }, finishReason: "STOP" };
    google.answer(() => Response.json({ candidates: [candidate], modelVersion: "gemini-3.5-flash" }));
    const response = await ask({
      path: "/api/v1/chat/completions",
      body: { model: "google/gemini-3.5-flash", messages: [{ role: "user", content: "Hi" }] },
    });
    expect(await response.json()).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { role: "assistant", content: "Hello!" }, finish_reason: "stop" }],
    });
    expect(google.requests.map(({ path }) => path)).toEqual(["/v1beta/models/gemini-3.5-flash:generateContent"]);
  });

  test.each([
    ["HEAD", "/"],
    ["HEAD", "/api/hello"],
    ["GET", "/api/hello"],
  ])("%s %s says that somebody is there, to anybody, and is not logged", async (method, path) => {
    gateway.lines.length = 0;
    expect((await fetch(gateway.url + path, { method })).status).toBe(200);
    expect(gateway.lines).toEqual([]);
  });

  test("R206 a key in the URL is taken, and neither logged nor passed on", async () => {
    gateway.lines.length = 0;
    const { google } = gateway.upstreams;
    google.answer(() => Response.json({ totalTokens: 3 }));
    const response = await fetch(`${gateway.url}/v1beta/models/${models.google}:countTokens?key=AIza-secret`, {
      method: "POST",
      body: JSON.stringify({ contents: [{ parts: [{ text: "hi" }] }] }),
    });
    expect(await response.json()).toEqual({ totalTokens: 3 });
    expect(JSON.stringify([gateway.lines, google.requests])).not.toContain("AIza-secret");
    expect(google.requests[0]).toMatchObject({
      path: `/v1beta/models/${models.google}:countTokens`,
      headers: { "x-goog-api-key": expect.stringMatching(/^sk-upstream/) },
    });
  });

  test.each([
    "/v1/models/local%2Fllama",
    "/v1/models/local/llama",
    "/api/v1/models/local%2Fllama",
    "/models/local/llama",
  ])("E12 R140 a model whose id has a slash: GET %s", async (path) => {
    expect(await (await ask({ path, method: "GET" })).json()).toMatchObject({ id: models.local, object: "model" });
    const { local } = gateway.upstreams;
    local.answer(() => Response.json(chatAnswer));
    await ask({ path: "/v1/chat/completions", body: { ...chat, model: models.local } });
    expect(JSON.parse(local.requests[0]?.text ?? "")).toMatchObject({ model: "llama" });
  });

  test.each(["/v1/models", "/v1beta/models", "/api/v1beta/models"])("R206 GET %s of Google's clients", async (path) => {
    const headers = { "x-goog-api-key": "any" };
    const one = await ask({ path: `${path}/local/llama`, method: "GET", headers });
    expect(await one.json()).toMatchObject({ name: "models/local/llama" });
    const list = await ask({ path: `${path}?pageSize=2`, method: "GET", headers });
    expect(await list.json()).toMatchObject({ models: [{}, {}], nextPageToken: expect.any(String) });
  });

  test("E07 a request with two credentials is let in, and its upstream gets one", async () => {
    const { anthropic } = gateway.upstreams;
    anthropic.answer(() => Response.json(messageAnswer));
    const response = await ask({ path: "/v1/messages", body: message, headers: { "x-api-key": "another" } });
    expect(response.status).toBe(200);
    expect(anthropic.requests[0]?.headers["x-api-key"]).toStartWith("sk-upstream");
    expect(anthropic.requests[0]?.headers["authorization"]).toBeUndefined();
  });

  test("E10 a native client's API version goes through as it is; a translated request has the oldest one", async () => {
    const { anthropic } = gateway.upstreams;
    anthropic.answer(() => Response.json(messageAnswer));
    await ask({ path: "/v1/messages", body: message, headers: { "anthropic-version": "2026-10-21" } });
    await ask({ path: "/v1/chat/completions", body: { ...chat, model: models.anthropic, temperature: 0.5 } });
    expect(anthropic.requests.map(({ headers }) => headers["anthropic-version"])).toEqual(["2026-10-21", "2023-06-01"]);
  });
});

type Refusal = Readonly<{
  name: string;
  asked: Asked;
  status: number;
  body: object;
  headers?: Readonly<Record<string, string>>;
}>;

const openaiError = (code: string) => ({ error: { type: "invalid_request_error", code } });
const anthropicError = (type: string) => ({ type: "error", error: { type } });
const geminiError = (code: number, status: string) => ({ error: { code, status } });
const google = { "x-goog-api-client": "google-genai-sdk/3.1.0" };

const refusals: readonly Refusal[] = [
  {
    name: "Codex asks for a WebSocket",
    asked: {
      path: "/v1/responses",
      method: "GET",
      headers: { upgrade: "websocket", connection: "Upgrade", "openai-beta": "responses_websockets=2026-02-06" },
    },
    status: 426,
    body: { error: { code: "upgrade_required" } },
  },
  {
    name: "GET on a path that takes POST",
    asked: { path: "/v1/chat/completions", method: "GET" },
    status: 405,
    body: openaiError("method_not_allowed"),
    headers: { allow: "POST" },
  },
  {
    name: "the same of Anthropic's",
    asked: { path: "/v1/messages", method: "PUT" },
    status: 405,
    body: anthropicError("invalid_request_error"),
    headers: { allow: "POST" },
  },
  {
    name: "the same of the Responses API",
    asked: { path: "/v1/responses", method: "DELETE" },
    status: 405,
    body: { error: { code: "method_not_allowed" } },
    headers: { allow: "GET, POST" },
  },
  {
    name: "the same of Google's",
    asked: { path: "/v1beta/models/gemini-2.5-pro", method: "DELETE" },
    status: 405,
    body: { error: { code: 405 } },
    headers: { allow: "GET, POST" },
  },
  { name: "threads", asked: { path: "/v1/threads", body: {} }, status: 404, body: openaiError("unknown_route") },
  {
    name: "images",
    asked: { path: "/v1/images/generations", body: {} },
    status: 404,
    body: openaiError("unknown_route"),
  },
  {
    name: "managed settings of Claude Code",
    asked: { path: "/managed/settings", method: "GET" },
    status: 404,
    body: anthropicError("not_found_error"),
  },
  {
    name: "an unknown path below Anthropic's",
    asked: { path: "/v1/messages/nothing/here", body: {} },
    status: 404,
    body: anthropicError("not_found_error"),
  },
  {
    name: "a path of nobody's, asked by Anthropic's client",
    asked: { path: "/v1/nothing", method: "GET", headers: { "anthropic-version": "2026-10-21" } },
    status: 404,
    body: anthropicError("not_found_error"),
  },
  {
    name: "a path of nobody's",
    asked: { path: "/v1/nothing", method: "GET" },
    status: 404,
    body: openaiError("unknown_route"),
  },
  {
    name: "interactions",
    asked: { path: "/v1/interactions", body: {}, headers: google },
    status: 501,
    body: geminiError(501, "UNIMPLEMENTED"),
  },
  {
    name: "cached contents",
    asked: { path: "/v1beta/cachedContents", body: {} },
    status: 501,
    body: geminiError(501, "UNIMPLEMENTED"),
  },
  {
    name: "an unknown method of a model",
    asked: { path: `/v1/models/${models.google}:sing`, body: {} },
    status: 404,
    body: geminiError(404, "NOT_FOUND"),
  },
];

describe("what is not served is said in the dialect of the path, as JSON, and is not worth another try", () => {
  test.each(refusals.map((row) => [row.name, row] as const))(
    "%s",
    async (_name, { asked, status, body, headers = {} }) => {
      const response = await ask(asked);
      expect(response.status).toBe(status);
      expect(response.headers.get("content-type")).toContain("application/json");
      expect(response.headers.get("x-should-retry")).toBe("false");
      expect(Object.fromEntries(response.headers)).toMatchObject(headers);
      expect(await response.json()).toMatchObject(body);
    },
  );

  test("the path that is quoted is cut short", async () => {
    const response = await ask({ path: `/v1/${"x".repeat(5000)}` });
    expect((await response.text()).length).toBeLessThan(1000);
  });
});

describe("R138 without a key", () => {
  test.each([
    ["/v1/chat/completions", chat, openaiError("invalid_api_key")],
    ["/v1/completions", { model: "m", prompt: "hi" }, openaiError("invalid_api_key")],
    ["/v1/embeddings", { model: "m", input: "hi" }, openaiError("invalid_api_key")],
    ["/v1/responses", { model: "m", input: "hi" }, { error: { code: "invalid_api_key" } }],
    ["/v1/responses/input_tokens", { model: "m", input: "hi" }, { error: { code: "invalid_api_key" } }],
    ["/v1/responses/resp_1/cancel", {}, { error: { code: "invalid_api_key" } }],
    ["/v1/files", {}, openaiError("invalid_api_key")],
    ["/v1/messages", message, anthropicError("authentication_error")],
    ["/v1/messages/count_tokens", message, anthropicError("authentication_error")],
    ["/v1/messages/batches", {}, anthropicError("authentication_error")],
    [`/v1beta/models/${models.google}:generateContent`, {}, geminiError(401, "UNAUTHENTICATED")],
    [`/v1/models/${models.google}:embedContent`, {}, geminiError(401, "UNAUTHENTICATED")],
    ["/v1beta/files", {}, geminiError(401, "UNAUTHENTICATED")],
  ])("%s is a 401 of its vendor's", async (path, body, expected) => {
    const response = await fetch(gateway.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(await response.json()).toMatchObject(expected);
  });
});
