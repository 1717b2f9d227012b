import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { spanAt } from "../node.ts";

/** Asking the model that has just failed again is skipped when the chain is walked. */
export const repeatedModels: Rule = ({ policies }) => {
  if (policies === undefined) return [];
  return policies.value.rules.flatMap(({ then }, index) => {
    const chain = then.fallback_chain ?? [];
    return chain.flatMap((model, position) => {
      const before = position === 0 ? then.model : chain[position - 1];
      if (model !== before) return [];
      const span = spanAt(policies.root, ["rules", index, "then", "fallback_chain", position]);
      const message = `${JSON.stringify(model)} follows itself in the chain; the second attempt is skipped.`;
      return [diagnostic("AR303", span, message, { hint: "Remove it." })];
    });
  });
};
