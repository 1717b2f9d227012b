import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { type FourVendors, models, startFourVendors } from "../support/four-vendors.ts";

let gateway: FourVendors;
beforeAll(async () => {
  gateway = await startFourVendors();
});
afterAll(() => gateway.stop());
afterEach(() => {
  for (const upstream of Object.values(gateway.upstreams)) upstream.answer(() => undefined);
});

type Client = "chat" | "messages" | "responses" | "gemini" | "embeddings" | "completions";

function ask(client: Client, model: string, url = gateway.url): Promise<Response> {
  const bodies: Record<Client, readonly [string, object]> = {
    chat: ["/v1/chat/completions", { model, messages: [{ role: "user", content: "hi" }] }],
    messages: ["/v1/messages", { model, max_tokens: 9, messages: [{ role: "user", content: "hi" }] }],
    responses: ["/v1/responses", { model, input: "hi" }],
    gemini: [`/v1beta/models/${model}:generateContent`, { contents: [{ role: "user", parts: [{ text: "hi" }] }] }],
    embeddings: ["/v1/embeddings", { model, input: "hi" }],
    completions: ["/v1/completions", { model, prompt: "hi" }],
  };
  const [path, body] = bodies[client];
  return fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

const clients = ["chat", "messages", "responses", "gemini", "embeddings", "completions"] as const;

const hints = ({ status, headers }: Response) => ({
  status,
  wait: headers.get("retry-after"),
  waitMs: headers.get("retry-after-ms"),
  again: headers.get("x-should-retry"),
});

const refusal =
  (status: number, error: object, headers: Record<string, string> = {}) =>
  () =>
    Response.json({ error }, { status, headers });

describe.each(clients)("%s", (client) => {
  const isAnthropic = client === "messages";
  const rows = [
    ["429 without a time", refusal(429, { message: "slow down" }), 429, "1", null, null],
    ["429 with seconds", refusal(429, { message: "slow down" }, { "retry-after": "7" }), 429, "7", "7000", null],
    ["429 with milliseconds", refusal(429, { message: "slow" }, { "retry-after-ms": "2500" }), 429, "3", "2500", null],
    ["429 with an hour", refusal(429, { message: "slow" }, { "retry-after": "3600" }), 429, "60", "60000", null],
    ["503", refusal(503, { message: "busy" }), isAnthropic ? 529 : 503, "1", null, null],
    [
      "429 of a quota that is used up",
      refusal(429, { message: "quota", type: "insufficient_quota", code: "insufficient_quota" }),
      isAnthropic ? 402 : 429,
      "60",
      null,
      "false",
    ],
    ["401 of the gateway's key", refusal(401, { message: "bad key" }), 502, null, null, "false"],
    ["400", refusal(400, { message: "bad" }), 400, null, null, null],
  ] as const;

  test.each(rows)("%s", async (_name, answer, status, wait, waitMs, again) => {
    // What an upstream refuses takes keys out of service.
    const fresh = await startFourVendors({ only: ["openai"] });
    fresh.upstreams.openai.answer(answer);
    const response = await ask(client, models.openai, fresh.url);
    await fresh.stop();
    expect(hints(response)).toEqual({ status, wait, waitMs, again });
  });
});

test("E04 Google says in its body how long to wait", async () => {
  const details = [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "13s" }];
  gateway.upstreams.google.answer(refusal(429, { code: 429, message: "slow", status: "RESOURCE_EXHAUSTED", details }));
  const response = await ask("messages", models.google);
  expect(hints(response)).toEqual({ status: 429, wait: "13", waitMs: "13000", again: null });
  expect(await response.json()).toMatchObject({ error: { type: "rate_limit_error" } });
});

test.each(["true", "false"])("a vendor's own words come with its own advice: %s", async (advice) => {
  const fresh = await startFourVendors({ only: ["anthropic"] });
  fresh.upstreams.anthropic.answer(() =>
    Response.json(
      { type: "error", error: { type: "invalid_request_error", message: "odd" } },
      { status: 400, headers: { "x-should-retry": advice } },
    ),
  );
  const response = await fetch(`${fresh.url}/v1/messages`, {
    method: "POST",
    body: JSON.stringify({ model: models.anthropic, max_tokens: 1, messages: [] }),
  });
  await fresh.stop();
  expect(hints(response)).toMatchObject({ status: 400, again: advice });
});
