import type { Plan } from "../runtime/contract.ts";
import type { RuleIR } from "./ir.ts";

/** The plan a matched rule hands to the runtime. */
export function planOf(rule: RuleIR): Plan {
  const { routes, validate, fallbackOn, hedge } = rule.plan;
  return {
    rule: rule.name,
    routes,
    validate,
    ...(fallbackOn === undefined ? {} : { fallbackOn }),
    ...(hedge === undefined ? {} : { hedge }),
  };
}
