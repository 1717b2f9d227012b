import type { PriceListIR, PricePeriodIR } from "../ir.ts";

/** What one model costs at one provider by the lock; no periods where that is not known. */
export type LockedPrice = Readonly<{ provider: string; model: string; periods: readonly PricePeriodIR[] }>;

/**
 * The price lists with the lock's prices before the catalogue's own. Providers that share a list keep sharing it as long as
 * the lock has the same prices for them.
 */
export function lockedLists(lists: readonly PriceListIR[], locked: readonly LockedPrice[]): readonly PriceListIR[] {
  const listed = new Set(lists.flatMap(({ providers }) => providers));
  const others = [...new Set(locked.map(({ provider }) => provider))].filter((id) => !listed.has(id));
  const own = others.map(
    (id): PriceListIR => ({ book: `lock-${id}`, providers: [id], entries: [], services: undefined }),
  );
  return [...lists, ...own].flatMap((list) => splitList(list, locked));
}

function splitList(list: PriceListIR, locked: readonly LockedPrice[]): readonly PriceListIR[] {
  const groups = new Map<string, { providers: string[]; prices: readonly LockedPrice[] }>();
  for (const provider of list.providers) {
    const prices = locked.filter((one) => one.provider === provider);
    const key = JSON.stringify(prices.map(({ model, periods }) => [model, periods]));
    const group = groups.get(key) ?? { providers: [], prices };
    group.providers.push(provider);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ providers, prices }, index) => {
    const [first = ""] = providers;
    return { ...withPrices(list, prices), providers, ...(index === 0 ? {} : { name: `${list.book}-${first}` }) };
  });
}

function withPrices(list: PriceListIR, prices: readonly LockedPrice[]): PriceListIR {
  const byName = new Map(prices.map((price) => [price.model.toLowerCase(), price]));
  const own = [...byName].map(([name, { model, periods }]) => {
    return { id: `${model} (lock)`, names: [name], patterns: [], periods };
  });
  // What is claimed here is found here.
  const rest = list.entries.map((entry) => ({ ...entry, names: entry.names.filter((name) => !byName.has(name)) }));
  return { ...list, entries: [...own, ...rest] };
}
