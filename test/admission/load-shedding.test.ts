import { expect, test } from "bun:test";
import { createLoadShedding, watchLoad } from "../../runtime/admission/load-shedding.ts";
import { monotonicMs } from "../../runtime/clock.ts";

const limits = { maxRssBytes: 1000, maxLoopDelayMs: 50 };

test("F183 memory over the limit sheds until it is a tenth below it", () => {
  const shedding = createLoadShedding(() => limits);
  const after = (rssBytes: number) => {
    shedding.sample({ rssBytes, loopDelayMs: 0 });
    return shedding.overload();
  };
  expect([1000, 1001, 950, 901, 900, 950].map(after)).toEqual([
    undefined,
    "memory",
    "memory",
    "memory",
    undefined,
    undefined,
  ]);
});

test("one late timer is no overload, a run of them is", () => {
  const shedding = createLoadShedding(() => limits);
  const after = (loopDelayMs: number) => {
    shedding.sample({ rssBytes: 0, loopDelayMs });
    return shedding.overload();
  };
  expect(after(150)).toBeUndefined();
  expect(after(150)).toBe("event-loop");
  expect(after(0)).toBe("event-loop");
  expect(after(0)).toBeUndefined();
});

test("0 switches a check off, also later", () => {
  let current = { maxRssBytes: 0, maxLoopDelayMs: 0 };
  const shedding = createLoadShedding(() => current);
  shedding.sample({ rssBytes: 1e12, loopDelayMs: 1e6 });
  expect(shedding.overload()).toBeUndefined();
  current = limits;
  shedding.sample({ rssBytes: 1e12, loopDelayMs: 0 });
  expect(shedding.overload()).toBe("memory");
});

test("F183 the process itself is watched: its memory, and how late its timers come; until it is told to stop", async () => {
  const shedding = createLoadShedding(() => ({ maxRssBytes: 1, maxLoopDelayMs: 50 }));
  const stop = watchLoad(shedding, monotonicMs);
  expect(shedding.overload()).toBeUndefined();
  const blockedUntilMs = monotonicMs() + 700;
  while (monotonicMs() < blockedUntilMs);
  await Bun.sleep(50);
  expect(shedding.overload()).toBe("memory");
  const { rssBytes, loopDelayMs } = shedding.load();
  expect(rssBytes).toBeGreaterThan(10_000_000);
  // A weight of 0.3 for 700 - 250 ms.
  expect(loopDelayMs).toBeGreaterThan(130);
  stop();
  const last = shedding.load();
  await Bun.sleep(400);
  expect(shedding.load()).toBe(last);
});
