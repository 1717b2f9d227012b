/**
 * What one dead provider does to the others: `bun test/faults/isolation.ts [--rounds 20] [--slice 1500] [--answer 20]`. Prints median and
 * 99th percentile of a healthy provider's answers beside a healthy, a refusing, a black-holed and a stalled one, and the
 * ratio of each 99th percentile to the first; 1.2 is wanted. The healthy provider takes 20 ms, far less than any model: with
 * one that answers at once, the ratio is that of two noises. Times of one run on a shared machine: to be judged by hand.
 */
import { parseArgs } from "node:util";
import { runIsolation } from "./isolation/run-isolation.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    slice: { type: "string", default: "1500" },
    answer: { type: "string", default: "20" },
  },
});
const besides = await runIsolation({
  rounds: Number(values.rounds),
  sliceMs: Number(values.slice),
  answerMs: Number(values.answer),
});
const [healthy] = besides;

console.log("beside a provider that is   requests  failed  median ms   p99 ms   ratio  what its own requests got");
for (const { neighbour, latencies, failures, statuses } of besides) {
  const p99 = percentile(latencies, 0.99);
  const cells = [
    neighbour.padEnd(26),
    String(latencies.length).padStart(9),
    String(failures).padStart(7),
    percentile(latencies, 0.5).toFixed(2).padStart(10),
    p99.toFixed(2).padStart(8),
    (p99 / percentile(healthy?.latencies ?? [], 0.99)).toFixed(2).padStart(7),
    ` ${[...statuses].map(([status, count]) => `${status === 0 ? "left" : status}: ${count}`).join(", ")}`,
  ];
  console.log(cells.join(" "));
}

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}
