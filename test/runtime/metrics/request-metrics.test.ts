import { describe, expect, test } from "bun:test";
import { Registry } from "prom-client";
import { failure } from "../../../runtime/errors.ts";
import { createMetrics } from "../../../runtime/metrics/metrics.ts";
import { createModelNames } from "../../../runtime/metrics/model-names.ts";
import { overheadMs } from "../../../runtime/metrics/overhead.ts";
import { addProcessMetrics } from "../../../runtime/metrics/process-metrics.ts";
import { createRequestMetrics } from "../../../runtime/metrics/request-metrics.ts";
import { statusClass } from "../../../runtime/metrics/status-class.ts";
import type { FinishedRequest } from "../../../runtime/request/finished-request.ts";
import { type AttemptRecord, createAttemptLog } from "../../../runtime/routing/attempt-log.ts";
import type { ErrorClass } from "../../../runtime/wire/canonical.ts";
import { finished } from "../../support/finished.ts";

/** An attempt that began `startedMs` after its request, and what came of it. */
function attempt(change: Partial<AttemptRecord> & Readonly<{ startedMs?: number }> = {}): AttemptRecord {
  const log = createAttemptLog(
    () => 1_000_000,
    () => change.startedMs ?? 0,
  );
  return Object.assign(
    log.begin({ provider: "openai", model: "gpt-4o" }, { format: "openai-chat", lease: undefined, hedge: false }),
    { outcome: "ok" },
    change,
  );
}

