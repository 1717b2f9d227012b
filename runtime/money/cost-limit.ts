import type { Offer, Price } from "../contract.ts";
import { failure } from "../errors.ts";
import type { AttemptRecord } from "../routing/attempt-log.ts";
import type { WireError } from "../wire/canonical.ts";
import { ratesAt } from "./rates-at.ts";
import { usd } from "./usd.ts";

/** What a request may cost at most, all of its attempts together, and what one of them can use. */
export type CostLimit = Readonly<{
  /** In nano-USD. */
  maxNanos: number;
  /** Estimated from the request's texts. */
  inputTokens: number;
  /** What the client limits the output to; undefined when it does not. */
  outputTokens: number | undefined;
}>;

const perMillion = 1_000_000;

/**
 * Why one more attempt might take a request over its limit: a 402, before anything is sent. The worst case is taken for
 * the attempt, and for those that go on; what others have cost is known.
 */
export function overCostLimit(
  { provider, model }: Offer,
  price: Price | undefined,
  { limit, attempts }: Readonly<{ limit: CostLimit; attempts: readonly AttemptRecord[] }>,
): WireError | undefined {
  const at = `${provider}/${model}`;
  if (price === undefined) return refused(`The price of ${at} is not known, so it cannot be kept.`);
  if (limit.outputTokens === undefined && price.output > 0) {
    return refused("Without a limit of output tokens there is no bound to what the request may cost: set one.");
  }
  const worst = worstCost(price, limit);
  const before = attempts.reduce((sum, attempt) => sum + spent(attempt, limit), 0);
  if (before + worst <= limit.maxNanos) return undefined;
  const so = before === 0 ? "" : `, besides the $${usd(before)} of earlier attempts`;
  return refused(
    `At ${at} the request may cost up to $${usd(worst)}${so}, and it is to cost at most $${usd(limit.maxNanos)}.`,
  );
}

/** Rounded up. Nobody knows beforehand what comes from a cache or goes to one, so the dearest class counts. */
function worstCost(price: Price, { inputTokens, outputTokens = 0 }: CostLimit): number {
  const { input, cacheRead = 0, cacheWrite = 0, cacheWriteLong = 0, output } = ratesAt(price, inputTokens);
  const dearest = Math.max(input, cacheRead, cacheWrite, cacheWriteLong);
  return Math.ceil((inputTokens * dearest + outputTokens * output) / perMillion) + (price.request ?? 0);
}

function spent({ costNanos, outcome, price }: AttemptRecord, limit: CostLimit): number {
  if (costNanos !== undefined) return costNanos;
  return outcome === "pending" && price !== undefined ? worstCost(price, limit) : 0;
}

function refused(why: string): WireError {
  return failure("invalid-request", `x-arouter-max-cost-usd: ${why}`, {
    status: 402,
    code: "max_cost_exceeded",
    param: "x-arouter-max-cost-usd",
  });
}
