import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type Simulator, startSimulator } from "../../cli/sim/simulator.ts";
import type { Served } from "../../runtime/server/serve.ts";
import { startServed } from "../support/served.ts";

let simulator: Simulator;
let gateway: Served;
beforeAll(async () => {
  simulator = await startSimulator();
  gateway = await startServed({ upstreamUrl: simulator.openaiUrl });
});
afterAll(async () => {
  await gateway.stop();
  await simulator.stop();
});
beforeEach(() => simulator.reset());

const lastRequest = () => simulator.requests.findLast((request) => request.method === "POST");

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(gateway.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

/** JSON that a parse and re-print would change: white space, escapes, numbers, key order, a repeated key. */
const oddChat =
  '{ "stream" : false,\n"temperature":1.0, "messages":[{"role":"user","content":"caf\\u00e9 \\/ \ud83d\ude00"}] ,"seed":12345678901234567890,\t"model":"gpt-4o"}';
const oddMessages =
  '{"max_tokens":1e2,"messages":[{"content":[{"text":"h\\u0069","type":"text"}],"role":"user"}],"model":"claude-sonnet-4-5","temperature":1.0}\n';

describe("R47 what an upstream of the client's own format says", () => {
  test("comes byte-equal where no blank line ends its stream", async () => {
    const sse = 'data: {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}\n\ndata: [DONE]';
    for (const writeBytes of [1, 7, 100_000]) {
      simulator.script({ do: { sse, writeBytes } });
      const body = '{"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"x"}]}';
      expect(await (await post("/v1/chat/completions", body)).text()).toBe(sse);
    }
  });

  test.each([
    ["missing", ""],
    ["cut off", 'event: message_stop\ndata: {"ty'],
  ])("X22 gets a whole message_stop where only that is %s", async (_name, rest) => {
    const whole =
      'event: message_start\ndata: {"type":"message_start","message":{"id":"m","usage":{"input_tokens":1}}}\n\nevent: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n';
    simulator.script({ do: { sse: whole + rest, framing: "chunked" } });
    const body =
      '{"model":"claude-sonnet-4-5","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"x"}]}';
    expect(await (await post("/v1/messages", body)).text()).toBe(
      `${whole}event: message_stop\ndata: {"type":"message_stop"}\n\n`,
    );
  });

  test("comes byte-equal and with its status where it is an error", async () => {
    const response = await post("/v1/chat/completions", '{"model":"gpt-4o","messages":[]}');
    expect(response.status).toBe(400);
    const direct = await fetch(`${simulator.openaiUrl}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: "Bearer x", "content-type": "application/json" },
      body: '{"model":"gpt-4o","messages":[]}',
    });
    expect(await response.text()).toBe(await direct.text());
  });
});

describe("what reaches a provider besides the body", () => {
  test.each([
    [
      "R75 the OpenAI key as Bearer",
      "/v1/chat/completions",
      oddChat,
      { authorization: "Bearer sk-openai-test", "x-api-key": undefined },
    ],
    [
      "R76 the Anthropic key as x-api-key",
      "/v1/messages",
      oddMessages,
      { authorization: undefined, "x-api-key": "sk-ant-test" },
    ],
  ])("R70 %s, never the client's", async (_name, path, body, expected) => {
    await post(path, body, {
      authorization: "Bearer from-client",
      "x-api-key": "from-client",
      cookie: "a=b",
      "openai-organization": "org",
    });
    const headers: Readonly<Record<string, string>> = lastRequest()?.headers ?? {};
    expect({ authorization: headers["authorization"], "x-api-key": headers["x-api-key"] }).toEqual(expected);
    expect(JSON.stringify(headers)).not.toContain("from-client");
    expect(headers).not.toHaveProperty("cookie");
    expect(headers).not.toHaveProperty("openai-organization");
  });

  test.each([
    [
      "as the client sent it",
      { "anthropic-version": "2026-10-21", "anthropic-beta": "a-1,b-2" },
      "2026-10-21",
      "a-1,b-2",
    ],
    ["the oldest when it sent none", {}, "2023-06-01", undefined],
  ])("E09 E10 anthropic-version and betas, %s", async (_name, headers: Record<string, string>, version, beta) => {
    await post("/v1/messages", oddMessages, headers);
    expect(lastRequest()?.headers["anthropic-version"]).toBe(version);
    expect(lastRequest()?.headers["anthropic-beta"]).toBe(beta);
  });
});

describe("R43 x-arouter headers", () => {
  const names = [
    "request-id",
    "model-requested",
    "model-served",
    "provider",
    "rule",
    "decision",
    "fallback-count",
    "attempts",
    "wire",
  ];
  test.each([
    ["an answer", "/v1/chat/completions", oddChat, 200],
    ["a stream", "/v1/messages", oddMessages.replace("{", '{"stream":true,'), 200],
    ["a provider's error", "/v1/chat/completions", '{"model":"gpt-4o","messages":[]}', 400],
    ["a body that is no JSON", "/v1/messages", "{", 400],
    ["a missing model", "/v1/chat/completions", "{}", 400],
    ["a route that does not exist", "/v1/chat/completion", "{}", 404],
  ])("are all there on %s", async (_name, path, body, status) => {
    const response = await post(path, body);
    expect(response.status).toBe(status);
    for (const name of names) expect(response.headers.get(`x-arouter-${name}`), name).toBeString();
    const wire = path.includes("messages") ? "anthropic" : "openai";
    expect(response.headers.get("x-arouter-wire")).toBe(wire);
    expect(response.headers.get(wire === "openai" ? "x-request-id" : "request-id")).toBe(
      response.headers.get("x-arouter-request-id"),
    );
  });

  test("a model name that is no header value is made one", async () => {
    const response = await post("/v1/chat/completions", JSON.stringify({ model: "gpt-é\n\u0000", messages: [] }));
    expect(response.headers.get("x-arouter-model-requested")).toBe("gpt-???");
  });

  test("a provider's rate limits come through, its identity does not", async () => {
    const headers = { "set-cookie": "a=b", "openai-organization": "org-1", server: "x", "retry-after": "7200" };
    simulator.script({ do: { status: 429, headers } });
    const response = await post("/v1/chat/completions", oddChat);
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("60");
    for (const name of ["set-cookie", "openai-organization", "server"])
      expect(response.headers.get(name), name).toBeNull();
    const fine = await post("/v1/chat/completions", oddChat);
    expect(fine.headers.get("x-ratelimit-remaining-requests")).toBeString();
  });
});

describe("E01 E03 errors of a provider, for a client of the other format", () => {
  test.each([
    ["503 from OpenAI", "/v1/messages", "gpt-4o", 503, 529, "overloaded_error"],
    ["529 from Anthropic", "/v1/chat/completions", "claude-sonnet-4-5", 529, 503, "server_error"],
    ["429 from OpenAI", "/v1/messages", "gpt-4o", 429, 429, "rate_limit_error"],
    ["404 from Anthropic", "/v1/chat/completions", "claude-sonnet-4-5", 404, 404, "invalid_request_error"],
    ["401 from OpenAI is the gateway's key, not the client's", "/v1/messages", "gpt-4o", 401, 502, "api_error"],
    ["401 from Anthropic, same format", "/v1/messages", "claude-sonnet-4-5", 401, 502, "api_error"],
  ])("%s", async (_name, path, model, status, expected, type) => {
    simulator.script({ do: { status } });
    const response = await post(
      path,
      JSON.stringify({ model, max_tokens: 9, messages: [{ role: "user", content: "x" }] }),
    );
    expect(response.status).toBe(expected);
    expect(await response.json()).toMatchObject({ error: { type } });
    const isTransient = [429, 503, 529].includes(expected);
    expect(response.headers.get("retry-after")).toBe(isTransient ? "1" : null);
    if (status === 401) expect(response.headers.get("x-should-retry")).toBe("false");
  });

  test.each([
    ["an HTML page with 200", { html: true }],
    ["nothing with 200", { body: "" }],
    ["half a body", { invalidJson: true }],
    ["an error object with 200", { body: '{"error":{"message":"busy","type":"server_error"}}' }],
  ])("%s is a 502 with nothing of it in the message", async (_name, behaviour) => {
    simulator.script({ do: behaviour });
    const response = await post("/v1/chat/completions", oddChat);
    expect(response.status).toBeGreaterThanOrEqual(500);
    expect(await response.text()).not.toContain("<html");
  });
});

describe("F70 F71 F73 streams that break", () => {
  const streaming = (model: string) =>
    JSON.stringify({ model, stream: true, max_tokens: 99, messages: [{ role: "user", content: "one two three" }] });
  const pairs = [
    ["/v1/chat/completions", "gpt-4o"],
    ["/v1/chat/completions", "claude-sonnet-4-5"],
    ["/v1/messages", "gpt-4o"],
    ["/v1/messages", "claude-sonnet-4-5"],
  ] as const;

  describe.each(pairs)("%s with %s", (path, model) => {
    test("an error as the first event is a plain HTTP error", async () => {
      simulator.script({ do: { errorAfterEvents: 0, errorType: "overloaded_error", errorMessage: "too busy" } });
      const response = await post(path, streaming(model));
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(await response.text()).toContain("too busy");
    });

    test.each([
      ["an error event in the middle", { errorAfterEvents: 4, errorMessage: "broke in the middle" }],
      ["a reset in the middle", { resetAfterBytes: 1400, writeBytes: 100, writeDelayMs: 1 }],
      ["a clean end without a terminator", { endAfterEvents: 4 }],
    ])("%s ends in the client's error frame and no terminator", async (_name, behaviour) => {
      simulator.script({
        do: { text: "one two three four five six seven eight nine ten eleven", deltaChars: 3, ...behaviour },
      });
      const response = await post(path, streaming(model));
      expect(response.status).toBe(200);
      const text = await response.text();
      expect(text).not.toContain("[DONE]");
      expect(text).not.toContain("message_stop");
      const frames = text.trimEnd().split("\n\n");
      expect(frames.at(-1)).toContain(
        path === "/v1/messages" ? 'event: error\ndata: {"type":"error"' : 'data: {"error":',
      );
      expect(frames.slice(0, -1).join("")).toContain("one");
    });
  });
});

test.each(["/api/v1/chat/completions", "/api/v1/messages", "/v1/messages?beta=true"])(
  "R1 %s is the same tree",
  async (path) => {
    const body = '{"model":"gpt-4o","max_tokens":9,"messages":[{"role":"user","content":"x"}]}';
    const response = await post(path, body);
    expect([response.status, response.headers.get("x-arouter-wire")]).toEqual([
      200,
      path.includes("chat") ? "openai" : "anthropic",
    ]);
    expect((await fetch(`${gateway.url}/api/v1/models`)).status).toBe(200);
  },
);

test("a route that takes only POST says so", async () => {
  const response = await fetch(`${gateway.url}/v1/messages`);
  expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  expect(await response.json()).toMatchObject({
    type: "error",
    error: { message: "/v1/messages takes POST, not GET." },
  });
});

test("a provider without its key answers with the variable to set, and is not asked", async () => {
  const openaiOnly = await startServed({
    upstreamUrl: simulator.openaiUrl,
    catalog: { startup: { allowMissingKeys: true, allowPrivilegedPort: false } },
    serve: { env: { OPENAI: "sk-openai-test" } },
  });
  const ask = (model: string) =>
    fetch(`${openaiOnly.url}/v1/chat/completions`, {
      method: "POST",
      body: JSON.stringify({ model, messages: [{ role: "user", content: "x" }] }),
    });
  expect((await ask("gpt-4o")).status).toBe(200);
  const refused = await ask("claude-sonnet-4-5");
  expect(refused.status).toBe(502);
  expect(await refused.json()).toMatchObject({
    error: {
      code: "upstream_key_missing",
      message: 'Provider "anthropic" has no API key. Set ANTHROPIC where the gateway runs.',
    },
  });
  expect(lastRequest()?.path).toBe("/v1/chat/completions");
  await openaiOnly.stop();
});
