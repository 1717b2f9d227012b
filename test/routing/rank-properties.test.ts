import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Route } from "../../runtime/contract.ts";
import { rankOffers } from "../../runtime/routing/rank-offers.ts";
import type { RankingAsk } from "../../runtime/routing/rank-offers-ask.ts";
import { criteriaOf, firstDifference } from "../../runtime/routing/rank-offers-criteria.ts";
import { rankingAsk, routeOf, routeOver } from "../support/ranking.ts";

const providerName = fc.constantFrom("a", "b", "c", "d");
const small = fc.integer({ min: 0, max: 2 });
const figures = fc.dictionary(providerName, fc.constantFrom(10, 40, 80));
const names = fc.option(fc.uniqueArray(providerName, { minLength: 1 }), { nil: undefined });

const route: fc.Arbitrary<Route> = fc
  .uniqueArray(
    fc.record(
      {
        provider: providerName,
        model: fc.constantFrom("m", "n"),
        priority: small,
        weight: small,
        price: fc.record({ input: small, output: small, from: fc.constant("config" as const) }),
        thinking: fc.boolean(),
        supports: fc.subarray(["tools", "seed"]),
        quantization: fc.constantFrom("int4", "fp8"),
      },
      { requiredKeys: ["provider", "model"] },
    ),
    { selector: ({ provider, model }) => `${provider}/${model}`, minLength: 1, maxLength: 8 },
  )
  .map(routeOver);

const ask = fc
  .record({
    strategy: fc.constantFrom("weight_tps", "priority", "price", "latency", "throughput", "round_robin"),
    slow: fc.constantFrom("demote", "exclude"),
    turn: fc.nat(),
    wantsThinking: fc.boolean(),
    usedParameters: fc.subarray(["tools", "seed"]),
    tps: figures,
    latencyMs: figures,
    preferences: fc.record(
      {
        order: names,
        only: names,
        ignore: names,
        sort: fc.constantFrom("price", "throughput", "latency", undefined),
        allowFallbacks: fc.boolean(),
        requireParameters: fc.boolean(),
        quantizations: fc.constantFrom(["int4"], undefined),
        preferredMaxLatencyMs: fc.constantFrom(40, undefined),
        preferredMinThroughput: fc.constantFrom(40, undefined),
        free: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  })
  .map(rankingAsk);

describe("R88 of 2,000 random routes and requests", () => {
  const check = (holds: (route: Route, ask: RankingAsk) => void) =>
    fc.assert(fc.property(route, ask, holds), { numRuns: 2000 });

  test("every offer is ranked or dropped, once", () =>
    check((route, ask) => {
      const { offers, dropped } = rankOffers(route, ask);
      const all = [...offers, ...dropped.map(({ offer }) => offer)];
      expect(all.length).toBe(route.offers.length);
      expect(new Set(all)).toEqual(new Set(route.offers));
    }));

  test("every dropped one has a sentence", () =>
    check((route, ask) => {
      for (const { why } of rankOffers(route, ask).dropped) expect(why).toMatch(/^[A-Z].+\.$/);
    }));

  test("the same input gives the same ranking, and the input stays as it is", () =>
    check((route, ask) => {
      const before = JSON.stringify(route);
      expect(rankOffers(route, ask)).toEqual(rankOffers(route, ask));
      expect(JSON.stringify(route)).toBe(before);
    }));

  test("no offer stands before one it is worse than", () =>
    check((route, ask) => {
      const { offers } = rankOffers(route, ask);
      const criteria = criteriaOf(ask);
      offers.forEach((offer, index) => {
        for (const later of offers.slice(index + 1)) {
          const difference = firstDifference(criteria, offer, later, ask);
          if (difference !== undefined) expect(difference.key(offer, ask)).toBeLessThan(difference.key(later, ask));
        }
      });
    }));

  test("over as many turns as there are offers, round_robin gives each of a rank the first place equally often", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.nat(), (size, from) => {
        const equal = routeOf(Object.fromEntries(["a", "b", "c", "d"].slice(0, size).map((name) => [name, {}])));
        const firsts = Array.from({ length: size }, (_, step) => {
          const turns = rankingAsk({ strategy: "round_robin", turn: from + step });
          return rankOffers(equal, turns).offers[0]?.provider;
        });
        expect(new Set(firsts).size).toBe(size);
      }),
    ));
});
