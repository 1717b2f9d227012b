import type { RequestFacts } from "../../runtime/contract.ts";
import { intersect, nextBit, toBits } from "./bits.ts";
import { headerAxes, modelAxes, shapeAxis } from "./broad-axes.ts";
import { type IndexedRule, matches } from "./condition.ts";
import { fileRules } from "./filed-rules.ts";
import { numberAxis } from "./number-axis.ts";

/**
 * First-match lookup for many rules. Rules with a value that few share are looked up by it. Of the others each fact names
 * those that may match, and the sets are intersected, 32 rules at a time. What either leaves is tested in full, in order.
 * Input tokens are read only when a rule that asks for them is next in line.
 */
export function ruleIndex<P>(rules: readonly IndexedRule<P>[]): (r: RequestFacts) => P | undefined {
  const { find, broad } = fileRules(rules);
  const sought = broad.flatMap((n) => rules[n] ?? []);
  const shapes = shapeAxis(sought);
  const axes = [...modelAxes(sought), ...headerAxes(sought), ...numberAxis(sought, "max-tokens", (r) => r.maxTokens)];
  const [tokenAxis] = numberAxis(sought, "input-tokens", (r) => r.inputTokens);
  const asksTokens = sought.map(({ when }) => when.some(({ kind }) => kind === "input-tokens"));
  const possible = toBits([], sought.length);
  return (r) => {
    const filed = find(r);
    possible.set(shapes(r));
    for (const axis of axes) intersect(possible, axis(r));
    let uncounted = tokenAxis;
    let at = 0;
    let place = nextBit(possible, 0);
    for (;;) {
      const other = broad[place] ?? none;
      const n = Math.min(filed[at] ?? none, other);
      if (n === other && uncounted !== undefined && asksTokens[place]) {
        intersect(possible, uncounted(r));
        uncounted = undefined;
        place = nextBit(possible, place);
        continue;
      }
      const rule = rules[n];
      if (rule === undefined || matches(rule, r)) return rule?.plan;
      if (n === other) place = nextBit(possible, place + 1);
      else at++;
    }
  };
}

const none = Number.POSITIVE_INFINITY;
