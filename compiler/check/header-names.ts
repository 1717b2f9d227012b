import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { keySpanAt } from "../node.ts";

/** A token of RFC 9110, section 5.6.2. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** A condition on a header that cannot exist would never hold. */
export const headerNames: Rule = ({ policies }) => {
  if (policies === undefined) return [];
  return policies.value.rules.flatMap(({ when }, index) =>
    Object.keys(when?.header ?? {})
      .filter((name) => !token.test(name))
      .map((name) => {
        const span = keySpanAt(policies.root, ["rules", index, "when", "header", name]);
        return diagnostic("AR211", span, `${JSON.stringify(name)} is not the name of an HTTP header.`);
      }),
  );
};
