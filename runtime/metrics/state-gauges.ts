import { Gauge, type Registry } from "prom-client";
import type { ModelNames } from "./model-names.ts";

/** State that is kept elsewhere and looked up when asked for. */
export type StateGauges = Readonly<{
  breakers(): Iterable<Readonly<{ provider: string; model: string; state: "closed" | "half-open" | "open" }>>;
  keys(): Iterable<Readonly<{ provider: string; key: string; quarantined: boolean }>>;
  inFlight(): number;
  queued(): number;
  throughput(): Iterable<Readonly<{ provider: string; model: string; tps: number }>>;
}>;

type Sample<Label extends string> = readonly [Readonly<Partial<Record<Label, string>>>, number];

const breakerStates = { closed: 0, "half-open": 1, open: 2 } as const;

/** Gauges that are read whenever the metrics are; what comes back is told where from. */
export function addStateGauges(registry: Registry, names: ModelNames): (state: StateGauges) => void {
  let observed: StateGauges | undefined;
  /** `aggregator` says what the values of several workers come to. */
  const gauge = <Label extends string>(
    name: string,
    help: string,
    {
      labelNames,
      aggregator = "sum",
    }: Readonly<{ labelNames: readonly Label[]; aggregator?: "sum" | "max" | "average" }>,
    read: (state: StateGauges) => Iterable<Sample<Label>>,
  ) =>
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      aggregator,
      collect() {
        this.reset();
        if (observed !== undefined) for (const [labels, value] of read(observed)) this.set(labels, value);
      },
    });

  gauge(
    "arouter_breaker_state",
    "0 closed, 1 half-open, 2 open.",
    { labelNames: ["provider", "model"], aggregator: "max" },
    // An open breaker is worth a name; a closed one also stands for what a client merely asked for.
    (state) =>
      [...state.breakers()].map((breaker) => [
        { provider: breaker.provider, model: names.label(breaker.model, breaker.state !== "closed") },
        breakerStates[breaker.state],
      ]),
  );
  gauge(
    "arouter_key_quarantined",
    "1 while a key is out of service.",
    { labelNames: ["provider", "key"], aggregator: "max" },
    (state) => [...state.keys()].map(({ provider, key, quarantined }) => [{ provider, key }, Number(quarantined)]),
  );
  gauge(
    "arouter_tokens_per_second",
    "Speed of an upstream model, mean of its last answers.",
    { labelNames: ["provider", "model"], aggregator: "average" },
    (state) =>
      [...state.throughput()].map(({ provider, model, tps }) => [{ provider, model: names.label(model, true) }, tps]),
  );
  gauge("arouter_in_flight", "Model requests being served.", { labelNames: [] }, (state) => [[{}, state.inFlight()]]);
  gauge("arouter_queued", "Model requests waiting to be let in.", { labelNames: [] }, (state) => [
    [{}, state.queued()],
  ]);
  return (state) => {
    observed = state;
  };
}
