import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { explainRanking } from "../../runtime/routing/explain-ranking.ts";
import { describeRanking } from "../../runtime/routing/explain-ranking-text.ts";
import { rankOffers } from "../../runtime/routing/rank-offers.ts";
import { rankingAsk, routeOf } from "../support/ranking.ts";

const route = routeOf({
  a: { weight: 3, price: { input: 2.5e9, output: 10e9, from: "config" } },
  b: { price: { input: 3e9, output: 15e9, from: "config" } },
  c: { priority: 1 },
  d: { quantization: "int4" },
});
const ask = rankingAsk({
  preferences: { ignore: ["d"] },
  tps: { a: 81.24, b: 12 },
  latencyMs: { a: 320 },
});

test("R88 the whole decision as JSON", () => {
  expect(explainRanking(route, ask)).toEqual({
    model: "m",
    strategy: "weight_tps",
    min_tps: 40,
    sort: null,
    offers: [
      {
        place: 1,
        provider: "a",
        model: "m",
        priority: 0,
        weight: 3,
        price: { prompt: "2.5", completion: "10", from: "config" },
        tps: 81.24,
        latency_ms: 320,
        why: "Not below 40 tokens/s; the next: below 40 tokens/s.",
      },
      {
        place: 2,
        provider: "b",
        model: "m",
        priority: 0,
        weight: 1,
        price: { prompt: "3", completion: "15", from: "config" },
        tps: 12,
        latency_ms: null,
        why: "Below 40 tokens/s; the one before: not below 40 tokens/s.",
      },
      {
        place: 3,
        provider: "c",
        model: "m",
        priority: 1,
        weight: 1,
        price: null,
        tps: null,
        latency_ms: null,
        why: "Priority 1; the one before: priority 0.",
      },
      {
        place: null,
        provider: "d",
        model: "m",
        priority: 0,
        weight: 1,
        price: null,
        tps: null,
        latency_ms: null,
        why: "The request ignores d.",
      },
    ],
  });
});

test("R88 the whole decision as a table", () => {
  expect(describeRanking(explainRanking(route, ask))).toBe(
    `m: 4 offers, by strategy weight_tps
#  offer  priority  weight  $ in/out per 1M  tokens/s  ms to first  why
1  a/m    0         3       2.5/10           81.2      320          Not below 40 tokens/s; the next: below 40 tokens/s.
2  b/m    0         1       3/15             12        -            Below 40 tokens/s; the one before: not below 40 tokens/s.
3  c/m    1         1       -                -         -            Priority 1; the one before: priority 0.
-  d/m    0         1       -                -         -            The request ignores d.
`,
  );
});

test("R88 the table of a request with its own order of preference", () => {
  const sorted = explainRanking(routeOf({ a: {} }), rankingAsk({ preferences: { sort: "throughput" } }));
  expect(describeRanking(sorted)).toBe(
    `m: 1 offer, sorted by throughput, as the request asks
#  offer  priority  weight  $ in/out per 1M  tokens/s  ms to first  why
1  a/m    0         1       -                -         -            The only one.
`,
  );
});

describe("R88 why the second stands behind the first", () => {
  type Facts = Parameters<typeof routeOf>[0];
  type Changes = Parameters<typeof rankingAsk>[0];
  const rows: readonly (readonly [offers: Facts, ask: Changes, why: string])[] = [
    [{ a: { weight: 2 }, b: {} }, {}, "Weight 1; the one before: weight 2."],
    [{ a: {}, b: {} }, { tps: { a: 80.06, b: 50 } }, "50 tokens/s; the one before: 80.1 tokens/s."],
    [{ a: {}, b: {} }, { tps: { b: 50 } }, "50 tokens/s; the one before: speed not measured yet."],
    [
      { a: { price: { input: 1e9, output: 2e9, from: "config" } }, b: {} },
      { strategy: "price" },
      "Price not known; the one before: price $1/$2.",
    ],
    [
      { a: {}, b: {} },
      { strategy: "latency", latencyMs: { a: 100, b: 250 } },
      "First token after 250 ms; the one before: first token after 100 ms.",
    ],
    [
      { a: { thinking: true }, b: {} },
      { wantsThinking: true },
      "Not marked for thinking; the one before: made for thinking.",
    ],
    [
      { a: {}, b: {} },
      { preferences: { order: ["a"] } },
      "Not in the request's order; the one before: number 1 of the request's order.",
    ],
    [
      { a: {}, b: {} },
      { preferences: { preferredMinThroughput: 60 }, tps: { b: 50 } },
      "Below the preferred 60 tokens/s; the one before: not known to be slower than the request prefers.",
    ],
    [
      { a: {}, b: {} },
      { preferences: { preferredMaxLatencyMs: 100 }, latencyMs: { b: 150 } },
      "Above the preferred 100 ms to the first token; the one before: not known to be slower than the request prefers.",
    ],
    [{ a: {}, b: {} }, {}, "Equal; the configuration's order decides."],
    [{ a: {}, b: {} }, { strategy: "round_robin" }, "They take turns."],
  ];
  for (const [offers, changes, why] of rows) {
    test(why, () => expect(explainRanking(routeOf(offers), rankingAsk(changes)).offers[1]?.why).toBe(why));
  }
});

test("R88 the explanation tells the ranking the gateway uses, in every strategy", () => {
  const strategies = ["weight_tps", "priority", "price", "latency", "throughput", "round_robin"] as const;
  const figures = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom(10, 40, 80));
  fc.assert(
    fc.property(fc.constantFrom(...strategies), fc.nat(), figures, figures, (strategy, turn, tps, latencyMs) => {
      const changed = rankingAsk({ strategy, turn, tps, latencyMs, slow: "exclude", preferences: { ignore: ["d"] } });
      const { offers, dropped } = rankOffers(route, changed);
      const explained = explainRanking(route, changed).offers;
      expect(explained.map(({ provider }) => provider)).toEqual(
        [...offers, ...dropped.map(({ offer }) => offer)].map(({ provider }) => provider),
      );
      expect(explained.map(({ place }) => place)).toEqual([
        ...offers.map((_, index) => index + 1),
        ...dropped.map(() => null),
      ]);
      for (const { why } of explained) expect(why).toMatch(/^[A-Z0-9].+\.$/);
    }),
  );
});
