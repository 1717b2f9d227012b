import { describe, expect, test } from "bun:test";
import { type Ranking, rankOffers } from "../../runtime/routing/rank-offers.ts";
import type { RankingAsk } from "../../runtime/routing/rank-offers-ask.ts";
import { rankingAsk, routeOf } from "../support/ranking.ts";

type Facts = Parameters<typeof routeOf>[0];
type Changes = Parameters<typeof rankingAsk>[0];

/** Providers in the order they are tried, and `-` before those that are not. */
function order({ offers, dropped }: Ranking): string {
  return [...offers.map(({ provider }) => provider), ...dropped.map(({ offer }) => `-${offer.provider}`)].join(" ");
}

const usd = (prompt: number, completion: number) => ({
  price: { input: prompt * 1e9, output: completion * 1e9, from: "config" as const },
});
const plain = { format: "openai-chat", zdr: true, collectsData: false } as const;

describe("R88 R92 R281 R285 R286 the configured strategy", () => {
  const rows: readonly (readonly [name: string, offers: Facts, ask: Changes, expected: string])[] = [
    ["weight_tps: priority before weight", { a: { priority: 1, weight: 9 }, b: {} }, {}, "b a"],
    ["R281 weight_tps: the higher weight first", { a: {}, b: { weight: 3 }, c: { weight: 2 } }, {}, "b c a"],
    ["R233 R285 weight_tps: the faster one at equal weight", { a: {}, b: {} }, { tps: { a: 50, b: 80 } }, "b a"],
    ["R286 weight_tps: weight before speed", { a: { weight: 2 }, b: {} }, { tps: { a: 50, b: 80 } }, "a b"],
    ["weight_tps: not measured yet goes before measured", { a: {}, b: {} }, { tps: { a: 500 } }, "b a"],
    ["weight_tps: the cheaper one at equal speed", { a: usd(3, 3), b: {}, c: usd(1, 2) }, {}, "c a b"],
    ["weight_tps: the configuration's order at a tie", { c: {}, a: {}, b: {} }, {}, "c a b"],
    ["R228 R230 slow ones last", { a: { weight: 9 }, b: {}, c: {} }, { tps: { a: 39.9, b: 40, c: 41 } }, "c b a"],
    ["slow ones stay before lower priorities", { a: {}, b: { priority: 1 } }, { tps: { a: 1, b: 99 } }, "a b"],
    ["R308 another threshold", { a: { weight: 9 }, b: {} }, { minTps: 50, tps: { a: 45, b: 60 } }, "b a"],
    ["R308 no threshold", { a: { weight: 9 }, b: {} }, { minTps: 0, tps: { a: 1, b: 60 } }, "a b"],
    ["R283 slow ones excluded", { a: {}, b: {} }, { slow: "exclude", tps: { a: 39, b: 40 } }, "b -a"],
    ["excluded slow ones, none measured otherwise", { a: {}, b: {} }, { slow: "exclude", tps: { a: 39 } }, "b -a"],
    [
      "another strategy excludes nobody",
      { a: {}, b: {} },
      { strategy: "priority", slow: "exclude", tps: { a: 1 } },
      "a b",
    ],
    ["R283 none left: all are used", { a: {}, b: {} }, { slow: "exclude", tps: { a: 10, b: 20 } }, "b a"],
    [
      "priority: the smaller first",
      { a: { priority: 2 }, b: { priority: 1 }, c: {} },
      { strategy: "priority" },
      "c b a",
    ],
    ["priority: not weight, not speed", { a: {}, b: { weight: 9 } }, { strategy: "priority", tps: { a: 1 } }, "a b"],
    ["price: the sum of both, unknown last", { a: {}, b: usd(1, 5), c: usd(3, 1) }, { strategy: "price" }, "c b a"],
    ["price: within a priority", { a: usd(9, 9), b: { priority: 1, ...usd(1, 1) } }, { strategy: "price" }, "a b"],
    [
      "latency: the quickest, unknown first",
      { a: {}, b: {}, c: {} },
      { strategy: "latency", latencyMs: { a: 300, c: 200 } },
      "b c a",
    ],
    [
      "throughput: the fastest, unknown first",
      { a: {}, b: {}, c: {} },
      { strategy: "throughput", tps: { a: 30, c: 90 } },
      "b c a",
    ],
    [
      "throughput: weight does not count",
      { a: { weight: 9 }, b: {} },
      { strategy: "throughput", tps: { a: 1, b: 2 } },
      "b a",
    ],
    ["round_robin: turn 0", { a: {}, b: {}, c: {} }, { strategy: "round_robin", turn: 0 }, "a b c"],
    ["round_robin: turn 1", { a: {}, b: {}, c: {} }, { strategy: "round_robin", turn: 1 }, "b c a"],
    ["round_robin: turn 5", { a: {}, b: {}, c: {} }, { strategy: "round_robin", turn: 5 }, "c a b"],
    [
      "round_robin: each priority for itself",
      { a: {}, b: {}, c: { priority: 1 }, d: { priority: 1 } },
      { strategy: "round_robin", turn: 1 },
      "b a d c",
    ],
    ["thinking: those made for it first", { a: { weight: 9 }, b: { thinking: true } }, { wantsThinking: true }, "b a"],
    ["thinking: within a priority only", { a: {}, b: { priority: 1, thinking: true } }, { wantsThinking: true }, "a b"],
    ["no thinking: the flag does not count", { a: {}, b: { thinking: true } }, {}, "a b"],
    [
      "thinking: round_robin turns within equals",
      { a: { thinking: true }, b: { thinking: true }, c: {} },
      { strategy: "round_robin", turn: 1, wantsThinking: true },
      "b a c",
    ],
  ];
  for (const [name, offers, ask, expected] of rows) {
    test(name, () => expect(order(rankOffers(routeOf(offers), rankingAsk(ask)))).toBe(expected));
  }
});

