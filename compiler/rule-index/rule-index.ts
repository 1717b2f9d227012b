import type { RequestFacts } from "../../runtime/contract.ts";
import { nextBit } from "./bits.ts";
import { holds, type IndexedRule } from "./condition.ts";
import { keyedAxes } from "./keyed-axes.ts";
import { numberAxis } from "./number-axis.ts";

/**
 * First-match lookup for many rules. Every fact names the rules that may match, the sets are intersected bit by bit, and what is
 * left is tested in full, in order. Input tokens are read only when a rule that asks for them is next in line.
 */
export function ruleIndex<P>(rules: readonly IndexedRule<P>[]): (r: RequestFacts) => P | undefined {
  const axes = [...keyedAxes(rules), ...numberAxis(rules, "max-tokens", (r) => r.maxTokens)];
  const tokenAxis = numberAxis(rules, "input-tokens", (r) => r.inputTokens);
  const asksTokens = rules.map((rule) => rule.when.some(({ kind }) => kind === "input-tokens"));
  const candidates = new Int32Array(Math.ceil(rules.length / 32));
  return (r) => {
    candidates.fill(-1);
    for (const narrow of axes) narrow(r, candidates);
    let counted = false;
    let n = nextBit(candidates, 0);
    while (n < rules.length) {
      if (asksTokens[n] && !counted) {
        counted = true;
        for (const narrow of tokenAxis) narrow(r, candidates);
        n = nextBit(candidates, n);
        continue;
      }
      const rule = rules[n];
      if (rule?.when.every((condition) => holds(condition, r))) return rule.plan;
      n = nextBit(candidates, n + 1);
    }
    return undefined;
  };
}
