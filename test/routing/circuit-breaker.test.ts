import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { BreakerPolicy } from "../../runtime/contract.ts";
import { type Breakers, createBreakers } from "../../runtime/routing/circuit-breaker.ts";
import { seededRandom } from "./key-fixture.ts";

const policy: BreakerPolicy = {
  enabled: true,
  failureThreshold: 5,
  errorRate: 0.5,
  minRequests: 20,
  windowMs: 30_000,
  cooldownMs: 30_000,
};
/** Opens on failures in a row only. */
const inARow: BreakerPolicy = { ...policy, failureThreshold: 3, minRequests: 1_000_000 };
/** Opens on the share of failures only. */
const byRate: BreakerPolicy = { ...policy, failureThreshold: 1_000_000 };

type Result = "success" | "failure" | "neutral";

function fixture(first: BreakerPolicy, random: () => number = () => 0) {
  const clock = { nowMs: 12_345 };
  const breakers: Breakers = createBreakers({ now: () => clock.nowMs, random });
  let current = first;
  const of = (provider = "a", model = "m") => breakers.of(provider, model, current);
  return {
    breakers,
    of,
    pass(ms: number): void {
      clock.nowMs += ms;
    },
    reload(next: BreakerPolicy): void {
      current = next;
    },
    /** One call from beginning to end; whether it was let through. */
    call(result: Result, provider = "a", model = "m"): boolean {
      const breaker = of(provider, model);
      const passage = breaker.enter();
      if (passage.kind === "pass") breaker.settle(result, passage.probe);
      return passage.kind === "pass";
    },
    calls(...results: readonly Result[]): void {
      for (const result of results) expect(this.call(result)).toBe(true);
    },
    report(provider = "a", model = "m") {
      const report = breakers.report().find((one) => one.provider === provider && one.model === model);
      if (report === undefined) throw new Error(`no breaker of ${provider}/${model}`);
      return report;
    },
  };
}

function many(count: number, result: Result): Result[] {
  return Array.from({ length: count }, () => result);
}

describe("R6 it opens", () => {
  test("on failures in a row; then nothing passes until the cooldown is over", () => {
    const breaker = fixture(inARow);
    breaker.calls("failure", "failure", "failure");
    expect(breaker.of().enter()).toEqual({ kind: "open", retryAfterMs: 30_000 });
    breaker.pass(29_999);
    expect(breaker.of().enter()).toEqual({ kind: "open", retryAfterMs: 1 });
    breaker.pass(1);
    expect(breaker.of().enter()).toMatchObject({ kind: "pass", probe: { untilMs: 12_345 + 60_000 } });
  });

  test("a success ends the row, a neutral call neither ends nor lengthens it", () => {
    const breaker = fixture(inARow);
    breaker.calls("failure", "failure", "success", "failure", "failure");
    expect(breaker.report()).toMatchObject({ state: "closed", consecutiveFailures: 2 });
    breaker.calls(...many(50, "neutral"), "failure");
    expect(breaker.report()).toMatchObject({ state: "open", consecutiveFailures: 3, opens: 1 });
  });

  test("F187 on half of the calls failing, but not before there were enough of them", () => {
    const breaker = fixture(byRate);
    for (let n = 0; n < 9; n++) breaker.calls("success", "failure");
    breaker.calls("failure");
    expect(breaker.report()).toMatchObject({ state: "closed", requestsInWindow: 19 });
    breaker.calls("failure");
    expect(breaker.report()).toMatchObject({ state: "open", errorRate: 0.55, requestsInWindow: 20 });
  });

  test.each([
    [0.5, 10, "open"],
    [0.5, 9, "closed"],
    [0.25, 5, "open"],
    [0.25, 4, "closed"],
    [1, 20, "open"],
    [1, 19, "closed"],
  ] as const)("F187 a share of %d with %d failures of 20 leaves it %s", (errorRate, failures, state) => {
    const breaker = fixture({ ...byRate, errorRate });
    breaker.calls(...many(20 - failures, "success"), ...many(failures, "failure"));
    expect(breaker.report().state).toBe(state);
  });

  test("calls that have left the window do not count", () => {
    const breaker = fixture(byRate);
    breaker.calls(...many(19, "failure"));
    breaker.pass(30_000);
    breaker.calls("failure");
    expect(breaker.report()).toMatchObject({ state: "closed", requestsInWindow: 1 });
  });

  test("the window slides: of two bursts the older leaves it first", () => {
    const breaker = fixture(byRate);
    breaker.calls(...many(8, "failure"));
    breaker.pass(15_000);
    breaker.calls(...many(8, "success"));
    expect(breaker.report()).toMatchObject({ requestsInWindow: 16, errorRate: 0.5 });
    breaker.pass(16_000);
    expect(breaker.report()).toMatchObject({ requestsInWindow: 8, errorRate: 0 });
  });

  test("a long silence empties the window, whatever its length", () => {
    const breaker = fixture(byRate);
    breaker.calls(...many(10, "failure"));
    breaker.pass(1_000_000_007);
    expect(breaker.report()).toMatchObject({ requestsInWindow: 0, errorRate: 0 });
  });
});

