import { expect, test } from "bun:test";
import { reportOf } from "./chaos/report.ts";
import { patientBreaker, runChaos } from "./chaos/run-chaos.ts";

// 20,000 of them: `bun test/faults/chaos.ts`.
test("R5 R40 R85 R121 2,000 requests while a third of all attempts fails, with reloads and a killed worker: one whole answer or typed error each", async () => {
  const run = await runChaos({ requests: 2000, seed: 20_261_121, workers: 2, breaker: patientBreaker });
  const { lines, problems, successShare } = reportOf(run);
  expect(problems.slice(0, 3)).toEqual([]);
  expect(successShare, lines.join("\n")).toBeGreaterThanOrEqual(0.995);
  expect(run.askings.length).toBe(2000);
  expect(run.reloads.applied).toBeGreaterThan(0);
  expect(run.restarts).toBe(1);
}, 40_000);
