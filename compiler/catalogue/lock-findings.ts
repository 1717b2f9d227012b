import type { LockEntry } from "../../schemas/lock.ts";
import type { Analysis } from "../analyse.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import type { RouterIR } from "../ir.ts";
import { keySpanAt, type MapNode, nodeAt, spanAt } from "../node.ts";
import type { Source } from "../span.ts";
import { catalogueEntry } from "./catalogue-entry.ts";
import { isFromCatalogue, priceCatalogue } from "./catalogue-source.ts";
import { entryChanges } from "./entry-changes.ts";
import { parseLock } from "./parse-lock.ts";
import { type PolicyOffer, policyOffers } from "./policy-offers.ts";

export type LockAge = Readonly<{
  /** `[lint] lock_max_age_days`; without it no clock is asked. */
  maxAgeDays?: number | undefined;
  nowMs?: number | undefined;
}>;

/** Where the lock does not fit the policy any more (AR361), or the catalogue (AR363). `unlocked` is the IR without the lock. */
export function lockFindings(
  unlocked: RouterIR,
  facts: Pick<Analysis, "models">,
  source: Source | undefined,
  age: LockAge = {},
): readonly Diagnostic[] {
  const parsed = source && parseLock(source);
  // Of an edited lock nothing more needs to be said.
  if (parsed?.document === undefined || parsed.diagnostics.length > 0) return [];
  const { value, root } = parsed.document;
  const offers = policyOffers(unlocked, facts);
  return [
    ...missing(offers, value.models, root),
    ...unused(offers, value.models, root),
    ...old(value.date, root, age),
    ...offers.flatMap((one) => changed(one, value.models[one.id], unlocked, root)),
  ];
}

type Entries = Readonly<Record<string, LockEntry>>;

const refresh = "Run arouter lock.";

/** Named one by one as far as a line goes. */
const maxNamed = 3;

function missing(offers: readonly PolicyOffer[], models: Entries, root: MapNode): readonly Diagnostic[] {
  const lacking = offers.filter(({ id }) => !Object.hasOwn(models, id));
  if (lacking.length === 0) return [];
  const named = lacking.slice(0, maxNamed).map(({ id, from }) => `${id}, to which ${from} leads`);
  const more = lacking.length - named.length;
  const message = `The lock lacks ${named.join("; ")}${more === 0 ? "" : `; and ${more} more`}.`;
  return [diagnostic("AR361", keySpanAt(root, ["models"]), message, { hint: refresh })];
}

function unused(offers: readonly PolicyOffer[], models: Entries, root: MapNode): readonly Diagnostic[] {
  const used = new Set(offers.map(({ id }) => id));
  return Object.keys(models)
    .filter((id) => !used.has(id))
    .map((id) =>
      diagnostic("AR361", keySpanAt(root, ["models", id]), `Nothing leads to ${id} any more.`, { hint: refresh }),
    );
}

const dayMs = 86_400_000;

function old(date: string, root: MapNode, { maxAgeDays, nowMs }: LockAge): readonly Diagnostic[] {
  if (maxAgeDays === undefined || nowMs === undefined) return [];
  const days = Math.floor((nowMs - Date.parse(date)) / dayMs);
  if (days <= maxAgeDays) return [];
  const message = `The lock is ${days} days old, and lock_max_age_days is ${maxAgeDays}.`;
  return [diagnostic("AR361", spanAt(root, ["date"]), message, { hint: refresh })];
}

/** Only of prices that came from the catalogue: those of a file are meant to differ. */
function changed(
  { id, offer }: PolicyOffer,
  entry: LockEntry | undefined,
  unlocked: RouterIR,
  root: MapNode,
): readonly Diagnostic[] {
  if (entry === undefined || offer.price !== undefined) return [];
  if (entry.price !== undefined && !isFromCatalogue(entry.price.source)) return [];
  const { price: now } = catalogueEntry(unlocked, offer, "");
  const changes = entryChanges(priceAlone(entry.price), priceAlone(now));
  if (changes.length === 0) return [];
  const named = changes
    .slice(0, maxNamed)
    .map(({ what, from, to }) => `${what} ${dollars(to)} instead of ${dollars(from)}`);
  const more = changes.length - named.length;
  const message = `${priceCatalogue} has other prices of ${id} than the lock, which holds: ${named.join(", ")}${more === 0 ? "" : `, and ${more} more`}.`;
  const path = ["models", id, "price"];
  const place = nodeAt(root, path) === undefined ? ["models", id] : path;
  return [diagnostic("AR363", keySpanAt(root, place), message, { hint: "Run arouter lock to take them over." })];
}

function priceAlone(price: LockEntry["price"]): LockEntry {
  return price === undefined ? {} : { price };
}

function dollars(amount: string | undefined): string {
  return amount === undefined ? "nothing" : `$${amount}`;
}
