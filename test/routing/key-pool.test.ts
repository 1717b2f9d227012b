import { describe, expect, test } from "bun:test";
import type { KeyOutcome, Obstacle } from "../../runtime/routing/key-state.ts";
import { pooledKey, poolFixture } from "./key-fixture.ts";

describe("a request and its keys", () => {
  test("R85 R121 key 1 answers 429, key 2 serves the same request", () => {
    const fixture = poolFixture([pooledKey("one"), pooledKey("two")]);
    const first = fixture.lease();
    expect([first.key.id, first.key.value, first.probe]).toEqual(["one", "sk-one", false]);
    first.settle({ kind: "rate-limited", retryAfterMs: 5000 });
    expect(fixture.who({ exclude: new Set(["one"]) })).toBe("two");
    expect(fixture.who()).toBe("two");
    fixture.pass(5000);
    expect(fixture.who()).toBe("one");
  });

  test("R96 the user's own key, listed last, serves only what the platform's keys cannot", () => {
    const fixture = poolFixture([pooledKey("p1"), pooledKey("p2"), pooledKey("own", { billing: "byok" })]);
    expect(fixture.who()).toBe("p1");
    fixture.lease().settle({ kind: "spent" });
    expect(fixture.who()).toBe("p2");
    fixture.lease().settle({ kind: "rejected" });
    const last = fixture.lease();
    expect([last.key.id, last.key.billing]).toEqual(["own", "byok"]);
  });

  test("F23 an attempt that says nothing about the key leaves it in service", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease().settle({ kind: "neutral" });
    expect(fixture.report("a")).toMatchObject({ state: "ok", requests: 1, failures: 0, inFlight: 0 });
  });
});

describe("F27 a model that a key may not use", () => {
  test("only the pair is out, for 10 min doubling, with one probe", () => {
    const fixture = poolFixture([pooledKey("a"), pooledKey("b")]);
    fixture.lease({ model: "big" }).settle({ kind: "model-denied" });
    expect([fixture.who({ model: "big" }), fixture.who({ model: "small" })]).toEqual(["b", "a"]);
    expect(fixture.report("a")).toMatchObject({
      state: "ok",
      deniedModels: ["big"],
      failures: 1,
      needsAttention: false,
    });
    const alone = { model: "big", exclude: new Set(["b"]) };
    expect(fixture.take(alone)).toEqual({
      kind: "none",
      reason: "quarantined",
      class: undefined,
      retryAfterMs: 0,
    });
    fixture.pass(599_999);
    expect(fixture.who(alone)).toBe("quarantined");
    fixture.pass(1);
    const probe = fixture.lease(alone);
    expect([probe.probe, fixture.who(alone)]).toEqual([true, "quarantined"]);
    probe.settle({ kind: "model-denied" });
    fixture.pass(1_199_999);
    expect(fixture.who(alone)).toBe("quarantined");
    fixture.pass(1);
    fixture.lease(alone).settle({ kind: "ok" });
    expect(fixture.report("a").deniedModels).toEqual([]);
    expect(fixture.lease(alone).probe).toBe(false);
  });

  test("a probe of the pair that hears about the key instead lets the next one through at once", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease({ model: "big" }).settle({ kind: "model-denied" });
    fixture.pass(600_000);
    fixture.lease({ model: "big" }).settle({ kind: "rate-limited", retryAfterMs: 10 });
    fixture.pass(10);
    expect(fixture.lease({ model: "big" }).probe).toBe(true);
  });

  test("a success that began before the refusal does not lift it, nor does one of another model", () => {
    const fixture = poolFixture([pooledKey("a")]);
    const slow = fixture.lease({ model: "big" });
    fixture.lease({ model: "big" }).settle({ kind: "model-denied" });
    slow.settle({ kind: "ok" });
    fixture.lease({ model: "small" }).settle({ kind: "ok" });
    expect(fixture.who({ model: "big" })).toBe("quarantined");
  });

  test("one key alone: the answer says when", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease({ model: "big" }).settle({ kind: "model-denied" });
    expect(fixture.take({ model: "big" })).toEqual({
      kind: "none",
      reason: "quarantined",
      class: "rejected",
      retryAfterMs: 600_000,
    });
  });

  test("a client that makes up model names fills no memory: the newest hundred pairs are kept", () => {
    const fixture = poolFixture([pooledKey("a")]);
    for (let count = 0; count < 250; count++)
      fixture.lease({ model: `made-up-${count}` }).settle({ kind: "model-denied" });
    const { deniedModels } = fixture.report("a");
    expect([deniedModels.length, deniedModels[0], deniedModels[99]]).toEqual([100, "made-up-150", "made-up-249"]);
  });
});

