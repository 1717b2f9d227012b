import type { Config } from "../schemas/config.ts";
import { cataloguePeriods } from "./catalogue/catalogue-periods.ts";
import { modelInBook, type PriceBook, priceBookOf } from "./catalogue/price-data.ts";
import { servicePercents } from "./catalogue/service-percents.ts";
import type { PriceListIR } from "./ir.ts";
import { providersOf } from "./resolve.ts";

/** The catalogue's prices of the configured providers, sorted by the catalogue's ids; those it does not know are left out. */
export function lowerPrices(config: Config): readonly PriceListIR[] {
  const lists = new Map<string, Readonly<{ book: PriceBook; providers: string[] }>>();
  for (const [id, provider] of Object.entries(providersOf(config)).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const book = priceBookOf(id, provider);
    if (book === undefined) continue;
    const list = lists.get(book.id) ?? { book, providers: [] };
    list.providers.push(id);
    lists.set(book.id, list);
  }
  return [...lists.values()]
    .map(({ book, providers }) => priceList(book, providers))
    .sort((a, b) => (a.book < b.book ? -1 : 1));
}

function priceList(book: PriceBook, providers: readonly string[]): PriceListIR {
  const ids = new Set<string>();
  const entries = book.models.map((model) => {
    const { alternatives } = model;
    const names = alternatives.flatMap(([first, ...more]) =>
      first?.kind === "equals" && more.length === 0 ? [first.text] : [],
    );
    // A model of another vendor that is resold can have a name that is taken.
    const id = ids.has(model.id) ? `${model.id} (${ids.size})` : model.id;
    ids.add(id);
    return {
      id,
      // What an earlier pattern claims is found by that pattern.
      names: [...new Set(names)].filter((name) => modelInBook(book, name) === model),
      patterns: alternatives.filter(([first, ...more]) => first?.kind !== "equals" || more.length > 0),
      periods: cataloguePeriods(model),
    };
  });
  return { book: book.id, providers, entries, services: servicePercents[book.id] };
}
