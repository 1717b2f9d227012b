import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { named, type Subject, witnessOfRule } from "./subject.ts";

/** AR323: a model that sees no images, for requests all of which hold one. */
export function modelsWithoutImages(subject: Subject): readonly Diagnostic[] {
  const { rule, bounds, stops } = subject;
  if (bounds.hasImage.includes(false)) return [];
  return stops.flatMap((stop) => {
    if (!stop.offers.every(({ can }) => can.images === false)) return [];
    const message = `${named(rule)} sends images to ${stop.words}, which sees none.`;
    const hint = "Name a model that sees images.";
    return [diagnostic("AR323", stop.span, message, { hint, witness: witnessOfRule(subject) })];
  });
}
