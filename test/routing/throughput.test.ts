import { describe, expect, test } from "bun:test";
import { createThroughput, type SpeedSample } from "../../runtime/routing/throughput.ts";

function fixture() {
  const clock = { nowMs: 100 };
  const throughput = createThroughput(() => clock.nowMs);
  return {
    clock,
    throughput,
    sample(given: Partial<SpeedSample> = {}, provider = "a", model = "m"): void {
      throughput.sample(provider, model, { outputTokens: 100, generationMs: 1000, firstTokenMs: undefined, ...given });
    },
    tps: () => throughput.tps("a", "m"),
    latencyMs: () => throughput.latencyMs("a", "m"),
  };
}

describe("R233 R285 output tokens per second", () => {
  test("of one sample, of several their mean, of many that of the last five", () => {
    const speed = fixture();
    expect(speed.tps()).toBeUndefined();
    speed.sample({ outputTokens: 100, generationMs: 2000 });
    expect(speed.tps()).toBe(50);
    for (const outputTokens of [100, 200, 300, 400]) speed.sample({ outputTokens });
    expect(speed.tps()).toBe((50 + 100 + 200 + 300 + 400) / 5);
    speed.sample({ outputTokens: 500 });
    expect(speed.tps()).toBe((100 + 200 + 300 + 400 + 500) / 5);
    for (let n = 0; n < 100; n++) speed.sample({ outputTokens: 70 });
    expect(speed.tps()).toBe(70);
  });

  test.each([
    ["19 tokens", { outputTokens: 19 }],
    ["no tokens", { outputTokens: 0 }],
    ["less than none", { outputTokens: -100 }],
    ["no number of tokens", { outputTokens: Number.NaN }],
    ["no time", { generationMs: 0 }],
    ["less than no time", { generationMs: -5 }],
    ["no measure of time", { generationMs: Number.NaN }],
  ])("%s are no sample", (_title, given) => {
    const speed = fixture();
    speed.sample(given);
    expect(speed.tps()).toBeUndefined();
    expect(speed.throughput.report()).toEqual([]);
    speed.sample({ outputTokens: 20 });
    speed.sample(given);
    expect(speed.tps()).toBe(20);
  });

  test("each upstream model has its own", () => {
    const speed = fixture();
    speed.sample({ outputTokens: 50 }, "a", "m");
    speed.sample({ outputTokens: 60 }, "b", "m");
    speed.sample({ outputTokens: 70 }, "a", "n");
    expect([speed.tps(), speed.throughput.tps("b", "m"), speed.throughput.tps("a", "n")]).toEqual([50, 60, 70]);
    expect(speed.throughput.tps("b", "n")).toBeUndefined();
  });
});

describe("latency to the first token", () => {
  test("is the mean of the last five streams, however short their answers", () => {
    const speed = fixture();
    for (const firstTokenMs of [9000, 100, 200, 300, 400, 500]) speed.sample({ outputTokens: 1, firstTokenMs });
    expect(speed.latencyMs()).toBe(300);
    expect(speed.tps()).toBeUndefined();
  });

  test.each([Number.NaN, -1])("of %d ms is none", (firstTokenMs) => {
    const speed = fixture();
    speed.sample({ firstTokenMs });
    expect([speed.latencyMs(), speed.tps()]).toEqual([undefined, 100]);
    speed.sample({ firstTokenMs: 0 });
    speed.sample({ firstTokenMs });
    expect(speed.latencyMs()).toBe(0);
  });

  test("is not known of answers in one piece", () => {
    const speed = fixture();
    speed.sample();
    expect(speed.latencyMs()).toBeUndefined();
    expect(speed.tps()).toBe(100);
  });
});

test("a report says how fast, from how many samples, how long ago", () => {
  const speed = fixture();
  speed.sample({ firstTokenMs: 250 });
  speed.clock.nowMs += 1500;
  expect(speed.throughput.report()).toEqual([
    { provider: "a", model: "m", tps: 100, latencyMs: 250, samples: 1, ageMs: 1500 },
  ]);
  speed.sample();
  speed.clock.nowMs += 40;
  expect(speed.throughput.report()).toMatchObject([{ samples: 2, ageMs: 40 }]);
});

test("of 10,000 models and more, those sampled last are known", () => {
  const speed = fixture();
  speed.sample();
  for (let n = 0; n < 15_000; n++) {
    speed.sample({}, "b", `made-up-${n}`);
    if (n % 5000 === 0) speed.sample();
  }
  expect(speed.throughput.report()).toHaveLength(10_000);
  expect(speed.tps()).toBe(100);
  expect(speed.throughput.tps("b", "made-up-14999")).toBe(100);
  expect(speed.throughput.tps("b", "made-up-1")).toBeUndefined();
});
