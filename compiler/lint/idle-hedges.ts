import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { named, type Subject, witnessOfRule } from "./subject.ts";

/**
 * AR314: a hedge that never runs beside the first call. Streams are hedged like all else, so only the number of attempts can
 * keep it from that.
 */
export function idleHedges(subject: Subject): readonly Diagnostic[] {
  const { ir, rule } = subject;
  if (rule.plan.hedge === undefined || ir.catalog.failover.maxAttempts > 1) return [];
  const message = `${named(rule)} never hedges: [failover] max_attempts = 1 is used up by the first call.`;
  const span = rule.thenSpans?.hedge ?? rule.span;
  return [diagnostic("AR314", span, message, { hint: "Raise max_attempts.", witness: witnessOfRule(subject) })];
}
