import type { ModelCard, Target } from "../runtime/contract.ts";
import { defined } from "./defined.ts";
import type { RouterIR } from "./ir.ts";
import { priceListOf } from "./listed-periods.ts";
import { bookWithId, modelInBook } from "./price-data.ts";
import { resolveModel } from "./resolve.ts";

/**
 * What the price catalogue knows of all that serves these models besides prices, by `<provider>/<model>`; undefined when that
 * is nothing.
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

function cardOf(ir: RouterIR, { provider, model }: Target): ModelCard {
  const list = priceListOf(ir, provider);
  const book = list && bookWithId(list.book);
  const { name, description, context_window: contextTokens } = (book && modelInBook(book, model)) ?? {};
  return defined({ name, description, contextTokens });
}
