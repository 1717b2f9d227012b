import { afterEach, describe, expect, test } from "bun:test";
import { failure } from "../../runtime/errors.ts";
import { keptMessage } from "../../runtime/routing/kept-message.ts";
import { type Routed, type RoutedOptions, startRouted } from "../routing/routed.ts";

const running: Routed[] = [];
afterEach(async () => {
  for (const routed of running.splice(0)) await routed.stop();
});

async function start(options: RoutedOptions): Promise<Routed> {
  const store = { path: ":memory:", retentionDays: 0, maxTraces: 0 };
  const routed = await startRouted({ ...options, catalog: { store, ...options.catalog } });
  running.push(routed);
  return routed;
}

/** Bodies are compared member by member, so their type is left to the comparison. */
async function traceOf(routed: Routed, { headers }: { headers: Headers }): Promise<ReturnType<typeof JSON.parse>> {
  const response = await fetch(`${routed.url}/api/v1/traces/${headers.get("x-arouter-request-id")}`);
  return await response.json();
}

const anyTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const attempt = {
  billing: "platform",
  hedge: false,
  started_at: anyTime,
  latency_ms: expect.any(Number),
  service_tier: null,
  is_estimate: false,
  cost_source: null,
  cost: null,
  charged: null,
};
const noTokens = { tokens_in: null, tokens_out: null, tokens: null };
const failed = { ...attempt, ...noTokens, outcome: "failed", ttft_ms: null };
const answered = { ...attempt, outcome: "ok", status: null, error_type: null, error_message: null, quarantined: false };

const tokens = {
  tokens_in: 7,
  tokens_out: 5,
  tokens: { input: 7, cache_read: 0, cache_write: 0, output: 5, reasoning: 0 },
};

describe("R86 R97 R101 R111 the trace of a request", () => {
  test("whole: every hop in order, with what failed and why", async () => {
    const routed = await start({
      upstreams: {
        a: { keys: ["one", "two"], first: [{ status: 401 }, { status: 429, retryAfter: "60" }] },
        b: { always: { usage: { prompt_tokens: 7, completion_tokens: 5 } } },
      },
    });
    const response = await routed.ask();
    expect(await traceOf(routed, response)).toEqual({
      id: response.headers.get("x-arouter-request-id"),
      time: anyTime,
      key: null,
      endpoint: "chat_completions",
      model_requested: "some-model",
      model_served: "gpt-4o",
      provider: "b",
      rule: "none",
      decision: "passthrough",
      status: 200,
      how: "finished",
      stream: false,
      facts: {
        tools: false,
        image: false,
        response_format: null,
        max_tokens: 100,
        input_tokens: { least: 0, most: null },
        overrides: [],
      },
      error_type: null,
      total_ms: expect.any(Number),
      ttft_ms: null,
      ...tokens,
      cost: null,
      cost_requested: null,
      saved: null,
      charged: null,
      byok: false,
      attempts: [
        {
          ...failed,
          n: 1,
          provider: "a",
          key: "one",
          model: "gpt-4o",
          status: 401,
          error_type: "upstream_auth",
          error_message: `Provider "a" rejected the gateway's API key. Check providers.a.api_key.`,
          quarantined: true,
        },
        {
          ...failed,
          n: 2,
          provider: "a",
          key: "two",
          model: "gpt-4o",
          status: 429,
          error_type: "rate_limited",
          error_message: "simulated status 429",
          quarantined: true,
        },
        {
          ...answered,
          n: 3,
          provider: "b",
          key: "key",
          model: "gpt-4o",
          ttft_ms: expect.any(Number),
          ...tokens,
        },
      ],
    });
  });

  test("a stream that broke off says why, and what it had cost", async () => {
    const routed = await start({
      upstreams: { a: { always: { endAfterEvents: 3, eventDelayMs: 20 } } },
    });
    const trace = await traceOf(routed, await routed.ask({ stream: true }));
    expect(trace).toMatchObject({ status: 200, how: "failed", stream: true, ttft_ms: expect.any(Number) });
    expect(trace.attempts).toMatchObject([
      {
        outcome: "broken",
        error_type: "bad_upstream_answer",
        error_message: "The provider's stream ended before its terminator.",
      },
    ]);
  });

  test("an answer that fails its validator says why", async () => {
    const routed = await start({
      upstreams: { a: { always: { text: "no JSON at all" } } },
      plan: (route) => ({ rule: "strict", routes: [route("some-model")], validate: ["json_schema"] }),
    });
    const schema = { name: "x", schema: { type: "object" } };
    const response = await routed.ask({ body: { response_format: { type: "json_schema", json_schema: schema } } });
    const trace = await traceOf(routed, response);
    expect(trace.rule).toBe("strict");
    expect(trace.attempts).toMatchObject([{ outcome: "invalid", error_type: "not_json" }]);
    expect(JSON.stringify(trace)).not.toContain("no JSON at all");
  });
});

describe("R130 F195 a trace holds", () => {
  test("no word of a request that its upstream quotes, and no key that it repeats", async () => {
    const routed = await start({
      upstreams: {
        a: { first: [{ status: 403, errorMessage: "the key sk-a-key may not" }] },
        b: { always: { status: 400, errorMessage: "what is a-private-word?" } },
      },
    });
    const response = await routed.ask({ body: { messages: [{ role: "user", content: "a-private-word" }] } });
    expect(response.status).toBe(400);
    const trace = await traceOf(routed, response);
    expect(trace.attempts).toMatchObject([
      { status: 403, error_message: "the key [key] may not" },
      { status: 400, error_type: "invalid_request", error_message: null },
    ]);
    expect(JSON.stringify(trace)).not.toMatch(/a-private-word|sk-a-key/);
  });

  const key = "sk-1";
  test.each([
    ["a key, without the key", "key", "rate-limited", 429, "slow down, sk-1, sk-1", "slow down, [key], [key]"],
    ["a key, not all of it", "key", "billing", 402, "x".repeat(1000), "x".repeat(300)],
    ["an upstream that cannot be reached, in our words", "offer", "upstream-unreachable", undefined, "why", "why"],
    ["an upstream that is at fault", "offer", "server-error", 500, "cannot read: a-private-word", undefined],
    ["an upstream that is slow, in its own words", "offer", "timeout", 504, "a-private-word took long", undefined],
    ["a stream's error event", "offer", "overloaded", undefined, "a-private-word is too much", undefined],
    ["a request", "client", "invalid-request", 400, "a-private-word?", undefined],
    ["a client that left, in our words", "gateway", "internal", undefined, "gone", "gone"],
  ] as const)("of what is said about %s", (_name, scope, of, status, message, kept) => {
    expect(keptMessage({ error: failure(of, message), scope, status, key })).toBe(kept);
  });
});
