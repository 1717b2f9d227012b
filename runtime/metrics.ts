import { Counter, Gauge, Registry } from "prom-client";
import { monotonicMs } from "./clock.ts";
import type { Target, WireFormat } from "./contract.ts";
import type { RequestWatcher } from "./finished-request.ts";
import { createModelNames } from "./metrics/model-names.ts";
import { addProcessMetrics } from "./metrics/process-metrics.ts";
import { createRequestMetrics } from "./metrics/request-metrics.ts";
import { wireNames } from "./reply-headers.ts";

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
  /** A request is over. */
  finished: RequestWatcher;
  reload(outcome: "applied" | "refused"): void;
  /** Read whenever metrics are; each gives label values and a number. */
  observe(gauges: Gauges): void;
  /** The text exposition format (Prometheus 0.0.4). */
  text(): Promise<string>;
}>;

/** State that is kept elsewhere and looked up when asked for. */
export type Gauges = Readonly<{
  breakers(): Iterable<Readonly<{ provider: string; model: string; state: "closed" | "half-open" | "open" }>>;
  keys(): Iterable<Readonly<{ provider: string; key: string; quarantined: boolean }>>;
  inFlight(): number;
  queued(): number;
  throughput(): Iterable<Readonly<{ provider: string; model: string; tps: number }>>;
}>;

/** Distinct values of the label `model`. */
const maxModels = 500;
const breakerStates = { closed: 0, "half-open": 1, open: 2 } as const;

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });

  const names = createModelNames(maxModels);
  addProcessMetrics(registry, monotonicMs);
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

  const opens = counter("arouter_breaker_opens_total", "How often a breaker has opened.", ["provider", "model"]);
  let observed: Gauges | undefined;
  const gauge = <Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    read: (gauges: Gauges) => Iterable<readonly [Readonly<Partial<Record<Label, string>>>, number]>,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers,
      collect() {
        this.reset();
        if (observed !== undefined) for (const [labels, value] of read(observed)) this.set(labels, value);
      },
    });
  gauge("arouter_breaker_state", "0 closed, 1 half-open, 2 open.", ["provider", "model"], (gauges) =>
    // An open breaker is worth a name; a closed one also stands for what a client merely asked for.
    [...gauges.breakers()].map(({ provider, model, state }) => [
      { provider, model: names.label(model, state !== "closed") },
      breakerStates[state],
    ]),
  );
  gauge("arouter_key_quarantined", "1 while a key is out of service.", ["provider", "key"], (gauges) =>
    [...gauges.keys()].map(({ provider, key, quarantined }) => [{ provider, key }, Number(quarantined)]),
  );
  gauge(
    "arouter_tokens_per_second",
    "Speed of an upstream model, mean of its last answers.",
    ["provider", "model"],
    (gauges) =>
      [...gauges.throughput()].map(({ provider, model, tps }) => [{ provider, model: names.label(model, true) }, tps]),
  );
  gauge("arouter_in_flight", "Model requests being served.", [], (gauges) => [[{}, gauges.inFlight()]]);
  gauge("arouter_queued", "Model requests waiting to be let in.", [], (gauges) => [[{}, gauges.queued()]]);

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
    finished: createRequestMetrics(registry, names),
    reload: (outcome) => reloads.inc({ outcome }),
    observe: (gauges) => {
      observed = gauges;
    },
    text: () => registry.metrics(),
  };
}
