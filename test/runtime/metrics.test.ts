import { describe, expect, test } from "bun:test";
import { createMetrics, type Metrics } from "../../runtime/metrics/metrics.ts";
import { startRouted } from "../routing/routed.ts";
import { finished } from "../support/finished.ts";

/** One sample of the exposition format: name, labels in any order, value (Prometheus docs, "Exposition formats"). */
const sample = /^([a-z_]+?)(?:_bucket|_sum|_count)?(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?[\d.e+-]+)$/;

type Family = { help: string; type: string; samples: Record<string, number> };

/** Reads an exposition, strictly: every family says what it is before its first sample. */
function families(text: string): Record<string, Family> {
  const found: Record<string, Family> = {};
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, what, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (what === "HELP") found[name] = { help: rest, type: "", samples: {} };
    else if (what === "TYPE") Object.assign(found[name] ?? {}, { type: rest });
    else {
      const [, short = "", labels = "", value] = sample.exec(line) ?? [];
      const family = found[short] ?? found[line.slice(0, line.search(/[{ ]/))];
      if (family === undefined) throw new Error(`no family for ${line}`);
      if (family.type !== "histogram" || !line.startsWith(`${short}_sum`)) family.samples[labels] = Number(value);
    }
  }
  return found;
}

const read = async (metrics: Metrics) => families(await metrics.text());

test("R42 every counter, by its labels", async () => {
  const metrics = createMetrics();
  metrics.attempt({ provider: "a", model: "m" }, "ok", "r");
  metrics.attempt({ provider: "a", model: "m" }, "ok", "r");
  metrics.attempt({ provider: "a", model: "m" }, "timeout", "none");
  metrics.retry("a", "r");
  metrics.failover("a", "b", "server_error", "r");
  metrics.hedge("primary", "r");
  metrics.leak("r", "anthropic-messages");
  metrics.quarantine("a", "key-1", "rejected");
  metrics.breakerOpened("a", "m");
  metrics.staleConnection("a");
  metrics.refused("queue_full");
  metrics.reload("applied");
  metrics.tracesDropped(3);
  metrics.telemetryDropped(2);
  metrics.finished(finished({ facts: { losses: [{ code: "dropped", field: "a" }] } }));
  const counters = Object.entries(await read(metrics)).filter(
    ([name, { type, samples }]) => type === "counter" && name.startsWith("arouter_") && Object.keys(samples).length > 0,
  );
  expect(Object.fromEntries(counters.map(([name, { samples }]) => [name, samples]))).toEqual({
    arouter_upstream_attempts_total: {
      'provider="a",model="m",outcome="ok",rule="r"': 2,
      'provider="a",model="m",outcome="timeout",rule="none"': 1,
    },
    arouter_retries_total: { 'provider="a",rule="r"': 1 },
    arouter_failovers_total: { 'from="a",to="b",reason="server_error",rule="r"': 1 },
    arouter_hedges_total: { 'winner="primary",rule="r"': 1 },
    arouter_streaming_validation_leaked_failures_total: { 'rule="r",wire_format="anthropic"': 1 },
    arouter_requests_total: { 'provider="openai",status_class="2xx",rule="none",wire_format="openai"': 1 },
    arouter_key_quarantines_total: { 'provider="a",key="key-1",reason="rejected"': 1 },
    arouter_breaker_opens_total: { 'provider="a",model="m"': 1 },
    arouter_stale_connections_total: { 'provider="a"': 1 },
    arouter_refused_total: { 'reason="queue_full"': 1 },
    arouter_config_reloads_total: { 'outcome="applied"': 1 },
    arouter_store_dropped_total: { "": 3 },
    arouter_telemetry_dropped_total: { "": 2 },
    arouter_translation_losses_total: { 'rule="none",code="dropped"': 1 },
  });
});

