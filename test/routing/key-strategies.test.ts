import { describe, expect, test } from "bun:test";
import type { PoolStrategy } from "../../runtime/contract.ts";
import { pooledKey, poolFixture, seededRandom } from "./key-fixture.ts";

const three = [pooledKey("a"), pooledKey("b"), pooledKey("c")];

/** How often each of `ids` served, over `calls` calls that all succeed. */
function served(fixture: ReturnType<typeof poolFixture>, calls: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let call = 0; call < calls; call++) {
    const lease = fixture.lease();
    counts[lease.key.id] = (counts[lease.key.id] ?? 0) + 1;
    lease.settle({ kind: "ok" });
    fixture.pass(1);
  }
  return counts;
}

const distributions: readonly Readonly<{
  strategy: PoolStrategy;
  weights: readonly number[];
  expected: Readonly<Record<string, number>>;
}>[] = [
  { strategy: "round_robin", weights: [1, 1, 1], expected: { a: 334, b: 333, c: 333 } },
  { strategy: "round_robin", weights: [5, 1, 1, 1], expected: { a: 250, b: 250, c: 250, d: 250 } },
  { strategy: "fallback", weights: [1, 9, 1], expected: { a: 1000 } },
  { strategy: "weighted", weights: [5, 3, 2], expected: { a: 500, b: 300, c: 200 } },
  { strategy: "weighted", weights: [0.5, 0.25, 0.25], expected: { a: 500, b: 250, c: 250 } },
  { strategy: "weighted", weights: [1, 0, 3], expected: { a: 250, c: 750 } },
  { strategy: "least_used", weights: [9, 1, 1], expected: { a: 334, b: 333, c: 333 } },
];

describe("R120 1,000 calls over the keys of a provider", () => {
  for (const { strategy, weights, expected } of distributions) {
    test(`${strategy} with weights ${weights.join(", ")}`, () => {
      const keys = weights.map((weight, index) => pooledKey("abcd".charAt(index), { weight }));
      expect(served(poolFixture(keys, { strategy, random: seededRandom(7) }), 1000)).toEqual({ ...expected });
    });
  }

  test("R107 round_robin takes the keys in turn, weighted without bursts", () => {
    const inTurn = poolFixture(three, { strategy: "round_robin" });
    expect(Array.from({ length: 7 }, () => inTurn.who()).join("")).toBe("abcabca");
    const keys = [pooledKey("a", { weight: 5 }), pooledKey("b"), pooledKey("c")];
    const weighted = poolFixture(keys, { strategy: "weighted" });
    expect(Array.from({ length: 14 }, () => weighted.who()).join("")).toBe("aabacaaaabacaa");
  });

  test("round_robin spreads the share of a key that is out over all others", () => {
    const fixture = poolFixture([...three, pooledKey("d")], { strategy: "round_robin" });
    fixture.probed("b", false);
    expect(served(fixture, 900)).toEqual({ a: 300, c: 300, d: 300 });
  });

  test("weighted keeps the proportions of those left, and a weight of 0 serves only alone", () => {
    const keys = [
      pooledKey("a", { weight: 6 }),
      pooledKey("b", { weight: 3 }),
      pooledKey("c"),
      pooledKey("d", { weight: 0 }),
    ];
    const fixture = poolFixture(keys, { strategy: "weighted" });
    fixture.who();
    fixture.probed("a", false);
    expect(served(fixture, 400)).toEqual({ b: 300, c: 100 });
    const indebted = poolFixture(keys, { strategy: "weighted" });
    expect([indebted.who(), indebted.who(), indebted.who({ exclude: new Set(["a", "c"]) })]).toEqual(["a", "b", "b"]);
    fixture.probed("b", false);
    fixture.probed("c", false);
    expect(served(fixture, 10)).toEqual({ d: 10 });
  });
});

describe("least_used", () => {
  test("counts the requests of the last minute only", () => {
    const fixture = poolFixture(three, { strategy: "least_used" });
    for (let call = 0; call < 10; call++) fixture.lease({ exclude: new Set(["b", "c"]) }).settle({ kind: "ok" });
    fixture.pass(30_000);
    for (let call = 0; call < 4; call++) fixture.lease({ exclude: new Set(["a", "c"]) }).settle({ kind: "ok" });
    for (let call = 0; call < 6; call++) fixture.lease({ exclude: new Set(["a", "b"]) }).settle({ kind: "ok" });
    expect(fixture.who()).toBe("b");
    fixture.pass(30_000);
    expect(fixture.who()).toBe("a");
  });

  test("then the fewest in flight, then the first", () => {
    const fixture = poolFixture(three, { strategy: "least_used" });
    const [first, second] = [fixture.lease(), fixture.lease(), fixture.lease()];
    first.settle({ kind: "ok" });
    second.settle({ kind: "ok" });
    expect(fixture.who()).toBe("a");
    const other = poolFixture(three, { strategy: "least_used" });
    const leases = [other.lease(), other.lease(), other.lease()];
    leases[2]?.settle({ kind: "neutral" });
    expect(other.who()).toBe("c");
    const busy = poolFixture([pooledKey("a"), pooledKey("b")], { strategy: "least_used" });
    for (let call = 0; call < 2; call++) busy.lease({ exclude: new Set(["a"]) }).settle({ kind: "ok" });
    busy.lease();
    expect(busy.who()).toBe("a");
  });
});

test("R120 random picks every key about as often, whatever its weight", () => {
  const keys = [pooledKey("a", { weight: 9 }), pooledKey("b"), pooledKey("c")];
  const counts = served(poolFixture(keys, { strategy: "random", random: seededRandom(7) }), 3000);
  // 1,000 each, within four standard deviations.
  for (const id of ["a", "b", "c"]) expect(Math.abs((counts[id] ?? 0) - 1000)).toBeLessThan(104);
});

test("random with the same seed picks the same keys", () => {
  const picks = () => {
    const fixture = poolFixture(three, { strategy: "random", random: seededRandom(99) });
    return Array.from({ length: 50 }, () => fixture.who()).join("");
  };
  expect(picks()).toBe(picks());
  expect(new Set(picks())).toEqual(new Set(["a", "b", "c"]));
});

describe("every strategy", () => {
  for (const strategy of ["round_robin", "fallback", "weighted", "random", "least_used"] as const) {
    test(`R85 R287 ${strategy}: two keys survive one that is dead; a request never gets the same key twice`, () => {
      const fixture = poolFixture([pooledKey("dead"), pooledKey("live")], { strategy, random: seededRandom(3) });
      let failures = 0;
      for (let call = 0; call < 200; call++) {
        const tried = new Set<string>();
        for (let taken = fixture.take({ exclude: tried }); ; taken = fixture.take({ exclude: tried })) {
          if (taken.kind === "none") throw new Error(`call ${call} found no key: ${taken.reason}`);
          expect(tried.has(taken.lease.key.id)).toBe(false);
          tried.add(taken.lease.key.id);
          const dead = taken.lease.key.id === "dead";
          taken.lease.settle({ kind: dead ? "rejected" : "ok" });
          if (!dead) break;
          failures++;
        }
        fixture.pass(10);
      }
      expect(failures).toBeLessThanOrEqual(1);
      expect(fixture.report("live")).toMatchObject({ requests: 200, failures: 0 });
    });
  }
});
