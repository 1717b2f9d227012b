import type { Price } from "../../runtime/contract.ts";
import type { ModelCapabilities } from "../catalogue/model-capabilities.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { resolveModel } from "../resolve.ts";
import { type KnownOffer, named, type Subject, witnessOfRule } from "./subject.ts";

/**
 * AR333: a model that costs more than each of those that the rule's requests name. Only where the rule names them one by one,
 * all prices are known, the dearer model is so in input and output alike, and each of the others could serve the requests.
 */
export function dearerRewrites(subject: Subject): readonly Diagnostic[] {
  const { rule, bounds, stops, ir, know } = subject;
  const [stop] = stops;
  if (stop === undefined || bounds.models === "any" || bounds.models.length === 0) return [];
  const asked = bounds.models.map((name) => resolveModel(ir.resolver, name)?.offers.map(know));
  const isDearer = asked.every((offers) =>
    offers?.every((one) => canServe(subject, one.can) && stop.offers.every((offer) => costsMore(offer, one))),
  );
  if (!isDearer) return [];
  const [first] = bounds.models;
  const than = bounds.models.length === 1 ? JSON.stringify(first) : "each of the models it is for";
  const message = `${named(rule)} sends requests to ${stop.words}, which costs more than ${than}.`;
  const hint = "Leave such requests where they are, or name a cheaper model.";
  return [diagnostic("AR333", stop.span, message, { hint, witness: witnessOfRule(subject) })];
}

function costsMore({ prices: dear }: KnownOffer, { prices: cheap }: KnownOffer): boolean {
  return dear.length > 0 && cheap.length > 0 && dear.every((one) => cheap.every((other) => isAbove(one, other)));
}

/** Prices that depend on the length of the prompt are not compared. */
function isAbove(dear: Price, cheap: Price): boolean {
  if (dear.tiers !== undefined || cheap.tiers !== undefined) return false;
  return (
    dear.input >= cheap.input && dear.output >= cheap.output && dear.input + dear.output > cheap.input + cheap.output
  );
}

/** A rule may well move what a model cannot do. */
function canServe({ bounds }: Subject, can: ModelCapabilities): boolean {
  const { contextTokens = 0, maxOutputTokens = 0, tools, images, jsonSchema, answers } = can;
  const isLong = bounds.inputTokens.max > contextTokens && bounds.inputTokens.min > 0;
  const isWide = !bounds.maxTokens.unset && (bounds.maxTokens.range?.max ?? 0) > maxOutputTokens;
  const asksFor = (facts: readonly boolean[]) => !facts.includes(false);
  const isStructured = bounds.responseFormats !== "any" && bounds.responseFormats.includes("json_schema");
  return !(
    isLong ||
    isWide ||
    (asksFor(bounds.hasTools) && tools !== true) ||
    (asksFor(bounds.hasImage) && images !== true) ||
    (isStructured && jsonSchema !== true) ||
    answers === false
  );
}
