import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createRetryBudget } from "../../runtime/routing/retry-budget.ts";
import { seededRandom } from "./key-fixture.ts";

function fixture(given: Readonly<{ percent: number; minPerSecond: number }>) {
  const state = { nowMs: 1234, policy: given };
  const budget = createRetryBudget(
    () => state.policy,
    () => state.nowMs,
  );
  return {
    ...budget,
    state,
    deposits(count: number): void {
      for (let n = 0; n < count; n++) budget.deposit();
    },
    /** How many of `count` retries may be made now. */
    withdrawals(count: number): number {
      return Array.from({ length: count }, budget.withdraw).filter(Boolean).length;
    },
  };
}

describe("F188 retries of a provider", () => {
  test("are a share of its first attempts", () => {
    const budget = fixture({ percent: 20, minPerSecond: 0 });
    expect(budget.withdraw()).toBe(false);
    budget.deposits(4);
    expect(budget.withdraw()).toBe(false);
    budget.deposits(1);
    expect(budget.withdrawals(10)).toBe(1);
    budget.deposits(995);
    expect(budget.withdrawals(1000)).toBe(199);
  });

  test("have a reserve, so that a quiet provider can be retried", () => {
    const budget = fixture({ percent: 20, minPerSecond: 2 });
    expect(budget.withdrawals(100)).toBe(20);
    budget.deposits(10);
    expect(budget.withdrawals(100)).toBe(2);
  });

  test("can be none at all", () => {
    const budget = fixture({ percent: 0, minPerSecond: 0 });
    budget.deposits(1000);
    expect(budget.withdrawals(10)).toBe(0);
  });

  test("what was earned or taken is forgotten after ten seconds", () => {
    const budget = fixture({ percent: 100, minPerSecond: 0 });
    budget.deposits(50);
    budget.state.nowMs += 8000;
    expect(budget.withdrawals(50)).toBe(50);
    budget.deposits(30);
    budget.state.nowMs += 9000;
    expect(budget.withdrawals(30)).toBe(0);
    budget.deposits(30);
    budget.state.nowMs += 4000;
    expect(budget.withdrawals(100)).toBe(30);
    budget.state.nowMs += 1_000_000;
    expect(budget.withdrawals(1)).toBe(0);
  });

  test("follow the configuration in force", () => {
    const budget = fixture({ percent: 10, minPerSecond: 0 });
    budget.deposits(100);
    expect(budget.withdrawals(100)).toBe(10);
    budget.state.policy = { percent: 50, minPerSecond: 0 };
    expect(budget.withdrawals(100)).toBe(40);
    budget.state.policy = { percent: 1, minPerSecond: 0 };
    expect(budget.withdrawals(100)).toBe(0);
  });
});

type Act = Readonly<{ act: "first" | "retry"; afterMs: number; times: number }>;

const act: fc.Arbitrary<Act> = fc.record({
  act: fc.constantFrom("first" as const, "retry" as const),
  afterMs: fc.oneof(fc.nat(300), fc.nat(12_000)),
  times: fc.integer({ min: 1, max: 40 }),
});

test("F188 the retries of any ten seconds stay within their share of the firsts and the reserve", () => {
  fc.assert(
    fc.property(
      fc.array(act, { maxLength: 60 }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 5 }),
      (acts, percent, minPerSecond) => {
        const budget = fixture({ percent, minPerSecond });
        const firsts: number[] = [];
        const retries: number[] = [];
        const lately = (times: readonly number[]) => times.filter((ms) => ms > budget.state.nowMs - 10_000).length;
        for (const { act, afterMs, times } of acts) {
          budget.state.nowMs += afterMs;
          for (let n = 0; n < times; n++) {
            if (act === "first") {
              budget.deposit();
              firsts.push(budget.state.nowMs);
            } else if (budget.withdraw()) {
              retries.push(budget.state.nowMs);
              expect(lately(retries)).toBeLessThanOrEqual((lately(firsts) * percent) / 100 + minPerSecond * 10);
            }
          }
        }
      },
    ),
    { numRuns: 500, seed: 188 },
  );
});

test("F188 with every attempt failing, upstreams get at most 1.2 times the requests, and the reserve", () => {
  const budget = fixture({ percent: 20, minPerSecond: 10 });
  const random = seededRandom(188);
  const seconds = 60;
  let firsts = 0;
  let retries = 0;
  for (let second = 0; second < seconds; second++) {
    for (let request = 0; request < 500; request++) {
      budget.state.nowMs += random() * 4;
      budget.deposit();
      firsts += 1;
      retries += budget.withdrawals(2);
    }
  }
  expect((firsts + retries) / firsts).toBeLessThanOrEqual(1.2 + (10 * (seconds + 10)) / firsts);
  // The budget is there to be used, too.
  expect(retries / firsts).toBeGreaterThan(0.15);
});
