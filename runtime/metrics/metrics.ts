import { Counter, Registry } from "prom-client";
import { monotonicMs } from "../clock.ts";
import type { Target, WireFormat } from "../contract.ts";
import type { RequestWatcher } from "../request/finished-request.ts";
import { wireNames } from "../request/reply-headers.ts";
import { createLiveTokens, type LiveStream } from "./live-tokens.ts";
import type { MetricsSnapshot } from "./metrics-snapshot.ts";
import { createModelNames } from "./model-names.ts";
import { addProcessMetrics } from "./process-metrics.ts";
import { createRequestMetrics } from "./request-metrics.ts";
import { addStateGauges, type StateGauges } from "./state-gauges.ts";

/** Counts what the gateway does, in Prometheus' terms. */
export type Metrics = Readonly<{
  /** One attempt at an upstream model ended; `outcome` is `ok`, `invalid`, `empty` or why it failed. */
  attempt(target: Target, outcome: string, rule: string): void;
  /** The same offer is asked again. */
  retry(provider: string, rule: string): void;
  /** A request goes on from one provider to another. */
  failover(from: string, to: string, reason: string, rule: string): void;
  hedge(winner: "primary" | "hedge" | "none", rule: string): void;
  /** A stream turned out to be invalid after it was sent. */
  leak(rule: string, wire: WireFormat): void;
  quarantine(provider: string, key: string, reason: string): void;
  breakerOpened(provider: string, model: string): void;
  staleConnection(provider: string): void;
  /** A request that was not let in. */
  refused(reason: string): void;
  /** Models that the configuration names; others become labels once they are served. */
  know(models: Iterable<string>): void;
  /** A streamed answer begins; call what comes back when it is over. */
  streaming(stream: LiveStream): () => void;
  /** A request is over. */
  finished: RequestWatcher;
  reload(outcome: "applied" | "refused"): void;
  /** Traces that the store will never have. */
  tracesDropped(count: number): void;
  /** Spans that no collector will ever see. */
  telemetryDropped(count: number): void;
  /** Read whenever metrics are; each gives label values and a number. */
  observe(gauges: StateGauges): void;
  /** The text exposition format (Prometheus 0.0.4). */
  text(): Promise<string>;
  /** The same as data, to be merged with that of other workers. */
  snapshot(): Promise<MetricsSnapshot>;
  /** Ends what is done in the background. */
  stop(): void;
}>;

/** Distinct values of the label `model`. */
const maxModels = 500;

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });

  const names = createModelNames(maxModels);
  const stop = addProcessMetrics(registry, monotonicMs);
  const attempts = counter("arouter_upstream_attempts_total", "Attempts at upstream models, by how they ended.", [
    "provider",
    "model",
    "outcome",
    "rule",
  ]);
  const retries = counter(
    "arouter_retries_total",
    "Attempts at an upstream model that the same request had asked before.",
    ["provider", "rule"],
  );
  const failovers = counter("arouter_failovers_total", "Requests that went on from one provider to another.", [
    "from",
    "to",
    "reason",
    "rule",
  ]);
  const hedges = counter("arouter_hedges_total", "Hedged requests, by which model won.", ["winner", "rule"]);
  const quarantines = counter("arouter_key_quarantines_total", "Keys taken out of service.", [
    "provider",
    "key",
    "reason",
  ]);
  const stale = counter(
    "arouter_stale_connections_total",
    "Requests sent again because a pooled connection was dead.",
    ["provider"],
  );
  const refused = counter("arouter_refused_total", "Requests that were not let in.", ["reason"]);
  const leaks = counter(
    "arouter_streaming_validation_leaked_failures_total",
    "Streams that failed the rule's validators when they had been sent already.",
    ["rule", "wire_format"],
  );
  const reloads = counter("arouter_config_reloads_total", "Configurations swapped in, or refused.", ["outcome"]);
  const dropped = counter("arouter_store_dropped_total", "Traces that could not be stored.", []);
  const spansDropped = counter("arouter_telemetry_dropped_total", "Spans that could not be exported.", []);
  const opens = counter("arouter_breaker_opens_total", "How often a breaker has opened.", ["provider", "model"]);
  const observe = addStateGauges(registry, names);

  return {
    attempt: ({ provider, model }, outcome, rule) =>
      attempts.inc({ provider, model: names.label(model, outcome === "ok"), outcome, rule }),
    retry: (provider, rule) => retries.inc({ provider, rule }),
    failover: (from, to, reason, rule) => failovers.inc({ from, to, reason, rule }),
    hedge: (winner, rule) => hedges.inc({ winner, rule }),
    leak: (rule, wire) => leaks.inc({ rule, wire_format: wireNames[wire] }),
    quarantine: (provider, key, reason) => quarantines.inc({ provider, key, reason }),
    staleConnection: (provider) => stale.inc({ provider }),
    refused: (reason) => refused.inc({ reason }),
    breakerOpened: (provider, model) => opens.inc({ provider, model: names.label(model, true) }),
    know: names.know,
    streaming: createLiveTokens(registry, names),
    finished: createRequestMetrics(registry, names),
    reload: (outcome) => reloads.inc({ outcome }),
    tracesDropped: (count) => dropped.inc(count),
    telemetryDropped: (count) => spansDropped.inc(count),
    observe,
    text: () => registry.metrics(),
    snapshot: () => registry.getMetricsAsJSON(),
    stop,
  };
}
