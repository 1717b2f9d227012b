import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { type Subject, sameRoute } from "./subject.ts";

/** AR303: asking the model that has just failed again is skipped when the chain is walked, by whatever name it goes. */
export function repeatedModels({ rule, stops }: Subject): readonly Diagnostic[] {
  return rule.plan.routes.flatMap((route, at) => {
    const before = rule.plan.routes[at - 1];
    const span = stops[at]?.span ?? rule.span;
    if (before === undefined || !sameRoute(before, route)) return [];
    const [name, other] = [route.model, before.model].map((model) => JSON.stringify(model));
    const what = name === other ? "follows itself in the chain" : `is ${other} by another name, which comes before it`;
    return [diagnostic("AR303", span, `${name} ${what}; the second attempt is skipped.`, { hint: "Remove it." })];
  });
}
