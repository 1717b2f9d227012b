import { expect, test } from "bun:test";
import { createAdaptiveLimit } from "../../runtime/admission/adaptive-limit.ts";
import { seededRandom } from "../routing/key-fixture.ts";

/** An upstream that answers in 100 ms up to `knee` requests at once, and in proportion to its load beyond. */
function latencyMs(load: number, knee: number, random: () => number): number {
  return 100 * Math.max(1, load / knee) * (0.9 + 0.2 * random());
}

/** Requests that always fill the limit; returns the limit after each. */
function run(limit: ReturnType<typeof createAdaptiveLimit>, knee: number, requests: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: requests }, () => {
    limit.record(latencyMs(limit.current(), knee, random), false);
    return limit.current();
  });
}

test("it settles where answers begin to queue: not far above what the upstream can do at twice its best latency", () => {
  for (const knee of [10, 25, 50]) {
    const limits = run(
      createAdaptiveLimit(() => 400),
      knee,
      20_000,
      knee,
    );
    const settled = limits.slice(-5000);
    expect(Math.max(...settled)).toBeLessThanOrEqual(knee * 3);
    expect(Math.min(...settled)).toBeGreaterThanOrEqual(knee);
  }
});

test("it recovers when the upstream does", () => {
  const limit = createAdaptiveLimit(() => 200);
  run(limit, 10, 10_000, 1);
  const before = limit.current();
  run(limit, 100, 60_000, 2);
  expect(limit.current()).toBeGreaterThan(before * 3);
});

test("overload lowers it by a tenth a round, and never below four", () => {
  const limit = createAdaptiveLimit(() => 100);
  expect(limit.current()).toBe(4);
  for (let n = 0; n < 200; n++) limit.record(10, false);
  expect(limit.current()).toBe(100);
  limit.record(10, true);
  expect(limit.current()).toBe(90);
  for (let n = 0; n < 89; n++) limit.record(10, true);
  expect(limit.current()).toBe(90);
  limit.record(10, true);
  expect(limit.current()).toBe(81);
  for (let n = 0; n < 100_000; n++) limit.record(10, true);
  expect(limit.current()).toBe(4);
});

test("a ceiling below the floor is the limit, and a new ceiling applies at once", () => {
  let ceiling = 2;
  const limit = createAdaptiveLimit(() => ceiling);
  expect(limit.current()).toBe(2);
  for (let n = 0; n < 100; n++) limit.record(10, false);
  expect(limit.current()).toBe(2);
  ceiling = 50;
  for (let n = 0; n < 100; n++) limit.record(10, false);
  expect(limit.current()).toBe(50);
});
