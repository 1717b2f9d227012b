import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { count } from "./count.ts";
import { largest } from "./largest.ts";
import { named, type Subject, witnessOfRule } from "./subject.ts";

/** AR325: a model that gives fewer tokens than all of the rule's requests set as their limit. */
export function outputLimits(subject: Subject): readonly Diagnostic[] {
  const { rule, bounds, stops } = subject;
  const { unset, range } = bounds.maxTokens;
  if (unset || range === undefined) return [];
  return stops.flatMap((stop) => {
    const most = largest(stop.offers.map(({ can }) => can.maxOutputTokens));
    if (most === undefined || range.min <= most) return [];
    const message = `${named(rule)} sends requests with a limit of ${count(range.min)} output tokens and more to ${stop.words}, which gives ${count(most)} at most.`;
    const hint = "Name a model that gives more.";
    return [diagnostic("AR325", stop.span, message, { hint, witness: witnessOfRule(subject) })];
  });
}
