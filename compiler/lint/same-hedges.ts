import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { named, type Subject, targets, witnessOfRule } from "./subject.ts";

/** AR315: a hedge with the only upstream of the first model: whatever slows the one call down slows the other one down. */
export function sameHedges(subject: Subject): readonly Diagnostic[] {
  const { rule } = subject;
  const { hedge, routes } = rule.plan;
  if (hedge === undefined) return [];
  const upstreams = new Set([...targets(routes[0]), ...targets(hedge.route)]);
  const [only, ...others] = upstreams;
  if (others.length > 0) return [];
  const message = `${named(rule)} hedges ${only} with itself: both calls go to the same model of the same provider.`;
  const hint = "Name another model, or one that another provider serves, too.";
  return [diagnostic("AR315", rule.thenSpans?.hedge ?? rule.span, message, { hint, witness: witnessOfRule(subject) })];
}