describe("R181 half-open", () => {
  function halfOpen(random?: () => number) {
    const breaker = fixture(inARow, random);
    breaker.calls("failure", "failure", "failure");
    breaker.pass(33_000);
    return breaker;
  }

  test("one probe passes; its success closes the breaker and forgets what was", () => {
    const breaker = halfOpen();
    expect(breaker.report()).toMatchObject({ state: "half-open", leftMs: 0 });
    const probe = breaker.of().enter();
    expect(breaker.of().enter()).toEqual({ kind: "open", retryAfterMs: 1000 });
    if (probe.kind === "pass") breaker.of().settle("success", probe.probe);
    expect(breaker.report()).toMatchObject({ state: "closed", consecutiveFailures: 0, requestsInWindow: 0, opens: 1 });
    breaker.calls("failure", "failure", "success");
  });

  test("its failure opens it for a whole cooldown more", () => {
    const breaker = halfOpen();
    expect(breaker.call("failure")).toBe(true);
    expect(breaker.report()).toMatchObject({ state: "open", leftMs: 30_000, opens: 2 });
    breaker.pass(29_999);
    expect(breaker.call("success")).toBe(false);
    breaker.pass(1);
    expect(breaker.call("success")).toBe(true);
    expect(breaker.report().state).toBe("closed");
  });

  test("a probe that says nothing lets the next one through at once", () => {
    const breaker = halfOpen();
    expect(breaker.call("neutral")).toBe(true);
    expect(breaker.report().state).toBe("half-open");
    expect(breaker.of().enter()).toMatchObject({ kind: "pass", probe: {} });
  });

  test("a probe that never comes back keeps others out for one cooldown only", () => {
    const breaker = halfOpen();
    breaker.of().enter();
    breaker.pass(29_999);
    expect(breaker.of().enter().kind).toBe("open");
    breaker.pass(1);
    expect(breaker.of().enter().kind).toBe("pass");
    expect(breaker.of().enter().kind).toBe("open");
  });

  test.each(["failure", "neutral"] as const)("F185 a %s of a probe given up lets no second one in", (late) => {
    const breaker = halfOpen();
    const lost = breaker.of().enter();
    breaker.pass(30_000);
    expect(breaker.of().enter().kind).toBe("pass");
    if (lost.kind === "pass") breaker.of().settle(late, lost.probe);
    expect(breaker.report()).toMatchObject({ state: "half-open", opens: 1 });
    expect(breaker.of().enter().kind).toBe("open");
  });

  test("the success of a probe given up closes the breaker, and what the next one finds counts for nothing", () => {
    const breaker = halfOpen();
    const slow = breaker.of().enter();
    breaker.pass(30_000);
    const next = breaker.of().enter();
    if (slow.kind === "pass") breaker.of().settle("success", slow.probe);
    expect(breaker.report()).toMatchObject({ state: "closed", opens: 1 });
    if (next.kind === "pass") breaker.of().settle("failure", next.probe);
    expect(breaker.report()).toMatchObject({ state: "closed", consecutiveFailures: 0, opens: 1 });
    breaker.calls("failure", "failure");
    if (next.kind === "pass") breaker.of().settle("success", next.probe);
    expect(breaker.report()).toMatchObject({ state: "closed", consecutiveFailures: 2, requestsInWindow: 2 });
  });

  test.each(["success", "failure", "neutral"] as const)(
    "a %s of a probe from before it opened anew changes nothing",
    (late) => {
      const breaker = halfOpen();
      const lost = breaker.of().enter();
      breaker.pass(30_000);
      expect(breaker.call("failure")).toBe(true);
      if (lost.kind === "pass") breaker.of().settle(late, lost.probe);
      expect(breaker.report()).toMatchObject({ state: "open", leftMs: 30_000, opens: 2 });
      breaker.pass(30_000);
      expect(breaker.of().enter().kind).toBe("pass");
      if (lost.kind === "pass") breaker.of().settle(late, lost.probe);
      expect(breaker.report()).toMatchObject({ state: "half-open", opens: 2 });
      expect(breaker.of().enter().kind).toBe("open");
    },
  );

  test.each([
    [30_000, 10_000],
    [30_000, 40_000],
    [1000, 10_000],
    [1, 600_000],
  ])(
    "with a cooldown of %d ms, a healthy model that takes %d ms to answer is back after its first answer",
    (cooldownMs, answerMs) => {
      const breaker = fixture({ ...inARow, cooldownMs });
      breaker.calls("failure", "failure", "failure");
      breaker.pass(cooldownMs);
      const probe = breaker.of().enter();
      const everyMs = 500;
      for (let ms = 0; ms < answerMs; ms += everyMs) {
        breaker.pass(everyMs);
        breaker.of().enter();
      }
      if (probe.kind === "pass") breaker.of().settle("success", probe.probe);
      expect(breaker.report()).toMatchObject({ state: "closed", opens: 1 });
    },
  );

  test("F185 the cooldown is up to a tenth longer, never shorter", () => {
    const random = seededRandom(7);
    const cooldowns = Array.from({ length: 200 }, () => {
      const breaker = fixture(inARow, random);
      breaker.calls("failure", "failure", "failure");
      return breaker.report().leftMs;
    });
    expect(Math.min(...cooldowns)).toBeGreaterThanOrEqual(30_000);
    expect(Math.max(...cooldowns)).toBeLessThanOrEqual(33_000);
    expect(new Set(cooldowns).size).toBeGreaterThan(150);
  });
});

