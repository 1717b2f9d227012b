import type { Plan } from "../runtime/contract.ts";
import type { RuleIR } from "./ir.ts";

/** The plan a matched rule hands to the runtime. */
export function planOf(rule: RuleIR): Plan {
  const { targets, validate, hedge } = rule.plan;
  return { rule: rule.name, targets, validate, ...(hedge === undefined ? {} : { hedge }) };
}
