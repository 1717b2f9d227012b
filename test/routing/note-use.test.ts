import { expect, test } from "bun:test";
import type { Price } from "../../runtime/contract.ts";
import { createAttemptLog } from "../../runtime/routing/attempt-log.ts";
import type { Lease } from "../../runtime/routing/key-state.ts";
import { noteUse } from "../../runtime/routing/note-use.ts";
import type { Usage } from "../../runtime/wire/canonical.ts";

const price: Price = { input: 2_000_000_000, output: 10_000_000_000, services: { flex: 50 }, from: "catalog" };
const usage: Usage = {
  uncachedInput: 600,
  cacheRead: 300,
  cacheWrite: 100,
  output: 50,
  reasoning: 0,
  cacheWriteKnown: true,
};

/** An attempt, and what its key was told it spent. */
function attempt(priceOf: () => Price | undefined = () => price) {
  const clock = () => 0;
  const spent: Readonly<{ tokens: number; usd: number }>[] = [];
  const lease: Lease = {
    key: {
      id: "k",
      value: "sk",
      weight: 1,
      requestsPerMinute: undefined,
      tokensPerMinute: undefined,
      dailyBudgetUsd: undefined,
      monthlyBudgetUsd: undefined,
      billing: "platform",
    },
    probe: false,
    settle: () => undefined,
    spend: (used) => void spent.push(used),
  };
  const record = createAttemptLog(clock, clock, priceOf).begin(
    { provider: "openai", model: "m" },
    { format: "openai-chat", baseUrl: "", lease, hedge: false, spanId: undefined },
  );
  return { record, lease, spent };
}

test.each([
  ["at its price", usage, false, { costNanos: 2_500_000, costSource: "priced" }],
  ["of a service at its own", { ...usage, serviceTier: "flex" }, false, { costNanos: 1_250_000, costSource: "priced" }],
  [
    "of a service without one, at the standard price",
    { ...usage, serviceTier: "priority" },
    false,
    { costNanos: 2_500_000, costSource: "estimated" },
  ],
  ["that is a guess", usage, true, { costNanos: 2_500_000, costSource: "estimated" }],
  ["by the provider's own word", { ...usage, reportedNanos: 7 }, true, { costNanos: 7, costSource: "reported" }],
] as const)("R186 a use %s", (_name, used: Usage, isEstimate, expected) => {
  const { record, lease, spent } = attempt();
  noteUse(record, lease, { usage: used, isEstimate });
  expect(record).toMatchObject({ usage: used, isEstimate, ...expected });
  expect(spent).toEqual([{ tokens: 1050, usd: expected.costNanos / 1e9 }]);
});

test("without a price the tokens count, and the cost is not known", () => {
  const { record, lease, spent } = attempt(() => undefined);
  noteUse(record, lease, { usage, isEstimate: false });
  expect([record.costNanos, record.costSource]).toEqual([undefined, undefined]);
  expect(spent).toEqual([{ tokens: 1050, usd: 0 }]);
});

test("what was noted is not noted again, and nothing is not noted at all", () => {
  const { record, lease, spent } = attempt();
  noteUse(record, lease, undefined);
  expect([record.usage, spent]).toEqual([undefined, []]);
  noteUse(record, lease, { usage, isEstimate: false });
  noteUse(record, lease, { usage: { ...usage, output: 5000 }, isEstimate: true });
  expect([record.costNanos, record.isEstimate, spent.length]).toEqual([2_500_000, false, 1]);
});
