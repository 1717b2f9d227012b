import type { ConditionalPrice, ModelPrice } from "@pydantic/genai-prices";
import type { Rates } from "../../runtime/contract.ts";
import { defined } from "../defined.ts";
import type { ListedPrice, PricePeriodIR } from "../ir.ts";
import { roundedNanos } from "../nanos.ts";
import type { CatalogueModel } from "./price-data.ts";

/** When a model costs what. Empty where tokens are not what it is paid by; a price without any number is a price of zero. */
export function cataloguePeriods({ prices }: CatalogueModel): readonly PricePeriodIR[] {
  const written = Array.isArray(prices) ? prices : [{ prices }];
  return written.flatMap((one): readonly PricePeriodIR[] => {
    const price = listedPrice(one.prices);
    return price === undefined ? [] : [{ price, ...timesOf(one) }];
  });
}

function timesOf({ constraint }: ConditionalPrice): Omit<PricePeriodIR, "price"> {
  switch (constraint?.type) {
    case undefined:
      return {};
    case "start_date":
      return { sinceMs: Date.parse(constraint.start_date) };
    case "time_of_date":
      return { daily: [secondOfDay(constraint.start_time), secondOfDay(constraint.end_time)] };
  }
}

/** Of a time with its offset from UTC, such as `00:30:00Z`. */
function secondOfDay(time: string): number {
  return (Date.parse(`2000-01-02T${time}`) / 1000) % 86_400;
}

function listedPrice(prices: ModelPrice): ListedPrice | undefined {
  const isFree = Object.keys(prices).length === 0;
  const input = isFree ? 0 : prices["input_mtok"];
  if (input === undefined) return undefined;
  const classes = {
    input,
    cacheRead: prices["cache_read_mtok"],
    cacheWrite: prices["cache_write_mtok"],
    cacheWriteLong: prices["cache_write_1h_mtok"],
    // Embeddings have no output to pay for.
    output: prices["output_mtok"] ?? 0,
  };
  const limits = Object.values(classes).flatMap((price) =>
    typeof price === "object" ? price.tiers.map(({ start }) => start) : [],
  );
  const tiers = [...new Set(limits)].sort((a, b) => a - b).map((above) => ({ above, ...ratesAbove(classes, above) }));
  return {
    ...ratesAbove(classes, -1),
    ...defined({
      webSearch: perThousand(prices["web_searches_kcount"]),
      request: perThousand(prices["requests_kcount"]),
      tiers: tiers.length === 0 ? undefined : tiers,
    }),
  };
}

type Amount = ModelPrice[string];
type Classes = Readonly<{ [Class in keyof Rates]-?: Amount }>;

/** The rates of prompts with more than `above` tokens, as far as the next limit. */
function ratesAbove(classes: Classes, above: number): Rates {
  return {
    input: rateAbove(classes.input, above) ?? 0,
    ...defined({
      cacheRead: rateAbove(classes.cacheRead, above),
      cacheWrite: rateAbove(classes.cacheWrite, above),
      cacheWriteLong: rateAbove(classes.cacheWriteLong, above),
    }),
    output: rateAbove(classes.output, above) ?? 0,
  };
}

function rateAbove(price: Amount, above: number): number | undefined {
  if (price === undefined || typeof price === "number") return price === undefined ? undefined : roundedNanos(price);
  return roundedNanos(price.tiers.findLast(({ start }) => start <= above)?.price ?? price.base);
}

/** What one costs, where the catalogue has the price of a thousand. */
function perThousand(price: Amount): number | undefined {
  return typeof price === "number" ? Math.round(roundedNanos(price) / 1000) : undefined;
}
