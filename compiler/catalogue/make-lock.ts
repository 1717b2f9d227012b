import type { Lock, LockEntry } from "../../schemas/lock.ts";
import { defined } from "../defined.ts";
import type { RouterIR } from "../ir.ts";
import { catalogueEntry } from "./catalogue-entry.ts";
import { isFromCatalogue, priceCatalogue } from "./catalogue-source.ts";
import { digestOf } from "./lock-text.ts";
import type { PolicyOffer } from "./policy-offers.ts";

export type LockInput = Readonly<{
  /** Without a lock. */
  ir: RouterIR;
  offers: readonly PolicyOffer[];
  /** The lock that there is; undefined when there is none, or when its digest does not fit. */
  old: Lock | undefined;
  /** By `<provider>/<model>`: what a file says. It goes before all else. */
  told?: ReadonlyMap<string, LockEntry> | undefined;
  /** `YYYY-MM-DD`. */
  date: string;
}>;

/**
 * The lock of these models: what a file tells now, else what one told before, else what the catalogue of this version has.
 * What has not changed keeps its source and date.
 */
export function makeLock({ ir, offers, old, told, date }: LockInput): Lock {
  const models = Object.fromEntries(
    offers.map(({ id, offer }) => {
      const before = old?.models[id] ?? {};
      return [id, merged(before, catalogueEntry(ir, offer, date), told?.get(id) ?? {})];
    }),
  );
  return { version: 1, catalog: priceCatalogue, date, digest: digestOf(models), models };
}

function merged(before: LockEntry, catalogue: LockEntry, told: LockEntry): LockEntry {
  const listed = isKept(before.price) ? before.price : catalogue.price;
  const price = told.price === undefined ? listed : completed(told.price, listed);
  const known = isKept(before.capabilities) ? before.capabilities : catalogue.capabilities;
  // A file does not tell all; what it leaves out is as it was.
  const capabilities = told.capabilities === undefined ? known : unlessSame(known, { ...known, ...told.capabilities });
  return {
    ...(price === undefined ? {} : { price: unlessSame(before.price, price) }),
    ...(capabilities === undefined ? {} : { capabilities: unlessSame(before.capabilities, capabilities) }),
  };
}

type LockedPrice = NonNullable<LockEntry["price"]>;

/** Lists of others do not have what searches, requests and an hour in the cache cost. */
function completed(told: LockedPrice, listed: LockedPrice | undefined): LockedPrice {
  const [first] = listed?.periods ?? [];
  if (first === undefined) return told;
  const { web_search, request, cache_write_long } = first;
  const known = defined({ web_search, request, cache_write_long });
  return { ...told, periods: told.periods.map((period) => ({ ...known, ...period })) };
}

type Sourced = Readonly<{ source: string; date: string }>;

/** What a file told stays until a file tells otherwise. */
function isKept(part: Sourced | undefined): boolean {
  return part !== undefined && !isFromCatalogue(part.source);
}

function unlessSame<T extends Sourced>(before: T | undefined, now: T): T {
  return before !== undefined && factsOf(before) === factsOf(now) ? before : now;
}

function factsOf({ source: _, date: __, ...facts }: Sourced): string {
  return digestOf(facts);
}
