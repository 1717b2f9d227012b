import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { spanAt } from "../node.ts";

/** A rule's name is sent in `x-arouter-rule`, where `none` means that no rule matched. */
export const ruleNames: Rule = ({ policies }) => {
  if (policies === undefined) return [];
  return policies.value.rules.flatMap(({ name }, index) => {
    const problem = problemOf(name);
    return problem === undefined ? [] : [diagnostic("AR202", spanAt(policies.root, ["rules", index, "name"]), problem)];
  });
};

function problemOf(name: string): string | undefined {
  if (name === "none") return 'The name "none" is reserved for requests that no rule matches.';
  if (!/^[\x20-\x7e]*$/.test(name)) return "A rule name may hold printable ASCII characters only.";
  return name.trim() === name ? undefined : "A rule name may not begin or end with a space.";
}