describe("R42 the exposition", () => {
  test("names every family once, with a sentence; counters and nothing else are called _total", async () => {
    const all = await read(createMetrics());
    const types: Record<string, string[]> = {};
    for (const [name, { help, type }] of Object.entries(all)) {
      expect(help).toMatch(/^[A-Z0-9].*\.$/);
      expect([name, type === "counter"]).toEqual([name, name.endsWith("_total")]);
      types[type] = [...(types[type] ?? []), name].sort();
    }
    expect(types).toEqual({
      counter: [
        "arouter_breaker_opens_total",
        "arouter_config_reloads_total",
        "arouter_cost_extra_usd_total",
        "arouter_cost_saved_usd_total",
        "arouter_cost_usd_total",
        "arouter_failovers_total",
        "arouter_hedges_total",
        "arouter_key_quarantines_total",
        "arouter_refused_total",
        "arouter_requests_total",
        "arouter_retries_total",
        "arouter_stale_connections_total",
        "arouter_store_dropped_total",
        "arouter_streamed_output_tokens_total",
        "arouter_streaming_validation_leaked_failures_total",
        "arouter_telemetry_dropped_total",
        "arouter_tokens_total",
        "arouter_translation_losses_total",
        "arouter_upstream_attempts_total",
        "arouter_validation_failures_total",
        "process_cpu_seconds_total",
        "process_cpu_system_seconds_total",
        "process_cpu_user_seconds_total",
      ],
      gauge: [
        "arouter_breaker_state",
        "arouter_build_info",
        "arouter_in_flight",
        "arouter_key_quarantined",
        "arouter_queued",
        "arouter_tokens_per_second",
        "process_max_fds",
        "process_open_fds",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
      ],
      histogram: [
        "arouter_event_loop_delay_seconds",
        "arouter_inter_token_gap_seconds",
        "arouter_overhead_seconds",
        "arouter_request_duration_seconds",
        "arouter_time_to_first_token_seconds",
      ],
    });
  });

  test("gauges are read anew each time, and what is gone is gone", async () => {
    const metrics = createMetrics();
    metrics.know(["x"]);
    let keys = [
      { provider: "a", key: "one", quarantined: true },
      { provider: "a", key: "two", quarantined: false },
    ];
    metrics.observe({
      breakers: () => [
        { provider: "a", model: "x", state: "closed" },
        { provider: "a", model: "y", state: "half-open" },
        { provider: "a", model: "z", state: "open" },
      ],
      keys: () => keys,
      inFlight: () => 3,
      queued: () => 1,
      throughput: () => [{ provider: "a", model: "x", tps: 41.5 }],
    });
    const before = await read(metrics);
    expect(before["arouter_breaker_state"]?.samples).toEqual({
      'provider="a",model="x"': 0,
      'provider="a",model="y"': 1,
      'provider="a",model="z"': 2,
    });
    expect(before["arouter_key_quarantined"]?.samples).toEqual({
      'provider="a",key="one"': 1,
      'provider="a",key="two"': 0,
    });
    expect(before["arouter_tokens_per_second"]?.samples).toEqual({ 'provider="a",model="x"': 41.5 });
    expect(before["arouter_in_flight"]?.samples).toEqual({ "": 3 });
    expect(before["arouter_queued"]?.samples).toEqual({ "": 1 });
    keys = keys.slice(1);
    expect((await read(metrics))["arouter_key_quarantined"]?.samples).toEqual({ 'provider="a",key="two"': 0 });
  });

  test("names that clients make up are bounded, and cannot break a line", async () => {
    const metrics = createMetrics();
    metrics.know(["of-config"]);
    metrics.attempt({ provider: "a", model: "never-served" }, "not_found", "none");
    metrics.attempt({ provider: "a", model: "of-config" }, "timeout", "none");
    metrics.attempt({ provider: "a", model: 'quo"te\nback\\slash' }, "ok", "none");
    for (let n = 0; n < 2000; n++) metrics.attempt({ provider: "a", model: `model-${n}` }, "ok", "none");
    const samples = (await read(metrics))["arouter_upstream_attempts_total"]?.samples ?? {};
    expect(Object.keys(samples).length).toBe(502);
    expect(samples['provider="a",model="other",outcome="ok",rule="none"']).toBe(1502);
    expect(samples['provider="a",model="other",outcome="not_found",rule="none"']).toBe(1);
    expect(samples['provider="a",model="of-config",outcome="timeout",rule="none"']).toBe(1);
    expect(samples['provider="a",model="quo\\"te\\nback\\\\slash",outcome="ok",rule="none"']).toBe(1);
  });
});

test("R42 a race, a failover and a retry are counted where they happen", async () => {
  const routed = await startRouted({
    upstreams: { a: { always: { status: 500 } }, b: { always: {} }, c: { always: { headersDelayMs: 300 } } },
    models: { failing: ["a", "b"], alone: ["a"], slow: ["c"], quick: ["b"] },
    plan: (route) => ({
      rule: "race",
      routes: [route("slow")],
      validate: [],
      hedge: { afterMs: 5, route: route("quick") },
    }),
  });
  const plain = async (model: string) => {
    const body = JSON.stringify({ model, messages: [{ role: "user", content: "Hello" }] });
    const headers = { "x-arouter-no-policy": "1" };
    return (await fetch(`${routed.url}/v1/chat/completions`, { method: "POST", headers, body })).status;
  };
  expect((await routed.ask()).text).toBe("from b");
  expect([await plain("failing"), await plain("alone")]).toEqual([200, 500]);
  const all = families(await (await fetch(`${routed.url}/metrics`)).text());
  expect(all["arouter_hedges_total"]?.samples).toEqual({ 'winner="hedge",rule="race"': 1 });
  expect(all["arouter_failovers_total"]?.samples).toEqual({
    'from="a",to="b",reason="server_error",rule="none"': 1,
  });
  expect(all["arouter_retries_total"]?.samples).toEqual({ 'provider="a",rule="none"': 2 });
  await routed.stop();
});
