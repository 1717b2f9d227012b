import { describe, expect, test } from "bun:test";
import { type Attributes, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { emptyResource } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { FinishedRequest } from "../../runtime/request/finished-request.ts";
import type { AttemptRecord } from "../../runtime/routing/attempt-log.ts";
import type { RequestTrace } from "../../runtime/telemetry/request-trace.ts";
import { spansOf } from "../../runtime/telemetry/spans.ts";
import { finished } from "../support/finished.ts";

const trace: RequestTrace = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "00000000000000aa",
  parentSpanId: "b7ad6b7169203331",
  isSampled: true,
  state: "vendor=1",
  propagate: "traceparent",
  readMs: 101,
  plannedMs: 101.5,
};

/** The n-th attempt, which began `n` milliseconds after the request and took 5. */
function attempt(n: number, change: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    n,
    provider: "openai",
    model: "gpt-4o",
    format: "openai-chat",
    key: "default",
    billing: "platform",
    startedAtMs: 1_000_000 + n,
    startedMs: 100 + n,
    baseUrl: "https://api.openai.com",
    spanId: `000000000000000${n}`,
    hedge: false,
    price: undefined,
    outcome: "ok",
    status: undefined,
    reason: undefined,
    message: undefined,
    retryAfterMs: undefined,
    quarantined: false,
    ttftMs: undefined,
    ms: 5,
    usage: undefined,
    isEstimate: false,
    costNanos: undefined,
    costSource: undefined,
    ...change,
  };
}

function tell(change: Parameters<typeof finished>[0] = {}, of: RequestTrace = trace): readonly ReadableSpan[] {
  let id = 0;
  const request: FinishedRequest = finished({ startedMs: 100, ms: 20, ...change });
  return spansOf(request, of, {
    resource: emptyResource(),
    scope: { name: "test" },
    newSpanId: () => `f00000000000000${id++}`,
  });
}

/** Milliseconds of the request's start and end, since 1970. */
function times({ startTime, endTime }: ReadableSpan): readonly [number, number] {
  const ms = ([seconds, nanos]: readonly [number, number]) => seconds * 1000 + nanos / 1e6;
  return [ms(startTime), ms(endTime)];
}

function attributes(span: ReadableSpan | undefined): Attributes {
  return span?.attributes ?? {};
}

