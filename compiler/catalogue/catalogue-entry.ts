import type { Offer } from "../../runtime/contract.ts";
import type { LockEntry } from "../../schemas/lock.ts";
import type { RouterIR } from "../ir.ts";
import { listedPeriods } from "../listed-periods.ts";
import { catalogueCapabilities } from "./capabilities-of.ts";
import { ownCatalogue, priceCatalogue } from "./catalogue-source.ts";
import { lockedCapabilities } from "./locked-capabilities.ts";
import { lockedPeriod } from "./locked-price.ts";

/** What the catalogue of this version knows of a model at a provider, as an entry of the lock. `ir` is one without a lock. */
export function catalogueEntry(ir: RouterIR, offer: Offer, date: string): LockEntry {
  const [first, ...more] = listedPeriods(ir, offer).map(lockedPeriod);
  const known = lockedCapabilities(catalogueCapabilities(ir, offer));
  return {
    ...(first === undefined ? {} : { price: { source: priceCatalogue, date, periods: [first, ...more] } }),
    ...(Object.keys(known).length === 0 ? {} : { capabilities: { source: ownCatalogue, date, ...known } }),
  };
}