describe("R88 the request's preferences", () => {
  const three = { a: { weight: 3 }, b: { weight: 2 }, c: {} };
  const rows: readonly (readonly [name: string, offers: Facts, ask: Changes, expected: string])[] = [
    ["order: first, the rest behind", three, { preferences: { order: ["c", "b"] } }, "c b a"],
    ["order: before priority", { a: {}, b: { priority: 5 } }, { preferences: { order: ["b"] } }, "b a"],
    ["order: nobody of it serves the model", three, { preferences: { order: ["d"] } }, "a b c"],
    ["order without fallbacks", three, { preferences: { order: ["c", "a"], allowFallbacks: false } }, "c a -b"],
    ["no fallbacks: the best only", three, { preferences: { allowFallbacks: false } }, "a -b -c"],
    ["no fallbacks, and nobody is left", three, { preferences: { order: ["d"], allowFallbacks: false } }, "-a -b -c"],
    ["only", three, { preferences: { only: ["c", "b"] } }, "b c -a"],
    ["ignore", three, { preferences: { ignore: ["a"] } }, "b c -a"],
    ["only and ignore", three, { preferences: { only: ["a", "b"], ignore: ["a"] } }, "b -a -c"],
    ["sort price over weight", { a: usd(3, 3), b: usd(1, 1) }, { preferences: { sort: "price" } }, "b a"],
    [
      "sort price over priority",
      { a: usd(3, 3), b: { priority: 1, ...usd(1, 1) } },
      { preferences: { sort: "price" } },
      "b a",
    ],
    ["sort throughput", three, { preferences: { sort: "throughput" }, tps: { a: 50, b: 60, c: 70 } }, "c b a"],
    ["sort latency", three, { preferences: { sort: "latency" }, latencyMs: { a: 50, b: 40, c: 30 } }, "c b a"],
    [
      "sort: slow ones are not excluded",
      three,
      { preferences: { sort: "price" }, slow: "exclude", tps: { a: 1, b: 90 } },
      "a b c",
    ],
    ["sort ends the turns", three, { strategy: "round_robin", turn: 1, preferences: { sort: "latency" } }, "a b c"],
    [
      "sort: thinking first",
      { a: usd(1, 1), b: { thinking: true, ...usd(3, 3) } },
      { preferences: { sort: "price" }, wantsThinking: true },
      "b a",
    ],
    [
      "order, then sort",
      { a: usd(1, 1), b: usd(3, 3), c: usd(2, 2) },
      { preferences: { order: ["b"], sort: "price" } },
      "b a c",
    ],
    [
      "order keeps a slow one from being excluded",
      three,
      { preferences: { order: ["a"] }, slow: "exclude", tps: { a: 1, b: 2, c: 50 } },
      "a c -b",
    ],
    [
      "preferred latency demotes, before priority",
      { a: {}, b: { priority: 1 }, c: { priority: 2 } },
      { preferences: { preferredMaxLatencyMs: 300 }, latencyMs: { a: 301, b: 300 } },
      "b c a",
    ],
    [
      "preferred throughput demotes",
      three,
      { preferences: { preferredMinThroughput: 60 }, tps: { a: 59, b: 60 } },
      "b c a",
    ],
    [
      "both missed comes behind one missed",
      { a: {}, b: {} },
      {
        preferences: { preferredMinThroughput: 60, preferredMaxLatencyMs: 300 },
        tps: { a: 50, b: 50 },
        latencyMs: { a: 400, b: 200 },
      },
      "b a",
    ],
    [
      "zdr",
      { a: {}, b: {} },
      { preferences: { zdr: true }, providers: { a: { ...plain, zdr: false }, b: plain } },
      "b -a",
    ],
    [
      "data_collection deny",
      { a: {}, b: {} },
      { preferences: { dataCollection: "deny" }, providers: { a: { ...plain, collectsData: true }, b: plain } },
      "b -a",
    ],
    [
      "neither asked: both serve",
      { a: {}, b: {} },
      { providers: { a: { ...plain, zdr: false, collectsData: true }, b: plain } },
      "a b",
    ],
    [
      "quantizations; one that does not say is unknown",
      { a: { quantization: "int4" }, b: { quantization: "bf16" }, c: {} },
      { preferences: { quantizations: ["bf16", "fp8"] } },
      "b -a -c",
    ],
    [
      "quantizations unknown",
      { a: { quantization: "int4" }, c: {} },
      { preferences: { quantizations: ["unknown"] } },
      "c -a",
    ],
    [
      "max_price of the prompt",
      { a: usd(1.01, 0), b: usd(1, 99), c: {} },
      { preferences: { maxPrice: { input: 1e9, output: undefined } } },
      "b -a -c",
    ],
    [
      "max_price of the completion",
      { a: usd(0, 2.5), b: usd(99, 2) },
      { preferences: { maxPrice: { input: undefined, output: 2e9 } } },
      "b -a",
    ],
    [
      "max_price without a limit",
      { a: {} },
      { preferences: { maxPrice: { input: undefined, output: undefined } } },
      "a",
    ],
    ["free", { a: usd(0, 0.1), b: usd(0, 0), c: {} }, { preferences: { free: true } }, "b -a -c"],
    [
      "require_parameters",
      { a: { supports: ["tools"] }, b: { supports: ["tools", "top_k"] } },
      { preferences: { requireParameters: true }, usedParameters: ["tools", "top_k"] },
      "b -a",
    ],
    [
      "require_parameters: no list, and the same format",
      { a: {}, b: {} },
      {
        preferences: { requireParameters: true },
        usedParameters: ["top_k"],
        providers: { a: { ...plain, format: "anthropic-messages" }, b: plain },
      },
      "b -a",
    ],
    [
      "require_parameters: nothing to support",
      { a: { supports: [] }, b: {} },
      {
        preferences: { requireParameters: true },
        providers: { b: { ...plain, format: "anthropic-messages" }, a: plain },
      },
      "a b",
    ],
    [
      "parameters do not count unless required",
      { a: { supports: [] } },
      { usedParameters: ["top_k"], preferences: {} },
      "a",
    ],
  ];
  for (const [name, offers, ask, expected] of rows) {
    test(name, () => expect(order(rankOffers(routeOf(offers), rankingAsk(ask)))).toBe(expected));
  }
});

