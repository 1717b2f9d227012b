import type { Endpoint } from "../../runtime/contract.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { type KnownOffer, named, type Subject, witnessOfRule } from "./subject.ts";
import { surfaceAt } from "./surface-at.ts";

/**
 * AR324: a model that does not hold its answers to a schema, or to JSON, for requests all of which ask for that. Not told of
 * rules that check the answer themselves, as they count on mistakes.
 */
export function modelsWithoutStructure(subject: Subject): readonly Diagnostic[] {
  const { rule, bounds, stops } = subject;
  const { responseFormats: formats, endpoints } = bounds;
  if (formats === "any" || formats.length === 0 || rule.plan.validate.length > 0) return [];
  const isBeyond = ({ offer, can }: KnownOffer) =>
    formats.every((format) => {
      if (format === "json_schema")
        return can.jsonSchema === false && !endpoints.some((one) => isForced(subject, offer, one));
      return format === "json_object" && can.jsonObject === false;
    });
  const what = formats.length === 1 ? formats[0] : "JSON";
  return stops.flatMap((stop) => {
    if (!stop.offers.every(isBeyond)) return [];
    const message = `${named(rule)} sends requests for ${what} to ${stop.words}, which does not hold its answers to that.`;
    const hint = 'Name another model, or add validate: ["json_schema"] and a fallback_chain.';
    return [diagnostic("AR324", stop.span, message, { hint, witness: witnessOfRule(subject) })];
  });
}

/** Requests that are translated to the Messages API can have a tool that must be called instead of a schema. */
function isForced({ ir }: Subject, { provider, model }: KnownOffer["offer"], endpoint: Endpoint): boolean {
  const known = ir.catalog.providers[provider];
  const surface = known && surfaceAt(known, endpoint, model);
  return surface?.format === "anthropic-messages" && endpoint !== "messages";
}