describe("R7 the spans of a request", () => {
  test("who is below whom, and when", () => {
    const validation = { verdict: "passed", reason: undefined, startedMs: 104, ms: 1 } as const;
    const spans = tell({ attempts: [attempt(1), attempt(2, { validation })] });
    expect(
      spans.map((span) => [
        span.name,
        span.kind,
        span.spanContext().spanId,
        span.parentSpanContext?.spanId,
        ...times(span),
      ]),
    ).toEqual([
      ["arouter.request", SpanKind.SERVER, "00000000000000aa", "b7ad6b7169203331", 1_000_000, 1_000_020],
      ["arouter.policy", SpanKind.INTERNAL, "f000000000000000", "00000000000000aa", 1_000_001, 1_000_001.5],
      ["arouter.provider.chat", SpanKind.CLIENT, "0000000000000001", "00000000000000aa", 1_000_001, 1_000_006],
      ["arouter.provider.chat", SpanKind.CLIENT, "0000000000000002", "00000000000000aa", 1_000_002, 1_000_007],
      ["arouter.validate", SpanKind.INTERNAL, "f000000000000001", "0000000000000002", 1_000_004, 1_000_005],
    ]);
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([trace.traceId]));
    expect(spans[0]?.parentSpanContext?.isRemote).toBe(true);
    expect(spans[1]?.parentSpanContext?.isRemote).toBe(false);
    expect(spans[0]?.spanContext().traceState?.serialize()).toBe("vendor=1");
  });

  test("one that was refused before it was read has a span, and no other", () => {
    const spans = tell({ status: 401, how: "failed" }, { ...trace, parentSpanId: undefined, readMs: undefined });
    expect(spans.map(({ name }) => name)).toEqual(["arouter.request"]);
    expect(spans[0]?.parentSpanContext).toBeUndefined();
    expect(spans[0]?.status.code).toBe(SpanStatusCode.UNSET);
  });

  test.each([
    [{ status: 200, how: "finished" }, SpanStatusCode.UNSET, undefined],
    [{ status: 400, how: "failed" }, SpanStatusCode.UNSET, undefined],
    [{ status: 200, how: "client-gone" }, SpanStatusCode.UNSET, undefined],
    [{ status: 200, how: "failed" }, SpanStatusCode.ERROR, "broken"],
    [{ status: 502, how: "failed" }, SpanStatusCode.ERROR, "broken"],
  ] as const)("a request that ended with %j", (ended, code, type) => {
    const [root] = tell(ended);
    expect(root?.status.code).toBe(code);
    expect(attributes(root)["error.type"]).toBe(type);
  });

  test.each([
    ["ok", SpanStatusCode.UNSET, "ok", undefined],
    ["cancelled", SpanStatusCode.UNSET, "cancelled", undefined],
    ["pending", SpanStatusCode.UNSET, "cancelled", undefined],
    ["failed", SpanStatusCode.ERROR, "failed", "server_error"],
    ["invalid", SpanStatusCode.ERROR, "invalid", "server_error"],
    ["broken", SpanStatusCode.ERROR, "broken", "server_error"],
  ] as const)("an attempt that is %s", (outcome, code, told, type) => {
    const span = tell({ attempts: [attempt(1, { outcome, reason: "server_error" })] })[2];
    expect(span?.status.code).toBe(code);
    expect(attributes(span)["arouter.outcome"]).toBe(told);
    expect(attributes(span)["error.type"]).toBe(type);
  });

  test("an attempt without an end ends with its answer's beginning, or with the request", () => {
    const attempts = [attempt(1, { ms: undefined, ttftMs: 3 }), attempt(2, { ms: undefined, outcome: "pending" })];
    expect(tell({ attempts }).slice(2).map(times)).toEqual([
      [1_000_001, 1_000_004],
      [1_000_002, 1_000_020],
    ]);
  });

  test("a hedge and what it was raced against are linked, later attempts are not", () => {
    const attempts = [attempt(1), attempt(2, { hedge: true }), attempt(3)];
    const linked = tell({ attempts })
      .slice(2)
      .map(({ links }) => links.map(({ context, attributes: of }) => [context.spanId, of?.["arouter.link"]]));
    expect(linked).toEqual([[["0000000000000002", "hedge"]], [["0000000000000001", "primary"]], []]);
  });

  test("what the conventions ask for of a call", () => {
    const usage = {
      uncachedInput: 10,
      cacheRead: 20,
      cacheWrite: 30,
      output: 7,
      reasoning: 3,
      cacheWriteKnown: true,
    };
    const said = { id: "msg_1", model: "claude-opus-4-5-2025", stop: "max_tokens" };
    const call = {
      provider: "own",
      baseUrl: "https://api.anthropic.com",
      ttftMs: 2,
      usage,
      said,
      costNanos: 1_500_000,
    };
    const span = tell({ stream: true, endpoint: "messages", attempts: [attempt(1, call)] })[2];
    expect(attributes(span)).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "anthropic",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.request.stream": true,
      "gen_ai.response.model": "claude-opus-4-5-2025",
      "gen_ai.response.id": "msg_1",
      "gen_ai.response.finish_reasons": ["length"],
      "gen_ai.response.time_to_first_chunk": 0.002,
      "gen_ai.usage.input_tokens": 60,
      "gen_ai.usage.output_tokens": 7,
      "gen_ai.usage.cache_read.input_tokens": 20,
      "gen_ai.usage.cache_creation.input_tokens": 30,
      "gen_ai.usage.reasoning.output_tokens": 3,
      "server.address": "api.anthropic.com",
      "server.port": 443,
      "arouter.cost_usd": 0.0015,
    });
  });

  test.each([
    ["completions", "text_completion"],
    ["embeddings", "embeddings"],
    ["generate_content", "generate_content"],
    ["responses", "chat"],
  ] as const)("the operation of %s is %s", (endpoint, operation) => {
    expect(attributes(tell({ endpoint, attempts: [attempt(1)] })[2])["gen_ai.operation.name"]).toBe(operation);
  });

  test("losses by their codes, savings, and nothing that a client or a provider wrote", () => {
    const loss = { code: "dropped", field: "canary" };
    const spans = tell({
      facts: { losses: [loss, loss] },
      money: { costNanos: 2_000_000_000, requestedNanos: 5_000_000_000, savedNanos: 3_000_000_000 },
      attempts: [attempt(1, { outcome: "failed", reason: "server_error", message: "canary" })],
    });
    expect(attributes(spans[0])).toMatchObject({
      "arouter.losses": ["dropped"],
      "arouter.cost_usd": 2,
      "arouter.cost_saved_usd": 3,
    });
    expect(JSON.stringify(spans.map((span) => span.attributes))).not.toContain("canary");
  });
});
