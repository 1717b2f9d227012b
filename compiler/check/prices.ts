import type { Rule } from "../check.ts";
import { usd } from "../configured-models.ts";
import { diagnostic } from "../diagnostics.ts";
import { spanAt } from "../node.ts";

/** A price in text is a decimal number without sign, exponent or currency. */
export const prices: Rule = ({ config }) =>
  (config.value.models ?? []).flatMap(({ price }, index) =>
    (["prompt", "completion"] as const).flatMap((part) => {
      if (price === undefined || !Number.isNaN(usd(price[part]))) return [];
      const span = spanAt(config.root, ["models", index, "price", part]);
      const hint = 'Write US dollars per million tokens, such as "0.15".';
      return [diagnostic("AR214", span, `The price ${JSON.stringify(price[part])} is not a decimal number.`, { hint })];
    }),
  );
