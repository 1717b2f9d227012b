import { isDeepStrictEqual } from "node:util";
import { firstMatches, unmatched } from "../analysis/first-matches.ts";
import { common, merged, type Region } from "../analysis/region.ts";
import { type Space, spaceOf } from "../analysis/space.ts";
import { planOf } from "../emit-plan.ts";
import type { RouterIR, RuleIR } from "../ir.ts";

/** What a policy does with some requests: the rule that decides, or nothing where it is undefined. */
export type Decision = Readonly<{ rule: RuleIR | undefined }>;

/** Requests that one rule decided about and another one does now, with another outcome. */
export type Moved = Readonly<{ from: Decision; to: Decision; region: Region }>;

export type Difference = Readonly<{
  space: Space;
  /** In the order of the old rules, then of the new ones. Regions have no request in common. */
  moved: readonly Moved[];
  /** Rules, of either policy, about which nothing can be said. */
  undecided: readonly RuleIR[];
  /** Whether these are all requests that move. */
  isWhole: boolean;
}>;

/** Every request that two policies route differently. Exact, but for the rules in `undecided`. */
export function movedRequests(before: RouterIR, after: RouterIR): Difference {
  const space = spaceOf([...before.rules, ...after.rules]);
  const old = decisions(space, before);
  const now = decisions(space, after);
  const moved = old.known.flatMap((from) =>
    now.known.flatMap((to) => {
      if (isSamePlan(from.rule, to.rule)) return [];
      const region = meet(from.region, to.region);
      return region.length === 0 ? [] : [{ from: { rule: from.rule }, to: { rule: to.rule }, region }];
    }),
  );
  const undecided = [...old.unknown, ...now.unknown];
  return { space, moved, undecided, isWhole: undecided.length === 0 && old.isWhole && now.isWhole };
}

type Decided = Decision & Readonly<{ region: Region }>;

function decisions(
  space: Space,
  { rules }: RouterIR,
): Readonly<{ known: readonly Decided[]; unknown: readonly RuleIR[]; isWhole: boolean }> {
  const matches = firstMatches(space, rules);
  const left = unmatched(space, rules);
  return {
    known: [
      ...matches.flatMap(({ rule, gets }) => (gets === undefined ? [] : [{ rule, region: gets }])),
      ...(left === undefined ? [] : [{ rule: undefined, region: left }]),
    ],
    unknown: matches.flatMap(({ rule, gets }) => (gets === undefined ? [rule] : [])),
    isWhole: left !== undefined,
  };
}

function meet(region: Region, other: Region): Region {
  const boxes = region.flatMap((box) => other.map((one) => common(box, one)).filter((both) => both !== undefined));
  return merged(boxes);
}

/** Whether two rules, whatever they are called, have the same done. */
function isSamePlan(one: RuleIR | undefined, other: RuleIR | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const name = "any";
  return isDeepStrictEqual(planOf({ ...one, name }), planOf({ ...other, name }));
}
