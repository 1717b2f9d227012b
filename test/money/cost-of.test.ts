import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { interpretPrice } from "../../compiler/interpret-price.ts";
import { lowerPrices } from "../../compiler/lower-prices.ts";
import type { Price } from "../../runtime/contract.ts";
import { costOf } from "../../runtime/money/cost-of.ts";
import type { Usage } from "../../runtime/wire/canonical.ts";
import { pricedUsages } from "./usages.ts";

const nothing: Usage = {
  uncachedInput: 0,
  cacheRead: 0,
  cacheWrite: 0,
  output: 0,
  reasoning: 0,
  cacheWriteKnown: true,
};

const prices = lowerPrices({
  providers: {
    openai: {},
    anthropic: {},
    google: {},
    groq: {},
    deepseek: {},
    mistral: {},
    xai: {},
    openrouter: {},
    perplexity: {},
    moonshot: {},
    cohere: {},
    together: {},
    minimax: {},
    azure: { type: "azure-openai", base_url: "https://example.openai.azure.com/openai" },
  },
});

describe("R186 a usage costs what its vendor's price list makes of it, to the nano-dollar", () => {
  test.each(pricedUsages.map((row) => [`${row.provider} ${row.model}: ${row.what}`, row] as const))(
    "%s",
    (_name, { provider, model, at, usage, nanos }) => {
      const price = interpretPrice({ prices }, provider, model, Date.parse(at));
      expect(price && costOf({ ...nothing, ...usage }, price)).toEqual({ nanos, isExact: true });
    },
  );

  test("the table is as long as it should be", () => {
    expect(pricedUsages.length).toBeGreaterThanOrEqual(60);
  });
});

describe("services whose price is not known", () => {
  const price: Price = { input: 2e9, output: 8e9, services: { flex: 50 }, from: "catalog" };
  const usage = { ...nothing, uncachedInput: 100, output: 10 };

  test("count at the standard price, and that is told", () => {
    expect(costOf({ ...usage, serviceTier: "priority" }, price)).toEqual({ nanos: 280_000, isExact: false });
  });

  test("a known one is exact", () => {
    expect(costOf({ ...usage, serviceTier: "flex" }, price)).toEqual({ nanos: 140_000, isExact: true });
  });
});

const rate = fc.integer({ min: 0, max: 1_000_000_000_000_000 });
const count = fc.integer({ min: 0, max: 1_000_000_000 });
const arbitraryPrice: fc.Arbitrary<Price> = fc.record(
  {
    input: rate,
    output: rate,
    cacheRead: rate,
    cacheWrite: rate,
    cacheWriteLong: rate,
    webSearch: fc.integer({ min: 0, max: 1_000_000_000 }),
    from: fc.constant("config" as const),
  },
  { requiredKeys: ["input", "output", "from"] },
);
const arbitraryUsage: fc.Arbitrary<Usage> = fc
  .record({
    uncachedInput: count,
    cacheRead: count,
    cacheWrite: count,
    output: count,
    webSearches: count,
    share: count,
  })
  .map(({ share, ...usage }) => ({
    ...usage,
    reasoning: usage.output,
    cacheWriteKnown: true,
    cacheWriteLong: Math.min(share, usage.cacheWrite),
  }));

const classes = ["uncachedInput", "cacheRead", "cacheWrite", "output", "webSearches"] as const;

test("the classes are disjoint: a cost is the sum of what each of them costs alone, and never below zero", () => {
  fc.assert(
    fc.property(arbitraryPrice, arbitraryUsage, (price, usage) => {
      const whole = costOf(usage, price).nanos;
      const alone = classes.map((one) => {
        const { cacheWriteLong = 0 } = usage;
        const long = one === "cacheWrite" ? { cacheWriteLong } : {};
        return costOf({ ...nothing, [one]: usage[one], ...long }, price).nanos;
      });
      const sum = alone.reduce((total, nanos) => total + BigInt(nanos), 0n);
      expect(whole).toBeGreaterThanOrEqual(0);
      // Numbers of this size are no longer whole ones; each class is rounded by itself as well.
      const difference = BigInt(whole) - sum;
      const slack = 5n + sum / 2n ** 50n;
      expect(difference <= slack && difference >= -slack).toBe(true);
    }),
  );
});

test("more tokens of a class never cost less, and reasoning is paid for as output only", () => {
  fc.assert(
    fc.property(arbitraryPrice, arbitraryUsage, fc.constantFrom(...classes), count, (price, usage, one, more) => {
      const grown = { ...usage, [one]: (usage[one] ?? 0) + more };
      expect(costOf(grown, price).nanos).toBeGreaterThanOrEqual(costOf(usage, price).nanos);
      expect(costOf({ ...usage, reasoning: 0 }, price)).toEqual(costOf(usage, price));
    }),
  );
});

test("counts that are none of an upstream count as nothing", () => {
  const price: Price = { input: 1e9, output: 1e9, from: "config" };
  expect(costOf({ ...nothing, uncachedInput: -5, output: 2.4 }, price)).toEqual({ nanos: 2000, isExact: true });
});
