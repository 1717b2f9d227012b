import { type FirstMatch, weightOf } from "../analysis/first-matches.ts";
import { subtract, within, without } from "../analysis/region.ts";
import type { Space } from "../analysis/space.ts";
import { describeCondition } from "../describe.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";

/** Boxes compared for one condition, and for all of those of a policy with few constants. */
const maxSteps = 5000;
const maxWork = 200_000;

/**
 * AR310 and AR317: conditions without which a rule would get the very same requests, as its other conditions say so already
 * (AR310), or because earlier rules take everything that the condition keeps out (AR317). Of long policies AR317 is told as
 * far as it was found out with reasonable work.
 */
export function redundantConditions(space: Space, matches: readonly FirstMatch[]): readonly Diagnostic[] {
  let left = maxWork / weightOf(space);
  return matches.flatMap(({ rule, gets, box }, index) => {
    if (gets === undefined || gets.length === 0) return [];
    return rule.when.flatMap((condition, position) => {
      const wider = { ...rule, when: rule.when.filter((_, at) => at !== position) };
      const added = without(within(space.universe, space.boxOf(wider)), box);
      const span = rule.whenSpans?.[position] ?? rule.span;
      const what = `The condition ${JSON.stringify(describeCondition(condition))} of rule ${JSON.stringify(rule.name)} changes nothing: `;
      if (added.length === 0) {
        return [diagnostic("AR310", span, `${what}it holds for every request that meets the others.`, { hint })];
      }
      if (left <= 0) return [];
      const earlier = matches.slice(0, index).filter((one) => !space.open.has(one.rule));
      const taken = subtract(
        added,
        earlier.map((one) => one.box),
        maxSteps,
      );
      left -= taken.steps;
      if (taken.left?.length !== 0) return [];
      const related = taken.takers.slice(0, maxNamed).flatMap((at) => relatedRule(earlier[at]));
      return [diagnostic("AR317", span, `${what}earlier rules take every request that it keeps out.`, { related })];
    });
  });
}

const maxNamed = 3;
const hint = "Remove it, or correct it: it says less than it seems to.";

function relatedRule(match: FirstMatch | undefined): NonNullable<Diagnostic["related"]> {
  return match === undefined ? [] : [{ message: `Rule ${JSON.stringify(match.rule.name)}.`, span: match.rule.span }];
}
