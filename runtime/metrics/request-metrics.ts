import { Counter, Histogram, type Registry } from "prom-client";
import type { FinishedRequest, RequestWatcher } from "../request/finished-request.ts";
import { wireNames } from "../request/reply-headers.ts";
import type { AttemptRecord } from "../routing/attempt-log.ts";
import type { Usage } from "../wire/canonical.ts";
import type { ModelNames } from "./model-names.ts";
import { overheadMs } from "./overhead.ts";
import { statusClass } from "./status-class.ts";

/** Seconds. Models think for minutes: the usual buckets end too early. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const firstTokenBuckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 20, 40, 60, 120];
const tokenGapBuckets = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1];
const overheadBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const nanosPerUsd = 1e9;

/** What is counted of requests that are over. Each family carries the rule that matched, or `none`. */
export function createRequestMetrics(registry: Registry, names: ModelNames): RequestWatcher {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: readonly number[],
  ) => new Histogram({ name, help, labelNames: [...labelNames], buckets: [...buckets], registers });

  const ended = ["provider", "status_class", "rule", "wire_format"] as const;
  const requests = counter("arouter_requests_total", "Requests to model endpoints, by how they ended.", ended);
  const durations = histogram(
    "arouter_request_duration_seconds",
    "From a request's arrival to the last byte of its answer.",
    ended,
    durationBuckets,
  );
  const overhead = histogram(
    "arouter_overhead_seconds",
    "The gateway's own part of a request: what was no attempt at an upstream.",
    ["rule", "wire_format"],
    overheadBuckets,
  );
  const served = ["provider", "model", "rule"] as const;
  const firstToken = histogram(
    "arouter_time_to_first_token_seconds",
    "From a streamed request's arrival to its first content.",
    served,
    firstTokenBuckets,
  );
  const tokenGap = histogram(
    "arouter_inter_token_gap_seconds",
    "Between two output tokens of a stream, on average.",
    served,
    tokenGapBuckets,
  );
  const tokens = counter("arouter_tokens_total", "Tokens that upstreams reported; the classes do not overlap.", [
    ...served,
    "class",
  ]);
  const invalid = counter("arouter_validation_failures_total", "Answers that failed the rule's validators.", [
    "rule",
    "model",
    "wire_format",
  ]);
  const priced = ["rule", "model_requested", "model_served"] as const;
  const cost = counter("arouter_cost_usd_total", "What all attempts cost, where a price is known.", priced);
  // Two, since a counter never goes down.
  const saved = counter(
    "arouter_cost_saved_usd_total",
    "How much less requests cost than the requested model would have, by its price at the usage there was.",
    priced,
  );
  const extra = counter("arouter_cost_extra_usd_total", "How much more requests cost than that.", priced);
  const losses = counter("arouter_translation_losses_total", "Parts that a translation left out or changed, by code.", [
    "rule",
    "code",
  ]);

  function noteAttempt(attempt: AttemptRecord, request: FinishedRequest): void {
    const { provider, usage, costNanos } = attempt;
    const { rule, wire } = request.facts;
    const model = names.label(attempt.model, attempt.outcome === "ok");
    if (attempt.outcome === "invalid") invalid.inc({ rule, model, wire_format: wireNames[wire] });
    if (usage !== undefined) {
      for (const [name, count] of tokenClasses(usage)) {
        if (count > 0) tokens.inc({ provider, model, rule, class: name }, count);
      }
    }
    if (costNanos !== undefined) {
      cost.inc({ rule, model_requested: requestedName(request, names), model_served: model }, costNanos / nanosPerUsd);
    }
  }

  function noteSaving(request: FinishedRequest): void {
    const { savedNanos } = request.money;
    if (savedNanos === undefined || savedNanos === 0) return;
    const { rule, served } = request.facts;
    const model_served = served === undefined ? "none" : names.label(served.model, request.answered?.outcome === "ok");
    const labels = { rule, model_requested: requestedName(request, names), model_served };
    (savedNanos > 0 ? saved : extra).inc(labels, Math.abs(savedNanos) / nanosPerUsd);
  }

  function noteStream({ answered, startedMs, facts: { rule } }: FinishedRequest): void {
    if (answered?.ttftMs === undefined || answered.outcome !== "ok") return;
    const { provider, ttftMs, ms = ttftMs, usage } = answered;
    const labels = { provider, model: names.label(answered.model, true), rule };
    firstToken.observe(labels, Math.max(0, answered.startedMs - startedMs + ttftMs) / 1000);
    const gaps = (usage?.output ?? 0) - 1;
    if (gaps > 0) tokenGap.observe(labels, (ms - ttftMs) / gaps / 1000);
  }

  return (request) => {
    const { rule, wire, losses: lost } = request.facts;
    const wire_format = wireNames[wire];
    const labels = { provider: providerOf(request), status_class: statusClass(request), rule, wire_format };
    requests.inc(labels);
    durations.observe(labels, request.ms / 1000);
    overhead.observe({ rule, wire_format }, overheadMs(request) / 1000);
    if (request.stream) noteStream(request);
    for (const attempt of request.attempts) noteAttempt(attempt, request);
    noteSaving(request);
    for (const { code } of lost) losses.inc({ rule, code });
  };
}

/** `unknown` when the request was refused before there was one. */
function providerOf({ facts, attempts }: FinishedRequest): string {
  return facts.served?.provider ?? attempts.at(-1)?.provider ?? "unknown";
}

function requestedName({ facts, answered }: FinishedRequest, names: ModelNames): string {
  return names.label(facts.requested ?? "none", answered?.outcome === "ok");
}

/** Disjoint: they add up to all tokens of the usage. */
function tokenClasses(usage: Usage): readonly (readonly [string, number])[] {
  return [
    ["input", usage.uncachedInput],
    ["cache_read", usage.cacheRead],
    ["cache_write", usage.cacheWrite],
    ["output", usage.output - usage.reasoning],
    ["reasoning", usage.reasoning],
  ];
}
