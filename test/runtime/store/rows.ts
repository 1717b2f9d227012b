import type { AttemptRow, NewTrace } from "../../../runtime/store/trace-row.ts";

/** A request that one provider answered, but for what a test says of it. */
export function newTrace(id: string, change: Partial<NewTrace> = {}): NewTrace {
  return {
    id,
    time_ms: 1_000_000,
    key: null,
    endpoint: "chat_completions",
    model_requested: "gpt-4o",
    model_served: "gpt-4o",
    provider: "openai",
    rule: "none",
    decision: "passthrough",
    status: 200,
    how: "finished",
    stream: 0,
    facts: null,
    error_type: null,
    total_ms: 12.3,
    ttft_ms: null,
    cost_nanos: null,
    requested_nanos: null,
    saved_nanos: null,
    charged_nanos: null,
    byok: 0,
    attempts: [attemptRow(1)],
    ...change,
  };
}

export function attemptRow(n: number, change: Partial<AttemptRow> = {}): AttemptRow {
  return {
    n,
    provider: "openai",
    model: "gpt-4o",
    key: "default",
    billing: "platform",
    hedge: 0,
    outcome: "ok",
    status: null,
    error_type: null,
    error_message: null,
    quarantined: 0,
    started_ms: 1_000_000,
    latency_ms: 10,
    ttft_ms: null,
    uncached_input: 7,
    cache_read: 0,
    cache_write: 0,
    cache_write_long: null,
    output: 5,
    reasoning: 0,
    web_searches: null,
    service_tier: null,
    is_estimate: 0,
    cost_nanos: null,
    cost_source: null,
    ...change,
  };
}

/** A query for everything, but for what a test asks. */
export const everything = {
  model: undefined,
  provider: undefined,
  rule: undefined,
  key: undefined,
  status: undefined,
  sinceMs: undefined,
  untilMs: undefined,
} as const;
