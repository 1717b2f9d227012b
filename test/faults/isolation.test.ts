import { expect, test } from "bun:test";
import { runIsolation } from "./isolation/run-isolation.ts";

/** Against hanging, not a measurement: that is `bun test/faults/isolation.ts`, judged by hand. */
const hangsMs = 3000;

test("R40 R353 beside a provider that refuses, takes no connection or never answers, another one serves every request", async () => {
  const besides = await runIsolation({ rounds: 1, sliceMs: 1200, answerMs: 5 });
  expect(besides.map(({ neighbour }) => neighbour)).toEqual(["healthy", "refused", "black hole", "stalled"]);
  for (const { latencies, failures } of besides) {
    expect(latencies.length).toBe(180);
    expect(failures).toBe(0);
    expect(Math.max(...latencies)).toBeLessThan(hangsMs);
  }
  // The others were dead indeed: what they got is an error of the gateway's, or nothing yet.
  const statuses = besides.map((beside) => new Set(beside.statuses.keys()));
  expect(statuses[0]?.has(200)).toBe(true);
  expect([...(statuses[1] ?? [])]).toContain(502);
  expect([...(statuses[2] ?? [])]).toContain(504);
  expect([...(statuses[3] ?? [])]).toContain(504);
  expect(statuses.slice(1).some((dead) => dead.has(200))).toBe(false);
}, 40_000);
