import type { FinishedRequest, RequestWatcher } from "./finished-request.ts";
import type { AttemptRecord } from "./routing/attempt-log.ts";

/** What is remembered of one request. Times are in milliseconds; never holds a prompt, an answer or a key. */
type Trace = Readonly<{
  id: string;
  /** RFC 3339. */
  time: string;
  endpoint: string;
  model_requested: string;
  model_served: string;
  provider: string;
  rule: string;
  decision: string;
  status: number;
  how: FinishedRequest["how"];
  stream: boolean;
  total_ms: number;
  /** Until the first content of a stream; null without one. */
  ttft_ms: number | null;
  /** Of all attempts together; null where no upstream told. */
  tokens_in: number | null;
  tokens_out: number | null;
  /** USD, of all attempts whose price is configured; null where there is none. */
  cost: number | null;
  attempts: readonly TraceAttempt[];
}>;

type TraceAttempt = Readonly<{
  n: number;
  provider: string;
  key: string | null;
  billing: "platform" | "byok";
  model: string;
  hedge: boolean;
  outcome: AttemptRecord["outcome"];
  status: number | null;
  error_type: string | null;
  error_message: string | null;
  started_at: string;
  latency_ms: number | null;
  ttft_ms: number | null;
  tokens_in: number | null;
  tokens_out: number | null;
  /** USD by the configured price; null where there is none. */
  cost: number | null;
  quarantined: boolean;
}>;

/** The latest requests, in memory. */
export type Traces = Readonly<{
  add: RequestWatcher;
  get(id: string): Trace | undefined;
  /** Newest first. */
  list(limit: number): readonly Trace[];
}>;

const nanosPerUsd = 1e9;

/** Keeps the last `max` requests; a `Map` remembers the order they came in. */
export function createTraces(max: number): Traces {
  const requests = new Map<string, FinishedRequest>();
  return {
    add: (request) => {
      requests.set(request.requestId, request);
      if (requests.size <= max) return;
      for (const oldest of requests.keys()) {
        requests.delete(oldest);
        return;
      }
    },
    get: (id) => {
      const request = requests.get(id);
      return request && traceOf(request);
    },
    list: (limit) => [...requests.values()].slice(-limit).reverse().map(traceOf),
  };
}

function traceOf(request: FinishedRequest): Trace {
  const { requestId, startedAtMs, endpoint, facts, status, how, stream, ms } = request;
  const attempts = request.attempts.map(traceAttempt);
  return {
    id: requestId,
    time: new Date(startedAtMs).toISOString(),
    endpoint,
    model_requested: facts.requested ?? "none",
    model_served: facts.served?.model ?? "none",
    provider: facts.served?.provider ?? "unknown",
    rule: facts.rule,
    decision: facts.decision,
    status,
    how,
    stream,
    total_ms: rounded(ms) ?? 0,
    ttft_ms: stream ? firstContentMs(request) : null,
    tokens_in: sum(attempts.map((attempt) => attempt.tokens_in)),
    tokens_out: sum(attempts.map((attempt) => attempt.tokens_out)),
    cost: sum(attempts.map((attempt) => attempt.cost)),
    attempts,
  };
}

function firstContentMs({ answered, startedMs }: FinishedRequest): number | null {
  if (answered?.ttftMs === undefined) return null;
  return rounded(Math.max(0, answered.startedMs - startedMs) + answered.ttftMs);
}

/** Of what is known; null when nothing is. */
function sum(amounts: readonly (number | null)[]): number | null {
  const known = amounts.filter((amount) => amount !== null);
  return known.length === 0 ? null : known.reduce((total, amount) => total + amount, 0);
}

/** An attempt as a trace shows it. */
function traceAttempt(record: AttemptRecord): TraceAttempt {
  const { usage } = record;
  return {
    n: record.n,
    provider: record.provider,
    key: record.key ?? null,
    billing: record.billing,
    model: record.model,
    hedge: record.hedge,
    outcome: record.outcome,
    status: record.status ?? null,
    error_type: record.reason ?? null,
    error_message: record.message ?? null,
    started_at: new Date(record.startedAtMs).toISOString(),
    latency_ms: rounded(record.ms),
    ttft_ms: rounded(record.ttftMs),
    tokens_in: usage === undefined ? null : usage.uncachedInput + usage.cacheRead + usage.cacheWrite,
    tokens_out: usage?.output ?? null,
    cost: record.costNanos === undefined ? null : record.costNanos / nanosPerUsd,
    quarantined: record.quarantined,
  };
}

function rounded(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 10) / 10;
}
