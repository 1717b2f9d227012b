import type { ModelConfig } from "../../schemas/model-config.ts";
import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { nanos } from "../nanos.ts";
import { type Path, spanAt } from "../node.ts";

/** As `maximum` of prices that are numbers. */
const maxUsd = 1_000_000;
const hint = 'Write US dollars per million tokens, such as "0.15".';

/** A price in text is a decimal number without sign, exponent or currency; no price has more than nine decimals. */
export const prices: Rule = ({ config }) =>
  (config.value.models ?? []).flatMap(({ price }, index) =>
    amounts(price).flatMap(({ path, written }) => {
      const why = problem(written);
      if (why === undefined) return [];
      const span = spanAt(config.root, ["models", index, "price", ...path]);
      return [diagnostic("AR214", span, `The price ${JSON.stringify(written)} ${why}.`, { hint })];
    }),
  );

type Amount = Readonly<{ path: Path; written: string | number }>;

/** All but the limits of tiers, which are tokens. */
function amounts(price: ModelConfig["price"]): readonly Amount[] {
  const { tiers = [], ...own } = price ?? {};
  const tables = [
    { path: [], table: own },
    ...tiers.map(({ above: _, ...table }, at) => ({ path: ["tiers", at], table })),
  ];
  return tables.flatMap(({ path, table }) =>
    Object.entries(table).map(([key, written]) => ({ path: [...path, key], written })),
  );
}

function problem(written: string | number): string | undefined {
  if (typeof written === "string" && !/^[0-9]+(\.[0-9]+)?$/.test(written)) return "is not a decimal number";
  if (Number(written) > maxUsd) return `is above ${maxUsd}`;
  return nanos(written) === undefined ? "has more than nine decimals" : undefined;
}
