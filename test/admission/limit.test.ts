import { describe, expect, test } from "bun:test";
import type { Limit } from "../../runtime/admission/limit.ts";
import { limitOf, permit } from "./limit-fixture.ts";

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

  test.each([
    ["wake", (limit: Limit) => limit.wake()],
    ["the next to ask", (limit: Limit) => expect(limit.tryEnter()).toBeUndefined()],
  ])("a higher limit lets the queue in on %s, though nobody gives a place back", async (_, ask) => {
    const { limit, timers, settings } = limitOf(1, 5, 500);
    permit(limit.enter());
    const waiting = [limit.enter(), limit.enter(), limit.enter()];
    settings.max = 3;
    ask(limit);
    permit(await waiting[0]);
    permit(await waiting[1]);
    expect([limit.inFlight(), limit.queued(), timers.pending()]).toEqual([3, 1, 1]);
    settings.max = 0;
    limit.wake();
    permit(await waiting[2]);
    expect([limit.inFlight(), limit.queued(), timers.pending()]).toEqual([4, 0, 0]);
  });

  test("who leaves just as a place comes has it, and gives it back", async () => {
    const { limit } = limitOf(1, 5, 500);
    const first = permit(limit.enter());
    const leaving = new AbortController();
    const waiting = [limit.enter(leaving.signal), limit.enter()];
    first.release();
    leaving.abort();
    permit(await waiting[0]).release();
    permit(await waiting[1]);
    expect([limit.inFlight(), limit.queued()]).toEqual([1, 0]);
  });

  test("nothing is left on the signal of a client whose wait is over", async () => {
    const { limit, timers } = limitOf(1, 5, 500);
    const first = permit(limit.enter());
    const listeners = { added: 0, removed: 0 };
    const { signal } = new AbortController();
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners.added += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners.removed += 1;
      remove(...args);
    };
    const waiting = [limit.enter(signal), limit.enter(signal)];
    first.release();
    permit(await waiting[0]);
    timers.pass(500);
    expect(await waiting[1]).toBe("waited-too-long");
    expect(listeners).toEqual({ added: 2, removed: 2 });
  });
});
