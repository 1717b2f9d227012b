import type { Price, Rates } from "../contract.ts";

/** The rates of a request whose prompt has this many tokens, cached ones included. */
export function ratesAt(price: Price, promptTokens: number): Rates {
  return price.tiers?.findLast(({ above }) => promptTokens > above) ?? price;
}
