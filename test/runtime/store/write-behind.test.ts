import { describe, expect, test } from "bun:test";
import type { NewTrace } from "../../../runtime/store/trace-row.ts";
import { writeBehind, writeBehindLimits } from "../../../runtime/store/write-behind.ts";
import { newTrace } from "./rows.ts";

const { batch, flushMs, maxQueued, retryMs } = writeBehindLimits;

/** A queue before a store that takes what it gets, or throws; its one timer is fired by hand. */
function queueBefore(store: { fails?: boolean; opens?: () => Promise<void> | undefined } = {}) {
  const stored: (readonly NewTrace[])[] = [];
  const warnings: string[] = [];
  const timers: { ms: number; fire: () => void }[] = [];
  let dropped = 0;
  const queue = writeBehind(
    {
      append: async (traces) => {
        await store.opens?.();
        if (store.fails) throw new Error("the disk is full");
        stored.push(traces);
      },
    },
    {
      after: (ms, fire) => {
        const timer = { ms, fire };
        timers.push(timer);
        return () => timers.splice(timers.indexOf(timer), 1);
      },
      dropped: (count) => {
        dropped += count;
      },
      warn: (message) => warnings.push(message),
    },
  );
  let added = 0;
  return {
    ...queue,
    add: (count: number) => {
      for (let n = 0; n < count; n++) queue.add(newTrace(`t${added++}`));
    },
    fire: async () => {
      timers.shift()?.fire();
      await queue.flush();
    },
    sizes: () => stored.map((traces) => traces.length),
    ids: () => stored.flat().map(({ id }) => id),
    timers: () => timers.map(({ ms }) => ms),
    dropped: () => dropped,
    warnings,
  };
}

const names = (count: number) => Array.from({ length: count }, (_, n) => `t${n}`);

describe("traces wait for each other", () => {
  test("until the time of the first is up", async () => {
    const queue = queueBefore();
    queue.add(3);
    expect([queue.timers(), queue.sizes()]).toEqual([[flushMs], []]);
    await queue.fire();
    expect([queue.timers(), queue.sizes()]).toEqual([[], [3]]);
    queue.add(1);
    expect(queue.timers()).toEqual([flushMs]);
  });

  test("until there are enough, and the rest goes with the next", async () => {
    const queue = queueBefore();
    queue.add(2 * batch + 1);
    await queue.flush();
    expect(queue.sizes()).toEqual([batch, batch, 1]);
    expect(queue.ids()).toEqual(names(2 * batch + 1));
  });

  test("until somebody reads, who waits for all before and none after", async () => {
    const writes = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let count = 0;
    const queue = queueBefore({ opens: () => writes[count++]?.promise });
    queue.add(1);
    const first = queue.flush();
    await Bun.sleep(0);
    queue.add(1);
    const second = queue.flush();
    writes[0]?.resolve();
    await first;
    expect(queue.ids()).toEqual(["t0"]);
    writes[1]?.resolve();
    await second;
    expect(queue.ids()).toEqual(["t0", "t1"]);
  });
});

describe("a store that fails", () => {
  test("is tried again, in order and without loss; both its end and its return are told once", async () => {
    const store = { fails: true };
    const queue = queueBefore(store);
    queue.add(2);
    await queue.fire();
    await queue.fire();
    queue.add(1);
    expect([queue.timers(), queue.sizes(), queue.dropped()]).toEqual([[retryMs], [], 0]);
    expect(queue.warnings).toEqual([
      "traces cannot be stored: the disk is full. Requests go on; up to 10000 traces wait for the store.",
    ]);
    store.fails = false;
    await queue.fire();
    expect(queue.ids()).toEqual(names(3));
    expect(queue.warnings.slice(1)).toEqual(["traces are stored again; 0 were dropped."]);
  });

  test("keeps no more than so many waiting; the others are counted", async () => {
    const store = { fails: true };
    const queue = queueBefore(store);
    queue.add(maxQueued + 7);
    await queue.flush();
    expect(queue.dropped()).toBe(7);
    store.fails = false;
    await queue.flush();
    expect(queue.ids()).toEqual(names(maxQueued));
    expect(queue.warnings.at(-1)).toBe("traces are stored again; 7 were dropped.");
  });

  test("at the end loses what it does not take, and that is counted", async () => {
    const queue = queueBefore({ fails: true });
    queue.add(5);
    await queue.close();
    expect([queue.dropped(), queue.timers()]).toEqual([5, []]);
  });
});

test("the end stores what waits", async () => {
  const queue = queueBefore();
  queue.add(5);
  await queue.close();
  expect([queue.ids(), queue.dropped(), queue.timers()]).toEqual([names(5), 0, []]);
});
