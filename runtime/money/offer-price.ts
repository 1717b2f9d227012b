import type { Gateway, Offer, Price } from "../contract.ts";

/** What an offer costs at a time since 1970: as configured, else as the catalogue has it; undefined when nobody knows. */
export function offerPrice(
  { price, provider, model }: Offer,
  { priceOf }: Readonly<{ priceOf?: Gateway["priceOf"] | undefined }>,
  epochMs: number,
): Price | undefined {
  return price ?? priceOf?.(provider, model, epochMs);
}