test("calls in flight when it opens change nothing when they end", () => {
  const breaker = fixture(inARow);
  const inFlight = many(10, "success").map(() => breaker.of().enter());
  breaker.calls("failure", "failure", "failure");
  breaker.pass(10_000);
  for (const [index, call] of inFlight.entries()) {
    if (call.kind === "pass") breaker.of().settle(index % 2 === 0 ? "success" : "failure", call.probe);
  }
  expect(breaker.report()).toMatchObject({ state: "open", leftMs: 20_000, opens: 1, consecutiveFailures: 3 });
});

describe("a new configuration", () => {
  test("applies its threshold to failures counted before", () => {
    const breaker = fixture(inARow);
    breaker.calls("failure", "failure");
    breaker.reload({ ...inARow, failureThreshold: 10 });
    breaker.calls("failure", "failure");
    expect(breaker.report()).toMatchObject({ state: "closed", consecutiveFailures: 4 });
    breaker.reload({ ...inARow, failureThreshold: 5 });
    breaker.calls("failure");
    expect(breaker.report().state).toBe("open");
  });

  test("leaves an open breaker open, and times its next cooldown", () => {
    const breaker = fixture(inARow);
    breaker.calls("failure", "failure", "failure");
    breaker.reload({ ...inARow, cooldownMs: 5000 });
    expect(breaker.of().enter()).toEqual({ kind: "open", retryAfterMs: 30_000 });
    breaker.pass(30_000);
    expect(breaker.call("failure")).toBe(true);
    expect(breaker.report().leftMs).toBe(5000);
  });

  test("with the same window goes on counting", () => {
    const breaker = fixture(byRate);
    breaker.calls(...many(19, "failure"));
    breaker.reload({ ...byRate });
    breaker.calls("failure");
    expect(breaker.report()).toMatchObject({ state: "open", requestsInWindow: 20 });
  });

  test("with another window starts counting anew", () => {
    const breaker = fixture(byRate);
    breaker.calls(...many(10, "failure"));
    breaker.reload({ ...byRate, windowMs: 60_000 });
    breaker.calls("success");
    expect(breaker.report()).toMatchObject({ requestsInWindow: 1, consecutiveFailures: 0 });
  });

  test("that switches it off closes it, and what happens then counts for nothing", () => {
    const breaker = fixture(inARow);
    breaker.calls("failure", "failure", "failure");
    breaker.reload({ ...inARow, enabled: false });
    breaker.calls(...many(100, "failure"));
    expect(breaker.report()).toMatchObject({ state: "closed", consecutiveFailures: 0, requestsInWindow: 0 });
    breaker.reload(inARow);
    breaker.calls("failure", "failure");
    expect(breaker.report().state).toBe("closed");
  });
});

