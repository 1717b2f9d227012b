import { firstMatches } from "../analysis/first-matches.ts";
import { spaceOf } from "../analysis/space.ts";
import type { RouterIR, RuleIR } from "../ir.ts";
import { subjectsOf } from "./subject.ts";
import { type WorstCost, worstCost } from "./worst-cost.ts";

/** What one request of each rule can cost, in file order; rules that get no request are left out. */
export function ruleCosts(ir: RouterIR): readonly Readonly<{ rule: RuleIR; cost: WorstCost }>[] {
  const space = spaceOf(ir.rules);
  return subjectsOf(ir, space, firstMatches(space, ir.rules)).map((subject) => ({
    rule: subject.rule,
    cost: worstCost(subject),
  }));
}
