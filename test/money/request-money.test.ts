import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Price } from "../../runtime/contract.ts";
import { requestMoney } from "../../runtime/money/request-money.ts";
import { requestedCost } from "../../runtime/money/requested-cost.ts";
import { costComments, costHeaders } from "../../runtime/money/tell-cost.ts";
import { type AttemptRecord, createAttemptLog } from "../../runtime/routing/attempt-log.ts";
import type { Usage } from "../../runtime/wire/canonical.ts";

const usage: Usage = {
  uncachedInput: 1000,
  cacheRead: 0,
  cacheWrite: 0,
  output: 500,
  reasoning: 0,
  cacheWriteKnown: true,
};
const mini = { provider: "openai", model: "gpt-4o-mini" };
const big = { provider: "openai", model: "gpt-4o" };
const price: Price = { input: 2_500_000_000, output: 10_000_000_000, from: "catalog" };

function attempt(used: Usage | undefined, costNanos: number | undefined): AttemptRecord {
  const clock = () => 0;
  const how = { format: "openai-chat", baseUrl: "", lease: undefined, hedge: false, spanId: undefined } as const;
  return Object.assign(createAttemptLog(clock, clock).begin(mini, how), { usage: used, costNanos });
}

describe("R186 the cost of a request", () => {
  test("is the sum over all of its attempts, those that failed included", () => {
    const attempts = [attempt(usage, 30), attempt(undefined, undefined), attempt(usage, 12)];
    expect(requestMoney(attempts, 100)).toEqual({ costNanos: 42, requestedNanos: 100, savedNanos: 58 });
  });

  test("is not known where the price of one that used tokens is not", () => {
    const attempts = [attempt(usage, 30), attempt(usage, undefined)];
    expect(requestMoney(attempts, 100)).toEqual({ costNanos: undefined, requestedNanos: 100, savedNanos: undefined });
  });

  test("is not known where nothing was used", () => {
    expect(requestMoney([attempt(undefined, undefined)], undefined).costNanos).toBeUndefined();
  });

  test("grows by what is added, in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), (costs) => {
        const attempts = costs.map((cost) => attempt(usage, cost));
        const sum = costs.reduce((total, cost) => total + cost, 0);
        expect(requestMoney(attempts, 0)).toEqual({ costNanos: sum, requestedNanos: 0, savedNanos: 0 - sum });
        expect(requestMoney(attempts.toReversed(), 0).costNanos).toBe(sum);
      }),
    );
  });
});

describe("R45 what the requested model would have cost", () => {
  test("is its price at the usage of the answer", () => {
    expect(requestedCost(big, attempt(usage, 450_000), () => price)).toBe(7_500_000);
  });

  test("is what the answer cost, where the same model at the same provider gave it", () => {
    expect(requestedCost(mini, attempt(usage, 450_000), () => price)).toBe(450_000);
  });

  test("is not known without an answer, without a price, without a model", () => {
    expect(requestedCost(big, undefined, () => price)).toBeUndefined();
    expect(requestedCost(big, attempt(undefined, undefined), () => price)).toBeUndefined();
    expect(requestedCost(big, attempt(usage, 1), () => undefined)).toBeUndefined();
    expect(requestedCost(undefined, attempt(usage, 1), () => price)).toBeUndefined();
  });
});

describe("R43 how a cost is told", () => {
  const money = { costNanos: 10_500_000, requestedNanos: 10_000_000, savedNanos: -500_000 };

  test("as headers, of which those that nobody knows are absent", () => {
    expect(costHeaders(money)).toEqual({ "x-arouter-cost-usd": "0.0105", "x-arouter-cost-saved-usd": "-0.0005" });
    expect(costHeaders({ ...money, savedNanos: undefined })).toEqual({ "x-arouter-cost-usd": "0.0105" });
  });

  test("behind a stream as comments, never to clients of the Gemini API", () => {
    const comments = ": x-arouter-cost-usd: 0.0105\n: x-arouter-cost-saved-usd: -0.0005\n\n";
    expect(costComments(money, "openai-chat")).toBe(comments);
    expect(costComments(money, "openai-responses")).toBe(comments);
    expect(costComments(money, "anthropic-messages")).toBe(comments);
    expect(costComments(money, "gemini")).toBe("");
    expect(costComments({ costNanos: undefined, requestedNanos: 1, savedNanos: undefined }, "openai-chat")).toBe("");
  });
});
