import type { Price } from "../runtime/contract.ts";
import type { PricePeriodIR, RouterIR } from "./ir.ts";
import { passes } from "./match-alternatives.ts";

/** What the emitted `priceOf` answers, read straight off the IR. */
export function interpretPrice(
  ir: Pick<RouterIR, "prices">,
  provider: string,
  model: string,
  epochMs: number,
): Price | undefined {
  const list = ir.prices.find(({ providers }) => providers.includes(provider));
  const name = model.toLowerCase();
  const entry = list?.entries.find(
    ({ names, patterns }) =>
      names.includes(name) || patterns.some((tests) => tests.every((test) => passes(test, name))),
  );
  const period = entry?.periods.findLast((one) => isIn(one, epochMs)) ?? entry?.periods[0];
  return period && { ...period.price, services: list?.services ?? {}, from: "catalog" };
}

function isIn({ sinceMs = 0, daily: [from, to] = [0, 86_400] }: PricePeriodIR, epochMs: number): boolean {
  const second = (epochMs / 1000) % 86_400;
  return epochMs >= sinceMs && (from <= to ? second >= from && second < to : second >= from || second < to);
}
