import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import type { Subject } from "./subject.ts";

/** AR341: upstream models of which neither the configuration nor the catalogue knows the price or the context window; each once. */
export function uncataloguedModels(subjects: readonly Subject[]): readonly Diagnostic[] {
  const told = new Set<string>();
  return subjects.flatMap(({ ir, stops }) =>
    stops.flatMap(({ offers, span }) =>
      offers.flatMap(({ offer, can, prices }) => {
        const target = `${offer.provider}/${offer.model}`;
        if (told.has(target)) return [];
        told.add(target);
        if (prices.length > 0 || can.contextTokens !== undefined) return [];
        const isListed = ir.prices.some(({ providers }) => providers.includes(offer.provider));
        const what = isListed
          ? `The catalogue does not have the model ${JSON.stringify(target)}`
          : `The catalogue does not have the provider ${JSON.stringify(offer.provider)} of ${JSON.stringify(target)}`;
        const message = `${what}, so its price and its limits are not known.`;
        return [diagnostic("AR341", span, message, { hint: "Say its price and context in [[models]]." })];
      }),
    ),
  );
}
