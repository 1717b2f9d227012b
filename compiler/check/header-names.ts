import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { isHeaderName } from "../header-syntax.ts";
import { keySpanAt } from "../node.ts";

/** A condition on a header that cannot exist would never hold. */
export const headerNames: Rule = ({ policies }) => {
  if (policies === undefined) return [];
  return policies.value.rules.flatMap(({ when }, index) =>
    Object.keys(when?.header ?? {})
      .filter((name) => !isHeaderName(name))
      .map((name) => {
        const span = keySpanAt(policies.root, ["rules", index, "when", "header", name]);
        return diagnostic("AR211", span, `${JSON.stringify(name)} is not the name of an HTTP header.`);
      }),
  );
};
