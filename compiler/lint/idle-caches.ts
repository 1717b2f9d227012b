import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { count } from "./count.ts";
import { type KnownOffer, named, type Subject, witnessOfRule } from "./subject.ts";
import { surfaceAt } from "./surface-at.ts";

/** Models count otherwise than the estimate that rules compare with; twice as many is beyond all doubt. */
const margin = 2;

/**
 * AR344: `[translation] auto_cache` asks for prompts to be cached that are all too short for that. Images count as well, and
 * are in no estimate, so only rules without them are looked at.
 */
export function idleCaches(subject: Subject): readonly Diagnostic[] {
  const { ir, rule, bounds, stops } = subject;
  const { max } = bounds.inputTokens;
  if (!ir.catalog.translation.autoCache || bounds.hasImage.includes(true)) return [];
  const isIdle = (known: KnownOffer) => (known.can.minCacheTokens ?? 0) > max * margin && isMarked(subject, known);
  return stops.flatMap((stop) => {
    const least = Math.min(...stop.offers.map(({ can }) => can.minCacheTokens ?? 0));
    if (!stop.offers.every(isIdle)) return [];
    const message = `${named(rule)} sends prompts of at most ${count(max)} tokens to ${stop.words}, which caches none under ${count(least)}: auto_cache does nothing for them.`;
    const hint = "Raise the bound of the rule, or turn auto_cache off.";
    return [diagnostic("AR344", stop.span, message, { hint, witness: witnessOfRule(subject) })];
  });
}

/** Marks are set where a request is translated to the Messages API; its own clients set theirs themselves. */
function isMarked({ ir, bounds }: Subject, { offer }: KnownOffer): boolean {
  const provider = ir.catalog.providers[offer.provider];
  return bounds.endpoints.some(
    (endpoint) =>
      endpoint !== "messages" &&
      provider &&
      surfaceAt(provider, endpoint, offer.model)?.format === "anthropic-messages",
  );
}
