import { describe, expect, test } from "bun:test";
import { retryDelayMs } from "../../runtime/routing/backoff.ts";
import { seededRandom } from "./key-fixture.ts";

const policy = { initialBackoffMs: 200, maxBackoffMs: 2000, multiplier: 2 };
const justBelowOne = 1 - Number.EPSILON / 2;

describe("R36 R282 full jitter up to the capped exponential backoff", () => {
  test.each([
    [1, 200],
    [2, 400],
    [3, 800],
    [4, 1600],
    [5, 2000],
    [6, 2000],
    [50, 2000],
    [100_000, 2000],
  ])("retry %d waits from 1 to %d ms", (retry, mostMs) => {
    const delay = (random: () => number) => retryDelayMs({ retry, policy, waitMs: undefined, random });
    expect(delay(() => 0)).toBe(1);
    expect(delay(() => justBelowOne)).toBeCloseTo(mostMs, 6);
    const random = seededRandom(retry);
    const delays = Array.from({ length: 500 }, () => delay(random) ?? Number.NaN);
    expect(delays.every((ms) => ms >= 1 && ms <= mostMs)).toBe(true);
    expect(new Set(delays).size).toBeGreaterThan(450);
    // Uniform: a quarter of them in the first quarter, give or take.
    expect(delays.filter((ms) => ms < mostMs / 4).length / 500).toBeCloseTo(0.25, 1);
  });

  test.each([
    [1, 3, 100],
    [1.5, 3, 225],
    [3, 3, 900],
    [10, 3, 2000],
  ])("a multiplier of %d", (multiplier, retry, mostMs) => {
    const own = { initialBackoffMs: 100, maxBackoffMs: 2000, multiplier };
    expect(retryDelayMs({ retry, policy: own, waitMs: undefined, random: () => justBelowOne })).toBeCloseTo(mostMs, 6);
  });

  test("the same seed gives the same delays", () => {
    const delays = (seed: number) => {
      const random = seededRandom(seed);
      return [1, 2, 3].map((retry) => retryDelayMs({ retry, policy, waitMs: undefined, random }));
    };
    expect(delays(5)).toEqual(delays(5));
    expect(delays(5)).not.toEqual(delays(6));
  });

  test.each([0, 1])("a cap of %d ms waits 1 ms, not less", (maxBackoffMs) => {
    const none = { initialBackoffMs: 0, maxBackoffMs, multiplier: 2 };
    expect(retryDelayMs({ retry: 3, policy: none, waitMs: undefined, random: () => 0.9 })).toBe(1);
  });
});

describe("an upstream that says how long", () => {
  const delay = (waitMs: number, random: number) => retryDelayMs({ retry: 1, policy, waitMs, random: () => random });

  test("is left alone for at least as long", () => {
    expect(delay(1500, 0)).toBe(1500);
    // A tenth later at most, so that all who were told the same do not come back at once.
    expect(delay(1500, 0.999)).toBeCloseTo(1649.85, 6);
    expect(delay(2000, 0)).toBe(2000);
    expect(delay(10, 0.5)).toBeCloseTo(100.5, 6);
    expect(delay(0, 0)).toBe(1);
  });

  test("is not waited for beyond the cap", () => {
    expect(delay(2001, 0)).toBeUndefined();
    expect(delay(Number.POSITIVE_INFINITY, 0.5)).toBeUndefined();
  });
});