describe("no key can be used", () => {
  const none = { kind: "none" } as const;

  test("no key at all", () => {
    expect(poolFixture([]).take()).toEqual({ ...none, reason: "no-key", class: undefined, retryAfterMs: undefined });
  });

  const firsts: readonly Readonly<{ outcome: KeyOutcome; class: Obstacle["class"]; retryAfterMs: number }>[] = [
    { outcome: { kind: "rejected" }, class: "rejected", retryAfterMs: 600_000 },
    { outcome: { kind: "rate-limited", retryAfterMs: 5000 }, class: "rate-limited", retryAfterMs: 5000 },
    { outcome: { kind: "rate-limited" }, class: "rate-limited", retryAfterMs: 60_000 },
    { outcome: { kind: "spent" }, class: "spent", retryAfterMs: 3_600_000 },
  ];
  for (const { outcome, class: of, retryAfterMs } of firsts) {
    test(`F218 the answer names the key that is back first: ${JSON.stringify(outcome)}`, () => {
      const fixture = poolFixture([pooledKey("worse"), pooledKey("a")]);
      fixture.lease().settle({ kind: "spent", retryAfterMs: 80_000_000 });
      fixture.lease().settle(outcome);
      expect(fixture.take()).toEqual({ ...none, reason: "quarantined", class: of, retryAfterMs });
    });
  }

  test("every key was tried in this request: when the first of them is back all the same", () => {
    const fixture = poolFixture([pooledKey("a"), pooledKey("b")]);
    const tried = new Set(["a", "b"]);
    expect(fixture.take({ exclude: tried })).toEqual({
      ...none,
      reason: "excluded",
      class: undefined,
      retryAfterMs: 0,
    });
    fixture.lease().settle({ kind: "rate-limited", retryAfterMs: 9000 });
    fixture.lease().settle({ kind: "rate-limited", retryAfterMs: 5000 });
    expect(fixture.take({ exclude: tried })).toEqual({
      ...none,
      reason: "excluded",
      class: "rate-limited",
      retryAfterMs: 5000,
    });
  });

  test("a key that is out for two reasons is out for the longer", () => {
    const fixture = poolFixture([pooledKey("a", { requestsPerMinute: 1 })]);
    fixture.lease().settle({ kind: "rate-limited", retryAfterMs: 5000 });
    expect(fixture.take()).toEqual({ ...none, reason: "limited", class: "limited", retryAfterMs: 60_000 });
    fixture.pass(30_000);
    expect(fixture.take()).toMatchObject({ class: "limited", retryAfterMs: 30_000 });
  });
});

describe("report", () => {
  test("R126 names every key in order, its state and why, and never its value", () => {
    const fixture = poolFixture([
      pooledKey("ok"),
      pooledKey("throttled"),
      pooledKey("dead", { billing: "byok" }),
      pooledKey("due"),
    ]);
    const except = (id: string) => ({
      exclude: new Set(["ok", "throttled", "dead", "due"].filter((key) => key !== id)),
    });
    fixture.lease(except("due")).settle({ kind: "rate-limited", retryAfterMs: 1000 });
    fixture.pass(1000);
    fixture.lease(except("throttled")).settle({ kind: "rate-limited" });
    fixture.lease(except("dead")).settle({ kind: "rejected" });
    fixture.lease().spend({ tokens: 3, usd: 0.125 });
    const common = { deniedModels: [], inFlight: 0, spentTodayUsd: 0, spentMonthUsd: 0, requests: 1 };
    expect(fixture.reports()).toEqual([
      {
        ...common,
        ...{
          id: "ok",
          billing: "platform",
          state: "ok",
          why: undefined,
          needsAttention: false,
          leftMs: 0,
          failures: 0,
        },
        ...{ inFlight: 1, spentTodayUsd: 0.125, spentMonthUsd: 0.125 },
      },
      {
        ...common,
        ...{ id: "throttled", billing: "platform", state: "quarantined", why: "rate-limited", needsAttention: false },
        ...{ leftMs: 60_000, failures: 1 },
      },
      {
        ...common,
        ...{ id: "dead", billing: "byok", state: "quarantined", why: "rejected", needsAttention: true },
        ...{ leftMs: 600_000, failures: 1 },
      },
      {
        ...common,
        ...{ id: "due", billing: "platform", state: "probing", why: "rate-limited", needsAttention: false },
        ...{ leftMs: 0, failures: 1 },
      },
    ]);
    expect(JSON.stringify(fixture.reports())).not.toContain("sk-");
  });
});

describe("R119 a reload", () => {
  const limited = { requestsPerMinute: 2, dailyBudgetUsd: 1 };

  test("keeps quarantine, windows, spend and counts of a key with the same id and value", () => {
    const fixture = poolFixture([pooledKey("a"), pooledKey("b", limited)]);
    fixture.lease().settle({ kind: "rejected" });
    fixture.lease().spend({ tokens: 5, usd: 0.5 });
    const before = fixture.reports();
    fixture.reload([pooledKey("a", { weight: 9 }), pooledKey("b", limited)]);
    expect(fixture.reports()).toEqual(before);
    expect([fixture.who(), fixture.who()]).toEqual(["b", "limited"]);
  });

  test("a key with another value or another id is new", () => {
    const fixture = poolFixture([pooledKey("a"), pooledKey("b")]);
    fixture.probed("a", false);
    fixture.probed("b", false);
    fixture.reload([pooledKey("a", { value: "sk-rotated" }), pooledKey("c", { value: "sk-b" })]);
    expect(fixture.reports().map(({ state, failures }) => [state, failures])).toEqual([
      ["ok", 0],
      ["ok", 0],
    ]);
  });

  test("new limits count what was used before", () => {
    const fixture = poolFixture([pooledKey("a")]);
    fixture.lease();
    fixture.reload([pooledKey("a", { requestsPerMinute: 1 })]);
    expect(fixture.who()).toBe("limited");
    fixture.reload([pooledKey("a")]);
    expect(fixture.who()).toBe("a");
  });

  test("a lease from before it still speaks for its key", () => {
    const fixture = poolFixture([pooledKey("a"), pooledKey("b")]);
    const lease = fixture.lease();
    fixture.reload([pooledKey("b"), pooledKey("a")]);
    expect(fixture.report("a").inFlight).toBe(1);
    lease.spend({ tokens: 1, usd: 0.25 });
    lease.settle({ kind: "rate-limited" });
    expect(fixture.report("a")).toMatchObject({ state: "quarantined", inFlight: 0, spentTodayUsd: 0.25 });
  });
});
