import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createAdaptiveLimit } from "../../runtime/admission/adaptive-limit.ts";
import { seededRandom } from "../routing/key-fixture.ts";
import { type Phase, simulateQueue } from "./simulate-queue.ts";

const minute = 60_000;
/** What the simulated upstream works on at once: beyond it latency grows with the load. */
const knee = 40;
const light: Phase = { forMs: 5 * minute, arrivalsPerSecond: 20, servers: knee, serviceMs: 1000 };
/** Twice what the upstream can do. */
const tooMuch: Phase = { ...light, forMs: 60 * minute, arrivalsPerSecond: 2 * knee };

/** The limit over the last `lastMs` of each phase, and what was served of what came. */
function simulate(phases: readonly Phase[], lastMs: number, seed = 1, ceiling = 300) {
  const { trace, served, refused } = simulateQueue(
    createAdaptiveLimit(() => ceiling),
    phases,
    seededRandom(seed),
  );
  let endMs = 0;
  const settled = phases.map(({ forMs }) => {
    endMs += forMs;
    const limits = trace.filter(({ atMs }) => atMs >= endMs - lastMs && atMs < endMs).map(({ limit }) => limit);
    return {
      least: Math.min(...limits),
      mean: limits.reduce((sum, limit) => sum + limit, 0) / limits.length,
      most: Math.max(...limits),
    };
  });
  return { settled, served, refused };
}

describe("an upstream that can do only so much", () => {
  test.each([
    ["exponential", 1],
    ["exponential", 2],
    ["two-models", 1],
    ["two-models", 2],
    ["none", 1],
    ["none", 2],
  ] as const)(
    "under twice what it can do, with times that scatter like %s (seed %d), it stays near the knee",
    (spread, seed) => {
      const phases = [light, tooMuch].map((phase) => ({ ...phase, spread }));
      const [before, under] = simulate(phases, 30 * minute, seed).settled;
      expect(before?.least).toBe(300);
      expect(under?.mean).toBeGreaterThan(knee * 0.7);
      expect(under?.mean).toBeLessThan(knee * 2);
      expect(under?.most).toBeLessThan(knee * 2.5);
    },
  );

  test("most of what it can do is done", () => {
    const { served } = simulate([tooMuch], minute);
    expect(served / (tooMuch.forMs / 1000)).toBeGreaterThan(knee * 0.75);
  });

  test("it finds the knee also when it has never seen the upstream without load", () => {
    const [under] = simulate([tooMuch], 30 * minute).settled;
    expect(under?.most).toBeLessThan(knee * 2.5);
  });

  test("it follows an upstream that says itself when it has too much to do", () => {
    const [, under] = simulate([light, { ...tooMuch, upstreamQueue: 5 }], 30 * minute).settled;
    expect(under?.most).toBeLessThan(knee * 1.5);
    expect(under?.mean).toBeGreaterThan(knee * 0.6);
  });

  test("it follows an upstream that loses half of its strength, and recovers with it", () => {
    const [, , halved, whole] = simulate(
      [
        light,
        tooMuch,
        { ...tooMuch, servers: knee / 2 },
        { ...tooMuch, forMs: 30 * minute, servers: 10 * knee, arrivalsPerSecond: 20 },
      ],
      10 * minute,
    ).settled;
    expect(halved?.mean).toBeLessThan(knee);
    expect(whole?.least).toBe(300);
  });

  test("answers that are slower for another reason than load do not keep it down", () => {
    const roomy: Phase = { ...light, forMs: 20 * minute, servers: 1000 };
    const [, slow] = simulate([roomy, { ...roomy, serviceMs: 4000 }], 5 * minute).settled;
    expect(slow?.least).toBe(300);
  });

  test("steady load below the knee never lowers it", () => {
    const { settled, refused } = simulate([{ ...light, forMs: 120 * minute }], 119 * minute, 3);
    expect(settled[0]?.least).toBe(300);
    expect(refused).toBe(0);
  });
});

describe("step by step", () => {
  /** Rounds of as many requests as one has, all alike. */
  function rounds(limit: ReturnType<typeof createAdaptiveLimit>, latenciesMs: readonly (number | "overloaded")[]) {
    return latenciesMs.map((latency) => {
      for (let n = Math.max(100, limit.current()); n > 0; n--)
        limit.record(latency === "overloaded" ? 1 : latency, latency === "overloaded");
      return limit.current();
    });
  }

  test("one slow round changes nothing, two halve it, quick ones let it grow by its square root", () => {
    const limit = createAdaptiveLimit(() => 100);
    expect(limit.current()).toBe(100);
    expect(rounds(limit, [100, 174, 176, 100, 176, 176, 100, 100])).toEqual([100, 100, 100, 100, 100, 50, 57, 64]);
  });

  test("overload is slow, and never lowers it below ten", () => {
    const limit = createAdaptiveLimit(() => 100);
    const all = Array<"overloaded">(12).fill("overloaded");
    expect(rounds(limit, all)).toEqual([100, 50, 50, 25, 25, 12, 12, 10, 10, 10, 10, 10]);
  });

  test("a tenth of overloaded requests is borne, one more is not", () => {
    const limit = createAdaptiveLimit(() => 100);
    const round = (overloaded: number) => {
      for (let n = 0; n < 100; n++) limit.record(100, n < overloaded);
      return limit.current();
    };
    expect([10, 10, 10, 11, 11].map(round)).toEqual([100, 100, 100, 100, 50]);
  });

  test("what is slow at the floor becomes the measure of what is quick", () => {
    const limit = createAdaptiveLimit(() => 20);
    expect(rounds(limit, [100, 1000, 1000, 1000, 1000])).toEqual([20, 20, 10, 13, 16]);
  });

  test("the quickest round is remembered for thirty others, and forgotten after sixty", () => {
    const limit = createAdaptiveLimit(() => 100);
    const borderline = Array<number>(29).fill(170);
    expect(rounds(limit, [100, ...borderline, 176, 176]).at(-1)).toBe(50);
    const forgetful = createAdaptiveLimit(() => 100);
    expect(rounds(forgetful, [100, ...borderline, ...borderline, 170, 170, 170, 176, 176]).at(-1)).toBe(100);
  });

  test("a ceiling below the floor is the limit, and another ceiling applies at once", () => {
    let ceiling = 2;
    const limit = createAdaptiveLimit(() => ceiling);
    expect(limit.current()).toBe(2);
    expect(rounds(limit, ["overloaded", "overloaded"])).toEqual([2, 2]);
    ceiling = 50;
    expect(limit.current()).toBe(10);
    const untouched = createAdaptiveLimit(() => ceiling);
    ceiling = 80;
    expect(untouched.current()).toBe(80);
  });

  test("whatever it is told, it is a whole number from the floor to the ceiling", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.array(
          fc.tuple(fc.double({ min: -10, max: 1e9, noNaN: true }), fc.boolean(), fc.integer({ min: 1, max: 300 })),
          {
            maxLength: 40,
          },
        ),
        (ceiling, told) => {
          const limit = createAdaptiveLimit(() => ceiling);
          for (const [latencyMs, overloaded, times] of told) {
            for (let n = 0; n < times; n++) limit.record(latencyMs, overloaded);
            expect(Number.isInteger(limit.current())).toBe(true);
            expect(limit.current()).toBeLessThanOrEqual(ceiling);
            expect(limit.current()).toBeGreaterThanOrEqual(Math.min(10, ceiling));
          }
        },
      ),
      { numRuns: 200, seed: 20_261_121 },
    );
  });
});
