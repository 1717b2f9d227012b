import { describe, expect, test } from "bun:test";
import type { Price } from "../../runtime/contract.ts";
import { type CostLimit, overCostLimit } from "../../runtime/money/cost-limit.ts";
import { createAttemptLog } from "../../runtime/routing/attempt-log.ts";

const offer = { provider: "openai", model: "gpt-4o" };
const price: Price = { input: 2_000_000_000, output: 10_000_000_000, from: "config" };
/** 1,000 tokens in and 800 out come to a cent at that price. */
const limit: CostLimit = { maxNanos: 10_000_000, inputTokens: 1000, outputTokens: 800 };

function attempts(...costs: readonly ("pending" | number)[]) {
  const clock = () => 0;
  const log = createAttemptLog(clock, clock, () => price);
  for (const cost of costs) {
    const record = log.begin(offer, {
      format: "openai-chat",
      baseUrl: "",
      lease: undefined,
      hedge: false,
      spanId: undefined,
    });
    if (cost === "pending") continue;
    record.outcome = "failed";
    record.costNanos = cost;
  }
  return log.records;
}

function refusal(
  change: Partial<CostLimit>,
  costs: readonly ("pending" | number)[] = [],
  at: Price | undefined = price,
) {
  return overCostLimit(offer, at, { limit: { ...limit, ...change }, attempts: attempts(...costs) });
}

describe("x-arouter-max-cost-usd", () => {
  test("lets through what can cost exactly as much", () => {
    expect(refusal({})).toBeUndefined();
  });

  test("refuses what can cost a nano-dollar more, with 402", () => {
    expect(refusal({ maxNanos: 9_999_999 })).toEqual({
      class: "invalid-request",
      status: 402,
      code: "max_cost_exceeded",
      param: "x-arouter-max-cost-usd",
      message:
        "x-arouter-max-cost-usd: At openai/gpt-4o the request may cost up to $0.01, and it is to cost at most $0.009999999.",
    });
  });

  test("counts what earlier attempts cost, and the worst of those that go on", () => {
    expect(refusal({ maxNanos: 12_000_000 }, [2_000_000])).toBeUndefined();
    expect(refusal({ maxNanos: 12_000_000 }, [2_000_001])?.message).toContain("besides the $0.002000001 of earlier");
    expect(refusal({ maxNanos: 19_999_999 }, ["pending"])?.status).toBe(402);
    expect(refusal({ maxNanos: 20_000_000 }, ["pending"])).toBeUndefined();
  });

  test("takes the dearest class of input, of the tier that the prompt is in", () => {
    const tiers = [{ above: 999, input: 4_000_000_000, output: 20_000_000_000 }];
    expect(refusal({}, [], { ...price, tiers })?.message).toContain("may cost up to $0.02,");
    expect(refusal({}, [], { ...price, cacheWriteLong: 4_000_000_000 })?.message).toContain("may cost up to $0.012,");
  });

  test("cannot be kept without a price, nor without a limit of output", () => {
    expect(overCostLimit(offer, undefined, { limit, attempts: [] })?.message).toContain("is not known");
    expect(refusal({ outputTokens: undefined })?.message).toContain("limit of output tokens");
    expect(refusal({ outputTokens: undefined }, [], { ...price, output: 0 })).toBeUndefined();
  });
});
