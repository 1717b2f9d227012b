import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createLimit, type Limit, type NoPlace, type Permit } from "../../runtime/admission/limit.ts";
import { type FakeTimers, fakeTimers } from "./timers.ts";

type Made = Readonly<{
  limit: Limit;
  timers: FakeTimers;
  settings: { max: number; queueSize: number; queueMs: number };
}>;

function limitOf(max: number, queueSize = 0, queueMs = 0): Made {
  const timers = fakeTimers();
  const settings = { max, queueSize, queueMs };
  const limit = createLimit({
    max: () => settings.max,
    queueSize: () => settings.queueSize,
    queueMs: () => settings.queueMs,
    after: timers.after,
  });
  return { limit, timers, settings };
}

function permit(given: Permit | NoPlace | Promise<Permit | NoPlace> | undefined): Permit {
  if (typeof given !== "object" || given instanceof Promise) throw new Error(`no permit: ${given}`);
  return given;
}

describe("without a queue", () => {
  test("R356 R357 two places: the third is refused at once, and let in when one is free again", () => {
    const { limit } = limitOf(2);
    const first = permit(limit.enter());
    permit(limit.enter());
    expect(limit.enter()).toBe("full");
    expect(limit.tryEnter()).toBeUndefined();
    expect(limit.inFlight()).toBe(2);
    first.release();
    permit(limit.enter());
    expect(limit.enter()).toBe("full");
  });

  test("a place is given back once, however often", () => {
    const { limit } = limitOf(1);
    const first = permit(limit.enter());
    first.release();
    first.release();
    expect(limit.inFlight()).toBe(0);
    permit(limit.enter());
    first.release();
    expect(limit.inFlight()).toBe(1);
  });

  test("0 is no limit", () => {
    const { limit } = limitOf(0);
    for (let n = 0; n < 1000; n++) permit(limit.enter());
    expect(limit.inFlight()).toBe(1000);
  });

  test("a lower limit takes no place away and gives none before enough are free", () => {
    const { limit, settings } = limitOf(3);
    const held = [permit(limit.enter()), permit(limit.enter()), permit(limit.enter())];
    settings.max = 1;
    held[0]?.release();
    expect(limit.enter()).toBe("full");
    held[1]?.release();
    expect(limit.enter()).toBe("full");
    held[2]?.release();
    permit(limit.enter());
  });
});

describe("with a queue", () => {
  test("first come, first served, and nobody overtakes", async () => {
    const { limit } = limitOf(1, 3, 1000);
    const first = permit(limit.enter());
    const order: string[] = [];
    const waiters = ["a", "b", "c"].map(async (name) => {
      const given = await limit.enter();
      order.push(name);
      return permit(given);
    });
    expect(limit.queued()).toBe(3);
    expect(limit.enter()).toBe("queue-full");
    expect(limit.tryEnter()).toBeUndefined();
    first.release();
    (await waiters[0])?.release();
    (await waiters[1])?.release();
    (await waiters[2])?.release();
    expect(order).toEqual(["a", "b", "c"]);
    expect([limit.inFlight(), limit.queued()]).toEqual([0, 0]);
  });

  test("a wait ends after its time, and its timer with it", async () => {
    const { limit, timers } = limitOf(1, 1, 500);
    const first = permit(limit.enter());
    const waiting = limit.enter();
    timers.pass(499);
    expect(limit.queued()).toBe(1);
    timers.pass(1);
    expect(await waiting).toBe("waited-too-long");
    expect(limit.queued()).toBe(0);
    const again = limit.enter();
    first.release();
    permit(await again);
    expect(timers.pending()).toBe(0);
  });

  test("a client that leaves leaves the queue, and one that has left never joins it", async () => {
    const { limit, timers } = limitOf(1, 5, 500);
    permit(limit.enter());
    const leaving = new AbortController();
    const waiting = limit.enter(leaving.signal);
    leaving.abort();
    expect(await waiting).toBe("gone");
    expect(limit.enter(AbortSignal.abort())).toBe("gone");
    expect([limit.queued(), timers.pending()]).toEqual([0, 0]);
  });

  test("a higher limit lets the queue in with the next place that is given back", async () => {
    const { limit, settings } = limitOf(1, 5, 500);
    const first = permit(limit.enter());
    const waiting = [limit.enter(), limit.enter()];
    settings.max = 2;
    first.release();
    permit(await waiting[0]);
    permit(await waiting[1]);
    expect(limit.inFlight()).toBe(2);
  });
});

test("R356 whatever comes, goes, waits and leaves: never too many, none forgotten, in order", async () => {
  const action = fc.oneof(
    fc.constant("enter" as const),
    fc.record({ release: fc.nat(20) }),
    fc.record({ leave: fc.nat(20) }),
    fc.record({ pass: fc.integer({ min: 1, max: 300 }) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 4 }),
      fc.array(action, { maxLength: 60 }),
      async (max, queueSize, actions) => {
        const { limit, timers } = limitOf(max, queueSize, 500);
        const held: Permit[] = [];
        const waiting: { number: number; leave: AbortController; outcome: Permit | NoPlace | undefined }[] = [];
        const admitted: number[] = [];
        let number = 0;
        for (const one of actions) {
          if (one === "enter") {
            const leave = new AbortController();
            const given = limit.enter(leave.signal);
            number += 1;
            if (given instanceof Promise) {
              const waiter = { number, leave, outcome: undefined as Permit | NoPlace | undefined };
              waiting.push(waiter);
              void given.then((outcome) => {
                waiter.outcome = outcome;
                if (typeof outcome !== "string") {
                  held.push(outcome);
                  admitted.push(waiter.number);
                }
              });
            } else if (typeof given !== "string") held.push(given);
            else expect(limit.inFlight() >= max).toBe(true);
          } else if ("release" in one) held.splice(one.release % (held.length || 1), 1)[0]?.release();
          else if ("leave" in one) waiting[one.leave % (waiting.length || 1)]?.leave.abort();
          else timers.pass(one.pass);
          await Promise.resolve();
          await Promise.resolve();
          expect(limit.inFlight()).toBeLessThanOrEqual(max);
          expect(limit.queued()).toBeLessThanOrEqual(queueSize);
          expect(limit.inFlight()).toBe(held.length);
        }
        expect(admitted).toEqual([...admitted].sort((a, b) => a - b));
        timers.pass(1000);
        await Promise.resolve();
        await Promise.resolve();
        expect(waiting.filter(({ outcome }) => outcome === undefined)).toEqual([]);
        expect(limit.queued()).toBe(0);
      },
    ),
    { numRuns: 500, seed: 20_261_121 },
  );
});
