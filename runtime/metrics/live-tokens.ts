import { Counter, type Registry } from "prom-client";
import type { Target } from "../contract.ts";
import type { Used } from "../money/used.ts";
import type { ModelNames } from "./model-names.ts";

/** A streamed answer that is on its way to its client. */
export type LiveStream = Readonly<{
  target: Target;
  rule: string;
  /** What it has used so far; asked whenever metrics are read, and once more at its end. */
  used(): Used | undefined;
}>;

/**
 * Counts output tokens of streams while they flow: long answers move it from the first word on, not only at their end. Until
 * an upstream reports its usage the count is a guess from the characters that came; a guess that was too high stays.
 * The stream that is told begins; what it gives back ends it.
 */
export function createLiveTokens(registry: Registry, names: ModelNames): (stream: LiveStream) => () => void {
  const open = new Map<LiveStream, number>();
  const counter = new Counter({
    name: "arouter_streamed_output_tokens_total",
    help: "Output tokens of streamed answers, counted as they flow; estimated until the upstream reports them.",
    labelNames: ["provider", "model", "rule"],
    registers: [registry],
    collect: () => {
      for (const stream of open.keys()) count(stream);
    },
  });

  function count(stream: LiveStream): void {
    const { target, rule } = stream;
    const told = open.get(stream) ?? 0;
    const output = stream.used()?.usage.output ?? 0;
    if (output <= told) return;
    open.set(stream, output);
    counter.inc({ provider: target.provider, model: names.label(target.model, true), rule }, output - told);
  }

  return (stream) => {
    open.set(stream, 0);
    return () => {
      count(stream);
      open.delete(stream);
    };
  };
}
