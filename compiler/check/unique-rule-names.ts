import type { Rule } from "../check.ts";
import { diagnostic } from "../diagnostics.ts";
import { spanAt } from "../node.ts";

/** A rule's name labels metrics and responses, so it means one rule. */
export const uniqueRuleNames: Rule = ({ policies }) => {
  if (policies === undefined) return [];
  const first = new Map<string, number>();
  return policies.value.rules.flatMap(({ name }, index) => {
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, index);
      return [];
    }
    const span = spanAt(policies.root, ["rules", index, "name"]);
    const related = [{ message: "First used here.", span: spanAt(policies.root, ["rules", earlier, "name"]) }];
    return [diagnostic("AR201", span, `Two rules are named ${JSON.stringify(name)}.`, { related })];
  });
};
