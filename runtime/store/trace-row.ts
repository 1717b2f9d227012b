import type { FinishedRequest } from "../request/finished-request.ts";
import type { RuleFacts } from "../request/rule-facts.ts";
import type { AttemptRecord } from "../routing/attempt-log.ts";
import type { FactsJson } from "./trace-json.ts";

/**
 * A finished request as it is stored: JSON, times in milliseconds, money in whole nano-USD, flags as 0 and 1. Holds no
 * prompt, no answer and no key.
 */
export type TraceRow = Readonly<{
  id: string;
  /** When the request came in, since 1970. */
  time_ms: number;
  key: string | null;
  endpoint: string;
  model_requested: string;
  model_served: string;
  provider: string;
  rule: string;
  decision: string;
  status: number;
  how: string;
  stream: number;
  /** `FactsJson` as text: nothing is looked up by it. */
  facts: string | null;
  /** What kind of error the client was told. */
  error_type: string | null;
  total_ms: number;
  /** Until the first content of a stream. */
  ttft_ms: number | null;
  /** Of all attempts whose price is known. */
  cost_nanos: number | null;
  /** What the model asked for would have cost; like `saved_nanos` only where the price of every attempt is known. */
  requested_nanos: number | null;
  saved_nanos: number | null;
  /** The part of the cost that is not billed to a key's own account. */
  charged_nanos: number | null;
  byok: number;
}>;

export type AttemptRow = Readonly<{
  n: number;
  provider: string;
  model: string;
  key: string | null;
  billing: string;
  hedge: number;
  outcome: string;
  status: number | null;
  error_type: string | null;
  error_message: string | null;
  quarantined: number;
  started_ms: number;
  latency_ms: number | null;
  ttft_ms: number | null;
  uncached_input: number | null;
  cache_read: number | null;
  cache_write: number | null;
  /** The part of `cache_write` that is kept for an hour and more. */
  cache_write_long: number | null;
  output: number | null;
  /** The part of `output` that is reasoning. */
  reasoning: number | null;
  web_searches: number | null;
  /** Which service answered, where it is not the standard one. */
  service_tier: string | null;
  /** Whether a part of the tokens is the gateway's guess. */
  is_estimate: number;
  cost_nanos: number | null;
  /** Where the cost is from, as `AttemptRecord.costSource` has it. */
  cost_source: string | null;
}>;

export type NewTrace = TraceRow & Readonly<{ attempts: readonly AttemptRow[] }>;

/** `seq` counts the requests in the order they were stored, which is that of their ends. */
export type StoredTrace = NewTrace & Readonly<{ seq: number }>;

/** A client may ask for anything; a name that is longer than this is none. */
const maxModelLength = 256;

/** What the store keeps of a request. */
export function traceRow(request: FinishedRequest): NewTrace {
  const { requestId, startedAtMs, endpoint, facts, status, how, stream, error, ms, attempts, answered, money } =
    request;
  const paid = answered ?? attempts.at(-1);
  return {
    id: requestId,
    time_ms: startedAtMs,
    key: request.clientKey() ?? null,
    endpoint,
    model_requested: facts.requested?.slice(0, maxModelLength) ?? "none",
    model_served: facts.served?.model ?? "none",
    provider: facts.served?.provider ?? "unknown",
    rule: facts.rule,
    decision: facts.decision,
    status,
    how,
    stream: Number(stream),
    facts: request.asked === undefined ? null : JSON.stringify(factsJson(request.asked)),
    error_type: error === undefined ? null : error.class.replaceAll("-", "_"),
    total_ms: tenths(ms),
    ttft_ms: stream ? firstContentMs(request) : null,
    cost_nanos: sum(attempts.map(({ costNanos }) => costNanos)),
    requested_nanos: money.requestedNanos ?? null,
    saved_nanos: money.savedNanos ?? null,
    charged_nanos: sum(attempts.map(chargedNanos)),
    byok: Number(paid?.billing === "byok"),
    attempts: attempts.map(attemptRow),
  };
}

/** What rules can name. Whatever else a client writes there is its own business. */
const knownFormats: ReadonlySet<string> = new Set(["text", "json_object", "json_schema"]);

function factsJson({ hasTools, hasImage, responseFormat, maxTokens, inputTokens, overrides }: RuleFacts): FactsJson {
  return {
    tools: hasTools,
    image: hasImage,
    response_format: responseFormat === undefined ? null : keptFormat(responseFormat),
    max_tokens: maxTokens ?? null,
    input_tokens: { least: inputTokens.least, most: inputTokens.most ?? null },
    overrides,
  };
}

function keptFormat(format: string): string {
  return knownFormats.has(format) ? format : "other";
}

function attemptRow(record: AttemptRecord): AttemptRow {
  const { usage } = record;
  return {
    n: record.n,
    provider: record.provider,
    model: record.model,
    key: record.key ?? null,
    billing: record.billing,
    hedge: Number(record.hedge),
    // What goes on when the request is over is given up: its client has left, or has got another answer.
    outcome: record.outcome === "pending" ? "cancelled" : record.outcome,
    status: record.status ?? null,
    error_type: record.reason ?? null,
    error_message: record.message ?? null,
    quarantined: Number(record.quarantined),
    started_ms: record.startedAtMs,
    latency_ms: record.ms === undefined ? null : tenths(record.ms),
    ttft_ms: record.ttftMs === undefined ? null : tenths(record.ttftMs),
    uncached_input: usage?.uncachedInput ?? null,
    cache_read: usage?.cacheRead ?? null,
    cache_write: usage?.cacheWrite ?? null,
    cache_write_long: usage?.cacheWriteLong ?? null,
    output: usage?.output ?? null,
    reasoning: usage?.reasoning ?? null,
    web_searches: usage?.webSearches ?? null,
    service_tier: usage?.serviceTier ?? null,
    is_estimate: Number(record.isEstimate),
    cost_nanos: record.costNanos ?? null,
    cost_source: record.costSource ?? null,
  };
}

/** Who brings a key of their own pays the provider; the gateway only routes. */
function chargedNanos({ billing, costNanos }: AttemptRecord): number | undefined {
  return billing === "byok" && costNanos !== undefined ? 0 : costNanos;
}

function firstContentMs({ answered, startedMs }: FinishedRequest): number | null {
  if (answered?.ttftMs === undefined) return null;
  return tenths(Math.max(0, answered.startedMs - startedMs) + answered.ttftMs);
}

/** Of what is known; null when nothing is. */
function sum(amounts: readonly (number | undefined)[]): number | null {
  const known = amounts.filter((amount) => amount !== undefined);
  return known.length === 0 ? null : known.reduce((total, amount) => total + amount, 0);
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
