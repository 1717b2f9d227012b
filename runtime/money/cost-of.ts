import type { Price } from "../contract.ts";
import type { Usage } from "../wire/canonical.ts";
import { ratesAt } from "./rates-at.ts";

/** `isExact` is false where the usage is of a service whose price is not known, and the standard one stands in for it. */
export type Cost = Readonly<{ nanos: number; isExact: boolean }>;

const perMillion = 1_000_000n;
const perHundred = 100n;

/** What a usage costs at a price, in whole nano-USD: exact until it is rounded, once, half up. */
export function costOf(usage: Usage, price: Price): Cost {
  const { uncachedInput, cacheRead, cacheWrite, output, webSearches = 0, serviceTier } = usage;
  const rates = ratesAt(price, uncachedInput + cacheRead + cacheWrite);
  const {
    input,
    cacheRead: readRate = input,
    cacheWrite: writeRate = input,
    cacheWriteLong: longRate = writeRate,
  } = rates;
  const long = Math.min(usage.cacheWriteLong ?? 0, cacheWrite);
  const tokens =
    product(uncachedInput, input) +
    product(cacheRead, readRate) +
    product(cacheWrite - long, writeRate) +
    product(long, longRate) +
    product(output, rates.output);
  const percent = serviceTier === undefined ? 100 : price.services?.[serviceTier];
  const fixed = product(webSearches, price.webSearch ?? 0) + BigInt(price.request ?? 0);
  const total = tokens * BigInt(percent ?? 100) + fixed * perMillion * perHundred;
  return { nanos: rounded(total, perMillion * perHundred), isExact: percent !== undefined };
}

/** Upstreams that report fractions of a token, or fewer than none, are not taken at their word. */
function product(count: number, nanos: number): bigint {
  return BigInt(Math.max(0, Math.round(count))) * BigInt(nanos);
}

function rounded(total: bigint, divisor: bigint): number {
  return Number((total + divisor / 2n) / divisor);
}