test.each([
  ["only", {}, { only: ["b", "c"] }, "The request allows only b, c."],
  ["ignore", {}, { ignore: ["a"] }, "The request ignores a."],
  ["order", {}, { order: ["b"], allowFallbacks: false }, "The request allows no fallbacks beyond its order: b."],
  ["quantization", {}, { quantizations: ["fp8"] }, "The request allows quantizations fp8; this one is unknown."],
  [
    "an unknown price",
    {},
    { maxPrice: { input: 1e9, output: 1e9 } },
    "The request limits the price, and the price of this one is not known.",
  ],
  [
    "a price",
    usd(2.5, 0),
    { maxPrice: { input: 1e9, output: 1e9 } },
    "Its prompt price, $2.5 per million tokens, is above the request's $1.",
  ],
  ["free", usd(0, 1), { free: true }, "The request asks for free offers; this one costs $0/$1 per million tokens."],
  ["free, unknown", {}, { free: true }, "The request asks for free offers, and the price of this one is not known."],
] as const)("R88 a dropped offer says why: %s", (_name, facts, preferences, why) => {
  const { offers, dropped } = rankOffers(routeOf({ a: facts }), rankingAsk({ preferences }));
  expect({ offers, dropped }).toEqual({
    offers: [],
    dropped: [{ offer: { provider: "a", model: "m", ...facts }, why }],
  });
});

test("R88 reasons from the providers' side", () => {
  const providers = { a: { format: "anthropic-messages", zdr: false, collectsData: true } } as const;
  const why = (preferences: Partial<RankingAsk["preferences"]>) =>
    rankOffers(routeOf({ a: {} }), rankingAsk({ preferences, providers, usedParameters: ["seed"] })).dropped[0]?.why;
  expect(why({ zdr: true })).toBe("The request asks for zero data retention, and a is not marked zdr.");
  expect(why({ dataCollection: "deny" })).toBe(
    "The request denies data collection, and a may keep or learn from what it is sent.",
  );
  expect(why({ requireParameters: true })).toBe(
    "It speaks another format than the request and does not say whether it supports seed.",
  );
});

test("one offer and nothing asked: the route's own list, whatever its speed", () => {
  const route = routeOf({ a: {} });
  const ranking = rankOffers(route, rankingAsk({ slow: "exclude", tps: { a: 1 } }));
  expect(ranking.offers).toBe(route.offers);
  expect(ranking.dropped).toEqual([]);
});
