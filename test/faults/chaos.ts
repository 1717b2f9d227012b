/**
 * Thousands of requests through a compiled gateway whose three providers fail in every way there is, while it is reloaded
 * and a worker is killed: `bun test/faults/chaos.ts [--requests 20000] [--seed 1] [--workers 2]
 * [--breaker '{}']`. Prints the figures and
 * exits 1 when a client got anything but one whole answer or one error of its API.
 */
import { parseArgs } from "node:util";
import { reportOf } from "./chaos/report.ts";
import { patientBreaker, runChaos } from "./chaos/run-chaos.ts";

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    breaker: { type: "string", default: patientBreaker },
  },
});

const run = await runChaos({
  requests: Number(values.requests),
  seed: Number(values.seed),
  workers: Number(values.workers),
  breaker: values.breaker,
});
const { lines, problems, errors, successShare } = reportOf(run);
console.log(lines.join("\n"));
tell("problems", problems);
tell("errors that clients got", errors);
process.exit(problems.length === 0 && successShare >= 0.999 ? 0 : 1);

function tell(title: string, list: readonly string[]): void {
  console.log(`\n${list.length} ${title}`);
  for (const one of list.slice(0, 20)) console.log(`- ${one.slice(0, 1500)}`);
}
