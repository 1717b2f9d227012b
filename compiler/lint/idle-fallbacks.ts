import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { named, type Subject, sameRoute, witnessOfRule } from "./subject.ts";

/**
 * AR312: a chain that nothing of the rule can start. It is walked when an answer fails a check, or, with
 * `fallback_on: [error]`, when all that serves a model has failed. A request's own headers can start it all the same.
 */
export function idleFallbacks(subject: Subject): readonly Diagnostic[] {
  const { ir, rule } = subject;
  const { routes, validate, fallbackOn = ["validation"] } = rule.plan;
  if (routes.every((route) => sameRoute(route, routes[0])) || fallbackOn.includes("error")) return [];
  const span = rule.thenSpans?.chain ?? rule.span;
  const witness = witnessOfRule(subject);
  if (validate.length === 0) {
    const message = `${named(rule)} never goes on to its chain: it has no check that could fail, and fallback_on does not name errors.`;
    const hint = "Add fallback_on: [error], or a check to validate.";
    return [diagnostic("AR312", span, message, { hint, witness })];
  }
  if (ir.catalog.failover.maxAttempts > 1) return [];
  const message = `${named(rule)} never goes on to its chain: [failover] max_attempts = 1 is used up by the answer that fails a check.`;
  return [diagnostic("AR312", span, message, { hint: "Raise max_attempts.", witness })];
}
