import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { named, type Subject, sameRoute, targets } from "./subject.ts";

/** AR316: a chain that comes back to a model that has failed already, after others. */
export function returningChains(subject: Subject): readonly Diagnostic[] {
  const { rule, stops } = subject;
  const { routes } = rule.plan;
  return routes.flatMap((route, at) => {
    const [before] = routes.slice(at - 1, at);
    const first = routes.slice(0, at).findIndex((one) => sameTargets(targets(one), targets(route)));
    if (first < 0 || (before !== undefined && sameRoute(before, route))) return [];
    const name = JSON.stringify(route.model);
    const message = `${named(rule)} comes back to ${name}, which has failed by then.`;
    const related = [{ message: "Asked here for the first time.", span: stops[first]?.span ?? rule.span }];
    return [diagnostic("AR316", stops[at]?.span ?? rule.span, message, { hint: "Remove it.", related })];
  });
}

function sameTargets(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((target) => b.includes(target));
}