/** Samples other than empty buckets, as `name{labels} value`. */
async function samples(requests: readonly FinishedRequest[]): Promise<readonly string[]> {
  const registry = new Registry();
  const watch = createRequestMetrics(registry, createModelNames(10));
  for (const request of requests) watch(request);
  return (await registry.metrics()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

const usage = { uncachedInput: 10, cacheRead: 20, cacheWrite: 30, output: 9, reasoning: 4, cacheWriteKnown: true };

describe("R28 R42 of one request", () => {
  test("every family names the rule", async () => {
    const invalid = attempt({ outcome: "invalid", model: "mini", usage, costNanos: 5 });
    const answered = attempt({ startedMs: 40, ttftMs: 100, ms: 500, usage, costNanos: 1_500_000_000 });
    const lines = await samples([
      finished({
        stream: true,
        ms: 550,
        attempts: [invalid, answered],
        answered,
        facts: { rule: "cheap", requested: "claude", losses: [{ code: "dropped", field: "top_k" }] },
      }),
    ]);
    const names = new Set(lines.map((line) => line.replace(/(_bucket|_sum|_count)?\{.*/, "")));
    expect([...names].sort()).toEqual([
      "arouter_cost_usd_total",
      "arouter_inter_token_gap_seconds",
      "arouter_overhead_seconds",
      "arouter_request_duration_seconds",
      "arouter_requests_total",
      "arouter_time_to_first_token_seconds",
      "arouter_tokens_total",
      "arouter_translation_losses_total",
      "arouter_validation_failures_total",
    ]);
    expect(lines.filter((line) => !line.includes('rule="cheap"'))).toEqual([]);
    expect(lines.filter((line) => !line.includes("_bucket"))).toEqual([
      'arouter_requests_total{provider="openai",status_class="2xx",rule="cheap",wire_format="openai"} 1',
      'arouter_request_duration_seconds_sum{provider="openai",status_class="2xx",rule="cheap",wire_format="openai"} 0.55',
      'arouter_request_duration_seconds_count{provider="openai",status_class="2xx",rule="cheap",wire_format="openai"} 1',
      'arouter_overhead_seconds_sum{rule="cheap",wire_format="openai"} 0',
      'arouter_overhead_seconds_count{rule="cheap",wire_format="openai"} 1',
      'arouter_time_to_first_token_seconds_sum{provider="openai",model="gpt-4o",rule="cheap"} 0.14',
      'arouter_time_to_first_token_seconds_count{provider="openai",model="gpt-4o",rule="cheap"} 1',
      'arouter_inter_token_gap_seconds_sum{provider="openai",model="gpt-4o",rule="cheap"} 0.05',
      'arouter_inter_token_gap_seconds_count{provider="openai",model="gpt-4o",rule="cheap"} 1',
      'arouter_tokens_total{provider="openai",model="other",rule="cheap",class="input"} 10',
      'arouter_tokens_total{provider="openai",model="other",rule="cheap",class="cache_read"} 20',
      'arouter_tokens_total{provider="openai",model="other",rule="cheap",class="cache_write"} 30',
      'arouter_tokens_total{provider="openai",model="other",rule="cheap",class="output"} 5',
      'arouter_tokens_total{provider="openai",model="other",rule="cheap",class="reasoning"} 4',
      'arouter_tokens_total{provider="openai",model="gpt-4o",rule="cheap",class="input"} 10',
      'arouter_tokens_total{provider="openai",model="gpt-4o",rule="cheap",class="cache_read"} 20',
      'arouter_tokens_total{provider="openai",model="gpt-4o",rule="cheap",class="cache_write"} 30',
      'arouter_tokens_total{provider="openai",model="gpt-4o",rule="cheap",class="output"} 5',
      'arouter_tokens_total{provider="openai",model="gpt-4o",rule="cheap",class="reasoning"} 4',
      'arouter_validation_failures_total{rule="cheap",model="other",wire_format="openai"} 1',
      'arouter_cost_usd_total{rule="cheap",model_requested="claude",model_served="other"} 5e-9',
      'arouter_cost_usd_total{rule="cheap",model_requested="claude",model_served="gpt-4o"} 1.5',
      'arouter_translation_losses_total{rule="cheap",code="dropped"} 1',
    ]);
  });

  test("one that was refused before anything was asked has no provider", async () => {
    const refused = finished({ status: 401, how: "failed", error: failure("client-auth", "No API key."), ms: 2 });
    const lines = await samples([{ ...refused, facts: { ...refused.facts, served: undefined } }]);
    expect(lines.filter((line) => line.startsWith("arouter_requests_total"))).toEqual([
      'arouter_requests_total{provider="unknown",status_class="4xx",rule="none",wire_format="openai"} 1',
    ]);
    expect(lines).toContain('arouter_overhead_seconds_sum{rule="none",wire_format="openai"} 0.002');
  });
});

test("R45 savings by rule and model: what was saved and what was spent in addition are counted apart", async () => {
  const money = (savedNanos: number | undefined) => ({ costNanos: 1, requestedNanos: undefined, savedNanos });
  const request = (rule: string, savedNanos: number | undefined) =>
    finished({
      money: money(savedNanos),
      facts: { rule, requested: "gpt-4o" },
      attempts: [attempt()],
      answered: attempt(),
    });
  const lines = await samples([
    request("cheap", 250_000_000),
    request("cheap", 500_000_000),
    request("cheap", -125_000_000),
    request("dear", -2),
    request("same", 0),
    request("unknown", undefined),
  ]);
  const labels = (rule: string) => `{rule="${rule}",model_requested="gpt-4o",model_served="gpt-4o"}`;
  expect(lines.filter((line) => line.includes("saved") || line.includes("extra"))).toEqual([
    `arouter_cost_saved_usd_total${labels("cheap")} 0.75`,
    `arouter_cost_extra_usd_total${labels("cheap")} 0.125`,
    `arouter_cost_extra_usd_total${labels("dear")} 2e-9`,
  ]);
});

describe("R42 the class of a status", () => {
  const failed = (of: ErrorClass, status: number) => finished({ status, how: "failed", error: failure(of, "") });
  test.each<[string, FinishedRequest]>([
    ["2xx", finished()],
    ["4xx", failed("invalid-request", 400)],
    ["4xx", failed("rate-limited", 429)],
    ["5xx", failed("overloaded", 503)],
    ["timeout", failed("timeout", 504)],
    ["connect", failed("upstream-unreachable", 502)],
    ["read", failed("bad-upstream-answer", 502)],
    ["internal", failed("internal", 500)],
    ["client_gone", finished({ how: "client-gone" })],
    ["read", finished({ how: "failed", answered: attempt({ reason: "bad_upstream_answer" }) })],
    ["timeout", finished({ how: "failed", answered: attempt({ reason: "timeout" }) })],
  ])("%s", (expected, request) => {
    expect(statusClass(request)).toBe(expected as ReturnType<typeof statusClass>);
  });
});

test.each<[string, number, Partial<FinishedRequest>]>([
  ["all of it when nothing was asked", 10, { ms: 10 }],
  ["before the first attempt and after the last", 3, { ms: 103, attempts: [attempt({ startedMs: 1, ms: 100 })] }],
  ["only before the first attempt of a stream", 1, { ms: 900, stream: true, attempts: [attempt({ startedMs: 1 })] }],
  [
    "nothing between attempts",
    5,
    { ms: 205, attempts: [attempt({ startedMs: 2, ms: 50 }), attempt({ startedMs: 100, ms: 102 })] },
  ],
  [
    "nothing before the loser of a race has ended",
    2,
    { ms: 52, attempts: [attempt({ startedMs: 2, ms: 50 }), attempt({ startedMs: 10 })] },
  ],
])("the gateway's own time: %s", (_name, expected, request) => {
  expect(overheadMs(finished(request))).toBe(expected);
});

test("CPU time of the process goes up", async () => {
  const metrics = createMetrics();
  const seconds = async () => Number(/^process_cpu_seconds_total (.+)$/m.exec(await metrics.text())?.[1]);
  const before = await seconds();
  for (let n = 0; n < 1e7; n++) Math.sqrt(n);
  expect(await seconds()).toBeGreaterThan(before);
});

test("the delay of the event loop is sampled until the gateway stops", async () => {
  let looks = 0;
  const stop = addProcessMetrics(new Registry(), () => ++looks);
  while (looks < 3) await Bun.sleep(20);
  stop();
  const before = looks;
  await Bun.sleep(600);
  expect(looks).toBe(before);
});