describe("R37 each upstream model has its own", () => {
  test("one that is open leaves the other model and the other provider alone", () => {
    const breaker = fixture(inARow);
    breaker.calls("failure", "failure", "failure");
    expect(breaker.call("success", "a", "m")).toBe(false);
    expect(breaker.call("success", "a", "other")).toBe(true);
    expect(breaker.call("success", "b", "m")).toBe(true);
    expect(breaker.report("b", "m").state).toBe("closed");
  });

  test("names that would run together when joined stay apart", () => {
    const breaker = fixture(inARow);
    for (let n = 0; n < 3; n++) breaker.call("failure", "a/b", "c");
    expect(breaker.call("success", "a", "b/c")).toBe(true);
  });

  test("no more than 10,000 are kept, those in use among them", () => {
    const breaker = fixture(inARow);
    breaker.calls("failure", "failure");
    for (let n = 0; n < 25_000; n++) {
      breaker.call("neutral", n % 2 === 0 ? "a" : "b", `made-up-${n}`);
      if (n % 1000 === 0) breaker.call("neutral");
    }
    expect(breaker.breakers.report()).toHaveLength(10_000);
    expect(breaker.report().consecutiveFailures).toBe(2);
  });
});

/** `settle`'s number picks one of the calls under way. */
type Step =
  | Readonly<{ kind: "enter" }>
  | Readonly<{ kind: "settle"; which: number; result: Result }>
  | Readonly<{ kind: "time"; ms: number }>;

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ kind: "enter" }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("settle" as const),
      which: fc.nat(20),
      result: fc.constantFrom<Result>("success", "failure", "failure", "neutral"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("time" as const), ms: fc.nat(20_000) }) },
);

test("F185 whatever happens: never two probes that are not given up, nothing passes while open, closed passes all", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const breaker = fixture({ ...inARow, failureThreshold: 2 }, seededRandom(1));
      const underWay: ReturnType<ReturnType<typeof breaker.of>["enter"]>[] = [];
      let nowMs = 12_345;
      for (const one of steps) {
        if (one.kind === "time") {
          breaker.pass(one.ms);
          nowMs += one.ms;
        } else if (one.kind === "settle") {
          const [call] = underWay.splice(one.which, 1);
          if (call?.kind === "pass") breaker.of().settle(one.result, call.probe);
        } else {
          const before = breaker.breakers.report()[0]?.state ?? "closed";
          const call = breaker.of().enter();
          if (before === "closed") expect(call).toEqual({ kind: "pass", probe: undefined });
          if (before === "open") expect(call.kind).toBe("open");
          if (before === "half-open" && call.kind === "pass") expect(call.probe).toBeDefined();
          if (call.kind === "open") expect(call.retryAfterMs).toBeGreaterThan(0);
          else underWay.push(call);
        }
        const live = underWay.filter((call) => call.kind === "pass" && (call.probe?.untilMs ?? 0) > nowMs);
        const state = breaker.breakers.report()[0]?.state ?? "closed";
        if (state === "half-open") expect(live.length).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 500, seed: 20261121 },
  );
});
