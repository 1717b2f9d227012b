import { expect, test } from "bun:test";
import fc from "fast-check";
import type { NoPlace, Permit } from "../../runtime/admission/limit.ts";
import { type LimitFixture, limitOf } from "./limit-fixture.ts";

type Action =
  | Readonly<{ kind: "enter" | "try" | "wake" }>
  | Readonly<{ kind: "release" | "leave"; which: number }>
  | Readonly<{ kind: "pass"; ms: number }>
  | Readonly<{ kind: "resize"; max: number; queueSize: number }>;

const which = fc.nat(20);
const sizes = { max: fc.integer({ min: 0, max: 4 }), queueSize: fc.integer({ min: 0, max: 4 }) };
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: "enter" as const }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("release" as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("leave" as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 300 }) }) },
  { weight: 3, arbitrary: fc.constantFrom({ kind: "try" as const }, { kind: "wake" as const }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("resize" as const), ...sizes }) },
);
const queueMs = 500;

type Waiter = { readonly number: number; readonly sinceMs: number; readonly leave: AbortController; settled: number };

type Outcomes = { admitted: number; timedOut: number; gone: number; woken: number };

/** Acts on a limit at random, and keeps books of its own about it. */
function bookkeeper({ limit, timers, settings }: LimitFixture, outcomes: Outcomes) {
  const held: Permit[] = [];
  const waiting: Waiter[] = [];
  const admitted: number[] = [];

  function enter(): void {
    const leave = new AbortController();
    const given = limit.enter(leave.signal);
    if (typeof given === "string") {
      expect(limit.inFlight()).toBeGreaterThanOrEqual(settings.max);
      expect(limit.queued()).toBeGreaterThanOrEqual(settings.queueSize);
    } else if (given instanceof Promise) {
      const waiter: Waiter = { number: waiting.length, sinceMs: timers.now(), leave, settled: 0 };
      waiting.push(waiter);
      void given.then((outcome) => settle(waiter, outcome));
    } else held.push(given);
  }

  function settle(waiter: Waiter, outcome: Permit | NoPlace): void {
    waiter.settled += 1;
    if (typeof outcome === "object") {
      outcomes.admitted += 1;
      held.push(outcome);
      admitted.push(waiter.number);
    } else if (outcome === "gone") {
      outcomes.gone += 1;
      expect(waiter.leave.signal.aborted).toBe(true);
    } else {
      outcomes.timedOut += 1;
      expect(outcome).toBe("waited-too-long");
      expect(timers.now() - waiter.sinceMs).toBeGreaterThanOrEqual(queueMs);
    }
  }

  function act(one: Action): void {
    switch (one.kind) {
      case "enter":
        enter();
        break;
      case "try": {
        const given = limit.tryEnter();
        if (given !== undefined) held.push(given);
        break;
      }
      case "wake": {
        const before = limit.queued();
        limit.wake();
        outcomes.woken += before - limit.queued();
        break;
      }
      case "release": {
        const [given] = held.splice(one.which % (held.length || 1), 1);
        given?.release();
        given?.release();
        break;
      }
      case "leave":
        waiting[one.which % (waiting.length || 1)]?.leave.abort();
        break;
      case "pass":
        timers.pass(one.ms);
        break;
      case "resize":
        settings.max = one.max;
        settings.queueSize = one.queueSize;
    }
  }

  async function actAndLook(one: Action): Promise<void> {
    const before = { inFlight: limit.inFlight(), queued: limit.queued() };
    act(one);
    await settledPromises();
    const most = settings.max === 0 ? Number.POSITIVE_INFINITY : settings.max;
    // A lower limit takes no place away.
    expect(limit.inFlight()).toBeLessThanOrEqual(Math.max(most, before.inFlight));
    expect(limit.queued()).toBeLessThanOrEqual(Math.max(settings.queueSize, before.queued));
    expect(limit.inFlight()).toBe(held.length);
    expect(limit.queued()).toBe(waiting.filter(({ settled }) => settled === 0).length);
    if (one.kind === "wake") expect(limit.queued() === 0 || limit.inFlight() >= most).toBe(true);
  }

  async function end(): Promise<void> {
    timers.pass(queueMs);
    await settledPromises();
    expect(waiting.map(({ settled }) => settled)).toEqual(waiting.map(() => 1));
    expect(admitted).toEqual([...admitted].sort((a, b) => a - b));
    expect([limit.queued(), timers.pending()]).toEqual([0, 0]);
    for (const given of held) given.release();
    expect(limit.inFlight()).toBe(0);
  }

  return { actAndLook, end };
}

/** Lets whatever waits for a settled promise go on. */
async function settledPromises(): Promise<void> {
  await Promise.resolve();
  await Promise.resolve();
}

test("R356 whatever comes, goes, waits, leaves and is reloaded: never too many, none forgotten, in order", async () => {
  const outcomes: Outcomes = { admitted: 0, timedOut: 0, gone: 0, woken: 0 };
  const actions = fc.array(action, { maxLength: 80, size: "max" });
  await fc.assert(
    fc.asyncProperty(sizes.max, sizes.queueSize, actions, async (max, queueSize, actions) => {
      const books = bookkeeper(limitOf(max, queueSize, queueMs), outcomes);
      for (const one of actions) await books.actAndLook(one);
      await books.end();
    }),
    { numRuns: 1000, seed: 20_261_121 },
  );
  for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(50);
});
