import type { Price, Rates } from "../runtime/contract.ts";
import type { ModelConfig } from "../schemas/model-config.ts";
import { defined } from "./defined.ts";
import { nanos } from "./nanos.ts";

type Written = NonNullable<ModelConfig["price"]>;

/** What `price` of a model says. Amounts that are none have been reported by then. */
export function configuredPrice(written: Written): Price {
  const { web_search, request, tiers } = written;
  return {
    ...ratesOf(written),
    ...defined({
      webSearch: amount(web_search),
      request: amount(request),
      tiers: tiers?.map((tier) => ({ above: tier.above, ...ratesOf(tier) })).sort((a, b) => a.above - b.above),
    }),
    from: "config",
  };
}

function ratesOf(written: Omit<Written, "web_search" | "request" | "tiers">): Rates {
  return {
    input: nanos(written.prompt) ?? 0,
    output: nanos(written.completion) ?? 0,
    ...defined({
      cacheRead: amount(written.cache_read),
      cacheWrite: amount(written.cache_write),
      cacheWriteLong: amount(written.cache_write_long),
    }),
  };
}

function amount(written: string | number | undefined): number | undefined {
  return written === undefined ? undefined : nanos(written);
}
