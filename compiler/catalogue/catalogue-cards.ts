import type { ModelCard, Offer } from "../../runtime/contract.ts";
import { defined } from "../defined.ts";
import type { RouterIR } from "../ir.ts";
import { priceListOf } from "../listed-periods.ts";
import { resolveModel } from "../resolve.ts";
import { pinnedCapabilities } from "./capabilities-of.ts";
import { bookWithId, modelInBook } from "./price-data.ts";

/**
 * What the lock, or else the catalogue, knows for lists of all that serves these models, by `<provider>/<model>`; undefined
 * when that is nothing.
 */
export function catalogueCards(
  ir: RouterIR,
  models: readonly string[],
): Readonly<Record<string, ModelCard>> | undefined {
  const offers = models.flatMap((id) => resolveModel(ir.resolver, id)?.offers ?? []);
  const cards = offers.flatMap((offer) => {
    const card = cardOf(ir, offer);
    return Object.keys(card).length === 0 ? [] : [[`${offer.provider}/${offer.model}`, card] as const];
  });
  return cards.length === 0 ? undefined : Object.fromEntries(cards);
}

function cardOf(ir: RouterIR, offer: Offer): ModelCard {
  const list = priceListOf(ir, offer.provider);
  const book = list && bookWithId(list.book);
  const { name, description } = (book && modelInBook(book, offer.model)) ?? {};
  return defined({ name, description, contextTokens: pinnedCapabilities(ir, offer).contextTokens });
}
