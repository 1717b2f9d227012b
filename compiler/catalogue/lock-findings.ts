import type { LockEntry } from "../../schemas/lock.ts";
import type { Analysis } from "../analyse.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import type { RouterIR } from "../ir.ts";
import { keySpanAt, type MapNode, nodeAt, spanAt } from "../node.ts";
import type { Source } from "../span.ts";
import { catalogueEntry } from "./catalogue-entry.ts";
import { priceCatalogue } from "./catalogue-source.ts";
import { parseLock } from "./parse-lock.ts";
import { type PolicyOffer, policyOffers } from "./policy-offers.ts";
import { priceSummary } from "./price-summary.ts";

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
  const document = source && parseLock(source).document;
  if (document === undefined) return [];
  const { value, root } = document;
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
  const [name = ""] = priceCatalogue.split(" ");
  if (entry.price !== undefined && !entry.price.source.startsWith(name)) return [];
  const now = catalogueEntry(unlocked, offer, "").price;
  if (JSON.stringify(sortedPeriods(now)) === JSON.stringify(sortedPeriods(entry.price))) return [];
  const message = `${priceCatalogue} says that ${id} costs ${priceSummary(now)}; the lock says ${priceSummary(entry.price)}, which holds.`;
  const path = ["models", id, "price"];
  const place = nodeAt(root, path) === undefined ? ["models", id] : path;
  return [
    diagnostic("AR363", keySpanAt(root, place), message, { hint: "Run arouter lock to take over what it says." }),
  ];
}

function sortedPeriods(price: LockEntry["price"]): unknown {
  return price?.periods.map((period) => Object.entries(period).sort(([a], [b]) => (a < b ? -1 : 1)));
}
