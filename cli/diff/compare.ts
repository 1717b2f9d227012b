import { isDeepStrictEqual } from "node:util";
import { boundsOf } from "../../compiler/analysis/bounds.ts";
import { witnessIn, wordsOf } from "../../compiler/analysis/space.ts";
import { widened } from "../../compiler/analysis/widened.ts";
import type { Witness } from "../../compiler/analysis/witness.ts";
import { describePlan } from "../../compiler/describe.ts";
import { type Decision, type Moved, movedRequests } from "../../compiler/diff/moved-requests.ts";
import type { RouterIR } from "../../compiler/ir.ts";
import { resolveModel } from "../../compiler/resolve.ts";
import type { Route } from "../../runtime/contract.ts";
import { type Change, describeChanges } from "../describe-changes.ts";
import { type Assumptions, type Effect, effectsOf, type Side, type Sizes, sizesOf } from "./effect.ts";

/** Everything that is told of two policies. */
export type Comparison = Readonly<{
  groups: readonly Group[];
  /** Models that other upstreams serve now. */
  models: readonly Readonly<{ model: string; from: string; to: string }>[];
  /** What else differs, as the configuration says it. */
  changes: readonly Change[];
  /** Rules about which nothing can be said. */
  undecided: readonly string[];
  /** Whether the groups are all requests that move. */
  isWhole: boolean;
}>;

/** Requests that one rule decided about and another one does now. */
export type Group = Readonly<{
  from: Told;
  to: Told;
  /** Which requests: any of these conditions. */
  when: readonly string[];
  witness: Witness;
  sizes: Sizes;
  effects: readonly Effect[];
  /** What the new plan no longer does with an answer. */
  losses: readonly string[];
}>;

export type Told = Readonly<{ rule: string | undefined; plan: string; place: string | undefined }>;

/** Compares what two policies do with every request there can be. */
export function compare(before: Side, after: Side, assumed: Assumptions): Comparison {
  const { space, moved, undecided, isWhole } = movedRequests(before.ir, after.ir);
  const groups = moved.flatMap((one): readonly Group[] => {
    const witness = witnessIn(space, one.region);
    if (witness === undefined) return [];
    return [
      {
        from: told(one.from),
        to: told(one.to),
        when: widened(space, one.region).map((box) => wordsOf(space, box)),
        witness,
        sizes: sizesOf(boundsOf(space, one.region), assumed),
        effects: effectsOf(one, space, before, after, assumed),
        losses: planLosses(one),
      },
    ];
  });
  return {
    groups,
    models: resolvedOtherwise(before, after),
    changes: describeChanges(before.ir, after.ir),
    undecided: undecided.map(({ name }) => name),
    isWhole,
  };
}

/** Whether some request costs more than before, as far as prices are known. */
export function costsMore({ groups }: Comparison): boolean {
  return groups.some(({ effects }) =>
    effects.some(
      ({ costFrom, costTo }) => costFrom !== undefined && costTo !== undefined && costTo.most > costFrom.most,
    ),
  );
}

/** Whether some request is no longer checked, healed or understood as before. */
export function losesCapability({ groups }: Comparison): boolean {
  return groups.some(({ losses, effects }) => losses.length > 0 || effects.some((one) => one.losses.length > 0));
}

function told({ rule }: Decision): Told {
  if (rule === undefined) return { rule: undefined, plan: "the model that is asked for", place: undefined };
  return { rule: rule.name, plan: describePlan(rule.plan), place: rule.place };
}

function planLosses({ from, to }: Moved): readonly string[] {
  const [old, now] = [from.rule?.plan, to.rule?.plan];
  const unchecked = (old?.validate ?? []).filter((name) => now?.validate.includes(name) !== true);
  const hadChain = (old?.routes.length ?? 1) > 1 && (now?.routes.length ?? 1) === 1;
  const hadHedge = old?.hedge !== undefined && now?.hedge === undefined;
  return [
    ...unchecked.map((name) => `validation by ${name}`),
    ...(hadChain ? ["the fallback chain"] : []),
    ...(hadHedge ? ["the hedge"] : []),
  ];
}

/** What one of the two configurations names, and another upstream serves now. */
function resolvedOtherwise(before: Side, after: Side): Comparison["models"] {
  if (isDeepStrictEqual(before.ir.resolver, after.ir.resolver)) return [];
  const names = [...new Set([...namesOf(before), ...namesOf(after)])].sort();
  return names.flatMap((model) => {
    const [from, to] = [before, after].map(({ ir }) => servedBy(ir, model));
    return from === to || from === undefined || to === undefined ? [] : [{ model, from, to }];
  });
}

function namesOf({ ir, facts }: Side): readonly string[] {
  const globs = [...ir.resolver.aliases.flatMap((alias) => alias.globs), ...ir.resolver.tiers.map(({ glob }) => glob)];
  const prefixes = ir.resolver.prefixes.map(({ prefix }) => `${prefix}*`);
  return [...facts.models, ...[...globs, ...prefixes, "*"].map((glob) => glob.replace(/[*?]/g, "x"))];
}

function servedBy({ resolver }: RouterIR, model: string): string {
  const route: Route | undefined = resolveModel(resolver, model);
  return route?.offers.map((offer) => `${offer.provider}/${offer.model}`).join(" or ") ?? "nobody";
}
