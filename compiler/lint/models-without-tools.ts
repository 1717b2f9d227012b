import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { named, type Subject, witnessOfRule } from "./subject.ts";

/** AR322: a model that calls no tools, for requests all of which have some. */
export function modelsWithoutTools(subject: Subject): readonly Diagnostic[] {
  const { rule, bounds, stops } = subject;
  if (bounds.hasTools.includes(false)) return [];
  return stops.flatMap((stop) => {
    if (!stop.offers.every(({ can }) => can.tools === false)) return [];
    const message = `${named(rule)} sends requests with tools to ${stop.words}, which calls none.`;
    const hint = "Name a model that calls tools.";
    return [diagnostic("AR322", stop.span, message, { hint, witness: witnessOfRule(subject) })];
  });
}
