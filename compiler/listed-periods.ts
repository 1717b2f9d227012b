import type { Offer } from "../runtime/contract.ts";
import type { PriceListIR, PricePeriodIR, RouterIR } from "./ir.ts";
import { passes } from "./match-alternatives.ts";

/** The list of a provider. */
export function priceListOf({ prices }: Pick<RouterIR, "prices">, provider: string): PriceListIR | undefined {
  return prices.find(({ providers }) => providers.includes(provider));
}

/** What a model costs when, by its provider's list; empty where that is not known. */
export function listedPeriods(
  ir: Pick<RouterIR, "prices">,
  { provider, model }: Pick<Offer, "provider" | "model">,
): readonly PricePeriodIR[] {
  const name = model.toLowerCase();
  const entry = priceListOf(ir, provider)?.entries.find(
    ({ names, patterns }) =>
      names.includes(name) || patterns.some((tests) => tests.every((test) => passes(test, name))),
  );
  return entry?.periods ?? [];
}
