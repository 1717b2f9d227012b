import type { SavingsRow, UsageRow } from "./store.ts";
import type { AttemptRow, StoredTrace } from "./trace-row.ts";

/** Tokens by class; no token is in two of them, but that `output` holds `reasoning`. */
type TokensJson = Readonly<{
  input: number;
  cache_read: number;
  cache_write: number;
  output: number;
  reasoning: number;
}>;

/** An attempt as GET /api/v1/traces shows it. Times in milliseconds, money in USD. */
export type AttemptJson = Readonly<{
  n: number;
  provider: string;
  key: string | null;
  billing: string;
  model: string;
  hedge: boolean;
  outcome: string;
  status: number | null;
  error_type: string | null;
  error_message: string | null;
  quarantined: boolean;
  /** RFC 3339. */
  started_at: string;
  latency_ms: number | null;
  ttft_ms: number | null;
  /** Cached input included. */
  tokens_in: number | null;
  tokens_out: number | null;
  tokens: TokensJson | null;
  /** Which service answered, where it is not the standard one. */
  service_tier: string | null;
  /** Whether a part of the tokens is the gateway's guess, since the upstream did not tell them. */
  is_estimate: boolean;
  cost: number | null;
  /** `reported` by the provider, `priced` from its tokens, or `estimated`: the tokens or the service's price are a guess. */
  cost_source: string | null;
  charged: number | null;
}>;

/** What rules could ask about a request besides its model and its endpoint. Its headers are private. */
export type FactsJson = Readonly<{
  tools: boolean;
  image: boolean;
  response_format: string | null;
  max_tokens: number | null;
  /** As far as they were counted: both are the same where that was to the end; `most` is null where nobody knows. */
  input_tokens: Readonly<{ least: number; most: number | null }>;
  /** What the request changed about its policy, by the names of its headers or members. */
  overrides: readonly string[];
}>;

/** A request as GET /api/v1/traces shows it. Times in milliseconds, money in USD; tokens and money of all its attempts. */
export type TraceJson = Readonly<{
  id: string;
  /** RFC 3339. */
  time: string;
  key: string | null;
  endpoint: string;
  model_requested: string;
  model_served: string;
  provider: string;
  rule: string;
  decision: string;
  status: number;
  how: string;
  stream: boolean;
  /** Null for requests that were refused before they were understood. */
  facts: FactsJson | null;
  error_type: string | null;
  total_ms: number;
  ttft_ms: number | null;
  tokens_in: number | null;
  tokens_out: number | null;
  tokens: TokensJson | null;
  cost: number | null;
  /** What the model asked for would have cost. */
  cost_requested: number | null;
  saved: number | null;
  charged: number | null;
  byok: boolean;
  attempts: readonly AttemptJson[];
}>;

/** What one group of requests used. */
export type UsageJson = Readonly<{
  name: string | null;
  requests: number;
  attempts: number;
  failed: number;
  tokens_in: number;
  tokens_out: number;
  tokens: TokensJson;
  cost: number;
  charged: number;
  /** Attempts with tokens of which no price is known. */
  unpriced: number;
}>;

export type SavingsJson = Readonly<{
  rule: string | null;
  model_requested: string | null;
  model_served: string | null;
  requests: number;
  cost: number;
  cost_requested: number;
  saved: number;
}>;

export function traceJson(trace: StoredTrace): TraceJson {
  const { seq: _seq, time_ms, facts, cost_nanos, requested_nanos, saved_nanos, charged_nanos, ...rest } = trace;
  const attempts = trace.attempts.map(attemptJson);
  const tokens = totalOf(attempts.flatMap((attempt) => attempt.tokens ?? []));
  return {
    ...rest,
    time: new Date(time_ms).toISOString(),
    stream: trace.stream === 1,
    facts: facts === null ? null : JSON.parse(facts),
    ...sums(tokens),
    cost: usd(cost_nanos),
    cost_requested: usd(requested_nanos),
    saved: usd(saved_nanos),
    charged: usd(charged_nanos),
    byok: trace.byok === 1,
    attempts,
  };
}

function attemptJson(attempt: AttemptRow): AttemptJson {
  const { started_ms, uncached_input, cache_read, cache_write, output, reasoning, cost_nanos, ...rest } = attempt;
  const { cache_write_long: _long, web_searches: _searches, ...shown } = rest;
  const tokens =
    output === null
      ? undefined
      : {
          input: uncached_input ?? 0,
          cache_read: cache_read ?? 0,
          cache_write: cache_write ?? 0,
          output,
          reasoning: reasoning ?? 0,
        };
  return {
    ...shown,
    hedge: attempt.hedge === 1,
    quarantined: attempt.quarantined === 1,
    is_estimate: attempt.is_estimate === 1,
    started_at: new Date(started_ms).toISOString(),
    ...sums(tokens),
    cost: usd(cost_nanos),
    charged: usd(attempt.billing === "byok" && cost_nanos !== null ? 0 : cost_nanos),
  };
}

export function usageJson({ name, requests, attempts, failed, unpriced, ...row }: UsageRow): UsageJson {
  const { uncached_input: input, cache_read, cache_write, output, reasoning } = row;
  return {
    name,
    requests,
    attempts,
    failed,
    tokens_in: input + cache_read + cache_write,
    tokens_out: output,
    tokens: { input, cache_read, cache_write, output, reasoning },
    cost: usd(row.cost_nanos),
    charged: usd(row.charged_nanos),
    unpriced,
  };
}

export function savingsJson({ cost_nanos, requested_nanos, saved_nanos, ...row }: SavingsRow): SavingsJson {
  return { ...row, cost: usd(cost_nanos), cost_requested: usd(requested_nanos), saved: usd(saved_nanos) };
}

const nanosPerUsd = 1e9;

/** Exact to the nano-dollar up to a million dollars: beyond, a number of JSON has no digits left for it. */
function usd(nanos: number | bigint): number;
function usd(nanos: number | null): number | null;
function usd(nanos: number | bigint | null): number | null {
  return nanos === null ? null : Number(nanos) / nanosPerUsd;
}

function totalOf(all: readonly TokensJson[]): TokensJson | undefined {
  if (all.length === 0) return undefined;
  const total = (name: keyof TokensJson) => all.reduce((sum, tokens) => sum + tokens[name], 0);
  return {
    input: total("input"),
    cache_read: total("cache_read"),
    cache_write: total("cache_write"),
    output: total("output"),
    reasoning: total("reasoning"),
  };
}

function sums(tokens: TokensJson | undefined): Pick<TraceJson, "tokens_in" | "tokens_out" | "tokens"> {
  if (tokens === undefined) return { tokens_in: null, tokens_out: null, tokens: null };
  return { tokens_in: tokens.input + tokens.cache_read + tokens.cache_write, tokens_out: tokens.output, tokens };
}
