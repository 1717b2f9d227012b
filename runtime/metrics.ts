import { Counter, Gauge, Registry } from "prom-client";
import type { Target } from "./contract.ts";
import type { RequestWatcher } from "./finished-request.ts";

/** Counts what the gateway does, in Prometheus' terms. */
export type Metrics = Readonly<{
  /** One attempt at an upstream model ended; `outcome` is `ok`, `invalid`, `empty` or why it failed. */
  attempt(target: Target, outcome: string): void;
  /** The same offer is asked again. */
  retry(provider: string): void;
  /** A request goes on from one provider to another. */
  failover(from: string, to: string, reason: string): void;
  hedge(winner: "primary" | "hedge" | "none"): void;
  quarantine(provider: string, key: string, reason: string): void;
  breakerOpened(provider: string, model: string): void;
  staleConnection(provider: string): void;
  /** A request that was not let in. */
  refused(reason: string): void;
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

  const bounded = boundedNames(maxModels);
  const attempts = counter("arouter_upstream_attempts_total", "Attempts at upstream models, by how they ended.", [
    "provider",
    "model",
    "outcome",
  ]);
  const retries = counter(
    "arouter_retries_total",
    "Attempts at an upstream model that the same request had asked before.",
    ["provider"],
  );
  const failovers = counter("arouter_failovers_total", "Requests that went on from one provider to another.", [
    "from",
    "to",
    "reason",
  ]);
  const hedges = counter("arouter_hedges_total", "Hedged requests, by which model won.", ["winner"]);
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
  const losses = counter("arouter_translation_losses_total", "Parts that a translation left out or changed, by code.", [
    "code",
  ]);
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
    [...gauges.breakers()].map(({ provider, model, state }) => [
      { provider, model: bounded(model) },
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
    (gauges) => [...gauges.throughput()].map(({ provider, model, tps }) => [{ provider, model: bounded(model) }, tps]),
  );
  gauge("arouter_in_flight", "Model requests being served.", [], (gauges) => [[{}, gauges.inFlight()]]);
  gauge("arouter_queued", "Model requests waiting to be let in.", [], (gauges) => [[{}, gauges.queued()]]);

  return {
    attempt: ({ provider, model }, outcome) => attempts.inc({ provider, model: bounded(model), outcome }),
    retry: (provider) => retries.inc({ provider }),
    failover: (from, to, reason) => failovers.inc({ from, to, reason }),
    hedge: (winner) => hedges.inc({ winner }),
    quarantine: (provider, key, reason) => quarantines.inc({ provider, key, reason }),
    staleConnection: (provider) => stale.inc({ provider }),
    refused: (reason) => refused.inc({ reason }),
    breakerOpened: (provider, model) => opens.inc({ provider, model: bounded(model) }),
    finished: ({ facts }) => {
      for (const { code } of facts.losses) losses.inc({ code });
    },
    reload: (outcome) => reloads.inc({ outcome }),
    observe: (gauges) => {
      observed = gauges;
    },
    text: () => registry.metrics(),
  };
}

/** A client can ask for any model name, and a label value is kept for ever: what comes late counts as `other`. */
function boundedNames(max: number): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.has(name)) return name;
    if (known.size >= max) return "other";
    known.add(name);
    return name;
  };
}
