import type { Offer, Price } from "../contract.ts";
import type { AttemptRecord } from "../routing/attempt-log.ts";
import { costOf } from "./cost-of.ts";

/**
 * What the model that the client asked for, before any rule, would have cost at the usage of the answer it got, in nano-USD.
 * Undefined without such an answer, or where the price is not known.
 */
export function requestedCost(
  requested: Offer | undefined,
  answered: AttemptRecord | undefined,
  priceOf: (offer: Offer) => Price | undefined,
): number | undefined {
  if (requested === undefined || answered?.usage === undefined) return undefined;
  if (requested.provider === answered.provider && requested.model === answered.model) return answered.costNanos;
  const price = priceOf(requested);
  return price && costOf(answered.usage, price).nanos;
}
