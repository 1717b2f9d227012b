import type { Price } from "../runtime/contract.ts";
import type { PricePeriodIR, RouterIR } from "./ir.ts";
import { listedPeriods, priceListOf } from "./listed-periods.ts";

/** What the emitted `priceOf` answers, read straight off the IR. */
export function interpretPrice(
  ir: Pick<RouterIR, "prices">,
  provider: string,
  model: string,
  epochMs: number,
): Price | undefined {
  const periods = listedPeriods(ir, { provider, model });
  const period = periods.findLast((one) => isIn(one, epochMs)) ?? periods[0];
  const services = priceListOf(ir, provider)?.services ?? {};
  return period && { ...period.price, services, from: "catalog" };
}

function isIn({ sinceMs = 0, daily: [from, to] = [0, 86_400] }: PricePeriodIR, epochMs: number): boolean {
  const second = (epochMs / 1000) % 86_400;
  return epochMs >= sinceMs && (from <= to ? second >= from && second < to : second >= from || second < to);
}
