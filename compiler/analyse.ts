import type { Route } from "../runtime/contract.ts";
import { firstMatches } from "./analysis/first-matches.ts";
import { spaceOf } from "./analysis/space.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { ConditionIR, RouterIR } from "./ir.ts";
import { findings } from "./lint.ts";
import { modelName } from "./resolve.ts";

/** What the emitter and the runtime need to know about all rules together. */
export type Analysis = Readonly<{
  /** Numbers of input tokens at which the answer to a condition changes, rising; empty when none asks. */
  tokenBounds: readonly number[];
  /** Every model name that rules and configuration mention, as clients may write it, tier keywords included; sorted. */
  models: readonly string[];
  /** Providers that neither a rule nor a plain model name leads to, only `<provider>/<model>`; sorted. */
  unusedProviders: readonly string[];
}>;

/** What is asked of the analysis beside the usual. */
export type AnalyseOptions = Readonly<{
  /** Tells of every two rules that hold for the same requests. */
  overlaps?: boolean | undefined;
}>;

/** Findings about what the rules do together, and facts about the whole. */
export function analyse(
  ir: RouterIR,
  { overlaps = false }: AnalyseOptions = {},
): Readonly<{ warnings: readonly Diagnostic[]; facts: Analysis }> {
  const space = spaceOf(ir.rules);
  const matches = firstMatches(space, ir.rules);
  return {
    warnings: findings(ir, space, matches, { overlaps }),
    facts: { tokenBounds: tokenBounds(ir), models: models(ir), unusedProviders: unusedProviders(ir) },
  };
}

function conditions(ir: RouterIR): readonly ConditionIR[] {
  return ir.rules.flatMap((rule) => rule.when);
}

function routes(ir: RouterIR): readonly Route[] {
  return ir.rules.flatMap(({ plan }) => [...plan.routes, ...(plan.hedge === undefined ? [] : [plan.hedge.route])]);
}

function tokenBounds(ir: RouterIR): readonly number[] {
  const bounds = conditions(ir).flatMap((one) => {
    if (one.kind !== "input-tokens") return [];
    return [one.op === "<" || one.op === ">=" ? one.value : one.value + 1];
  });
  return [...new Set(bounds)].sort((a, b) => a - b);
}

function models(ir: RouterIR): readonly string[] {
  const asked = conditions(ir).flatMap((one) => (one.kind === "model-in" ? one.models : []));
  const listed = ir.providers.flatMap(({ id, models = [] }) => models.map((model) => ({ provider: id, model })));
  const configured = ir.resolver.models.map(({ model }) => model);
  const keywords = ir.resolver.tiers.map(({ keyword }) => keyword).filter((keyword) => !/[*?]/.test(keyword));
  const planned = routes(ir).filter(({ model }) => !configured.includes(model));
  const served = [...planned.map(({ offers }) => offers[0]), ...listed].map((one) => modelName(ir.resolver, one));
  return [...new Set([...asked, ...configured, ...keywords, ...served])].sort();
}

function unusedProviders(ir: RouterIR): readonly string[] {
  const used = new Set([
    ...[...routes(ir), ...ir.resolver.models].flatMap(({ offers }) => offers.map(({ provider }) => provider)),
    ...[...ir.resolver.aliases, ...ir.resolver.tiers].map(({ offer }) => offer.provider),
    ...ir.resolver.prefixes.map((prefix) => prefix.provider),
    ir.resolver.defaultProvider,
  ]);
  return ir.resolver.providerIds.filter((id) => !used.has(id));
}
