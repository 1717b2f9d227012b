import type { Offer, Price } from "../../runtime/contract.ts";
import { interpretPrice } from "../interpret-price.ts";
import type { RouterIR } from "../ir.ts";
import { listedPeriods } from "../listed-periods.ts";

/** A day after all changes that the catalogue knows of: what a configuration means must not hang on when it is compiled. */
const lastDayMs = Date.UTC(9999, 0, 1);

/**
 * The prices of an offer by the time of the day: its own, or those of the catalogue after all changes that it knows of. Empty
 * where nobody knows them.
 */
export function pricesOf(ir: RouterIR, { provider, model, price }: Offer): readonly Price[] {
  if (price !== undefined) return [price];
  const periods = listedPeriods(ir, { provider, model });
  const seconds = new Set([0, ...periods.flatMap(({ daily = [] }) => daily)]);
  const found = [...seconds].map((second) => interpretPrice(ir, provider, model, lastDayMs + second * 1000));
  return found.filter((one) => one !== undefined);
}
