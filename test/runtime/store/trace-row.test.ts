import { expect, test } from "bun:test";
import { failure } from "../../../runtime/errors.ts";
import { type AttemptRecord, createAttemptLog } from "../../../runtime/routing/attempt-log.ts";
import { traceJson } from "../../../runtime/store/trace-json.ts";
import { traceRow } from "../../../runtime/store/trace-row.ts";
import { finished } from "../../support/finished.ts";

const usage = { uncachedInput: 1, cacheRead: 2, cacheWrite: 3, output: 4, reasoning: 1, cacheWriteKnown: true };

/** Attempts that began 100 ms apart. */
function attempts(...changes: readonly Partial<AttemptRecord>[]): readonly AttemptRecord[] {
  let count = 0;
  const log = createAttemptLog(
    () => 1_000_000 + 100 * count,
    () => 100 * count,
  );
  for (const change of changes) {
    const record = log.begin({ provider: "a", model: "m" }, { format: "openai-chat", lease: undefined, hedge: false });
    Object.assign(record, { outcome: "ok", ms: 5.55 }, change);
    count += 1;
  }
  return log.records;
}

test("R86 R100 a trace has the tokens and costs of all attempts, and the first content of the one that answered", () => {
  const records = attempts(
    { outcome: "failed", status: 503, reason: "overloaded", message: "busy", quarantined: true },
    { outcome: "invalid", usage, costNanos: 250_000_000, ttftMs: 5 },
    { usage: { ...usage, serviceTier: "flex" }, costNanos: 500_000_000, ttftMs: 20.06 },
    { outcome: "cancelled", ttftMs: 30 },
  );
  const [, , answered] = records;
  const trace = traceJson({ ...traceRow(finished({ stream: true, attempts: records, answered })), seq: 1 });
  expect(trace).toMatchObject({
    tokens_in: 12,
    tokens_out: 8,
    tokens: { input: 2, cache_read: 4, cache_write: 6, output: 8, reasoning: 2 },
    cost: 0.75,
    charged: 0.75,
    ttft_ms: 220.1,
    total_ms: 12.3,
  });
  expect(trace.attempts.map(({ outcome, cost, service_tier }) => [outcome, cost, service_tier])).toEqual([
    ["failed", null, null],
    ["invalid", 0.25, null],
    ["ok", 0.5, "flex"],
    ["cancelled", null, null],
  ]);
});

test("R111 every attempt has all its members, known or not", () => {
  const [first] = traceRow(finished({ attempts: attempts({ outcome: "pending", ms: undefined }) })).attempts;
  expect(first && Object.values(first)).not.toContain(undefined);
  expect(first).toMatchObject({
    n: 1,
    provider: "a",
    model: "m",
    outcome: "cancelled",
    status: null,
    latency_ms: null,
    output: null,
  });
});

test("R123 what a key of one's own costs is shown, and charged to nobody", () => {
  const records = attempts({ billing: "byok", costNanos: 7, usage }, { billing: "platform", costNanos: 5, usage });
  const [own, ours] = records;
  const row = (answered: AttemptRecord | undefined) => traceRow(finished({ attempts: records, answered }));
  expect(row(own)).toMatchObject({ cost_nanos: 12, charged_nanos: 5, byok: 1 });
  expect(row(ours)).toMatchObject({ cost_nanos: 12, charged_nanos: 5, byok: 0 });
  expect(traceJson({ ...row(own), seq: 1 }).attempts.map(({ charged }) => charged)).toEqual([0, 5e-9]);
});

test("R45 what a request saved is that of the request, dearer ones included", () => {
  const money = { costNanos: 30, requestedNanos: 10, savedNanos: -20 };
  expect(traceJson({ ...traceRow(finished({ money })), seq: 1 })).toMatchObject({
    cost_requested: 1e-8,
    saved: -2e-8,
  });
});

test("an error is told by its kind, a key by its digest, and a model's name is not let grow", () => {
  const error = failure("rate-limited", "slow down, a-private-word");
  const requested = "m".repeat(1000);
  const row = traceRow(finished({ error, clientKey: () => "digest", facts: { requested, served: undefined } }));
  expect(row).toMatchObject({
    error_type: "rate_limited",
    key: "digest",
    model_requested: "m".repeat(256),
    model_served: "none",
    provider: "unknown",
  });
  expect(JSON.stringify(row)).not.toContain("a-private-word");
});

test.each([
  [undefined, null],
  ["json_schema", "json_schema"],
  ["a secret", "other"],
])("R130 a response format of %p is kept as %p", (responseFormat, kept) => {
  const asked = {
    hasTools: true,
    hasImage: false,
    responseFormat,
    maxTokens: 5,
    inputTokens: { least: 1, most: undefined },
    overrides: ["x-arouter-model"],
  };
  expect(traceJson({ ...traceRow(finished({ asked })), seq: 1 }).facts).toEqual({
    tools: true,
    image: false,
    response_format: kept,
    max_tokens: 5,
    input_tokens: { least: 1, most: null },
    overrides: ["x-arouter-model"],
  });
});
