import type { Offer } from "../../runtime/contract.ts";
import type { Lock, LockEntry } from "../../schemas/lock.ts";
import type { RouterIR } from "../ir.ts";
import { configuredCapabilities, lackingCapabilities } from "./capabilities-of.ts";
import { catalogueEntry } from "./catalogue-entry.ts";
import { facts } from "./entry-changes.ts";
import { lockedCapabilities } from "./locked-capabilities.ts";
import { lockedPeriod } from "./locked-price.ts";
import type { ModelCapabilities } from "./model-capabilities.ts";

/** One thing that is known of a model at a provider, and where from; only what a lock has is dated. */
export type KnownFact = Readonly<{ what: string; value: string; source: string; date: string | undefined }>;

/**
 * All that holds of a model, prices first: what the configuration says, then what the provider's APIs lack, then the lock, and
 * where that does not have the model, the catalogue. `ir` is one without the lock.
 */
export function knownFacts(ir: RouterIR, offer: Offer, lock: Lock | undefined): readonly KnownFact[] {
  const pinned = lock?.models[`${offer.provider}/${offer.model}`] ?? catalogueEntry(ir, offer, "");
  const { configFile, providers } = ir.catalog;
  const all = [
    ...factsOf(withPrice(pinned, offer, configFile)),
    ...factsOf(withCapabilities(lackingCapabilities(providers[offer.provider]), `APIs of ${offer.provider}`)),
    ...factsOf(withCapabilities(configuredCapabilities(offer), configFile)),
  ];
  // The last one of a kind holds, in the place of the first.
  return [...new Map(all.map((fact) => [fact.what, fact])).values()];
}

/** A price of the configuration is the whole price. */
function withPrice(entry: LockEntry, { price }: Offer, source: string): LockEntry {
  return price === undefined ? entry : { ...entry, price: { source, date: "", periods: [lockedPeriod({ price })] } };
}

function withCapabilities(known: ModelCapabilities, source: string): LockEntry {
  return { capabilities: { source, date: "", ...lockedCapabilities(known) } };
}

function factsOf({ price, capabilities }: LockEntry): readonly KnownFact[] {
  return [
    ...(price === undefined ? [] : dated(facts({ price }), price)),
    ...(capabilities === undefined ? [] : dated(facts({ capabilities }), capabilities)),
  ];
}

function dated(
  known: ReadonlyMap<string, string>,
  { source, date }: Readonly<{ source: string; date: string }>,
): readonly KnownFact[] {
  return [...known].map(([what, value]) => ({ what, value, source, date: date === "" ? undefined : date }));
}
