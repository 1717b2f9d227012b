import type { Rates } from "../../runtime/contract.ts";
import type { LockedPeriod } from "../../schemas/lock.ts";
import { configuredPrice } from "../configured-price.ts";
import { defined } from "../defined.ts";
import type { PricePeriodIR } from "../ir.ts";
import { usdText } from "../nanos.ts";

/** A period of the price list as the lock has it. */
export function lockedPeriod({ price, sinceMs, daily }: PricePeriodIR): LockedPeriod {
  const { webSearch, request, tiers, ...rates } = price;
  return defined({
    since: sinceMs === undefined ? undefined : new Date(sinceMs).toISOString(),
    daily: daily?.map(timeOfDay),
    ...writtenRates(rates),
    web_search: webSearch === undefined ? undefined : usdText(webSearch),
    request: request === undefined ? undefined : usdText(request),
    tiers: tiers?.map(({ above, ...more }) => ({ above, ...writtenRates(more) })),
  });
}

/** And back. Amounts and times that are none have been reported by then. */
export function pricePeriod({ since, daily, ...written }: LockedPeriod): PricePeriodIR {
  const { from: _, ...price } = configuredPrice(written);
  const [start, end] = daily ?? [];
  return defined({
    price,
    sinceMs: since === undefined ? undefined : Date.parse(since),
    daily: start === undefined || end === undefined ? undefined : ([secondOfDay(start), secondOfDay(end)] as const),
  });
}

function writtenRates({ input, output, cacheRead, cacheWrite, cacheWriteLong }: Rates) {
  return {
    prompt: usdText(input),
    completion: usdText(output),
    ...defined({
      cache_read: cacheRead === undefined ? undefined : usdText(cacheRead),
      cache_write: cacheWrite === undefined ? undefined : usdText(cacheWrite),
      cache_write_long: cacheWriteLong === undefined ? undefined : usdText(cacheWriteLong),
    }),
  };
}

function timeOfDay(second: number): string {
  return new Date(second * 1000).toISOString().slice(11, 19);
}

function secondOfDay(time: string): number {
  return (Date.parse(`1970-01-01T${time}Z`) / 1000) % 86_400;
}
