import { bit } from "../../compiler/analysis/axis.ts";
import { type Bounds, boundsOf } from "../../compiler/analysis/bounds.ts";
import { knownModels } from "../../compiler/analysis/known-models.ts";
import type { Space } from "../../compiler/analysis/space.ts";
import { capabilitiesOf } from "../../compiler/catalogue/capabilities-of.ts";
import type { Understood } from "../../compiler/compile.ts";
import type { Decision, Moved } from "../../compiler/diff/moved-requests.ts";
import { interpretPrice } from "../../compiler/interpret-price.ts";
import type { RouterIR } from "../../compiler/ir.ts";
import { resolveModel } from "../../compiler/resolve.ts";
import type { Offer } from "../../runtime/contract.ts";
import { offerPrice } from "../../runtime/money/offer-price.ts";
import { ratesAt } from "../../runtime/money/rates-at.ts";

/** One of the two policies that are compared. */
export type Side = Pick<Understood, "ir" | "facts">;

/** What is assumed of a request where the policy says nothing about it, in tokens; and the time since 1970 at which prices hold. */
export type Assumptions = Readonly<{ inputTokens: number; outputTokens: number; epochMs: number }>;

/** What becomes of the requests for one model: who answered first, who does now, and what a thousand requests cost. */
export type Effect = Readonly<{
  /** The model that is asked for. */
  asked: string;
  from: Offer | undefined;
  to: Offer | undefined;
  /** Nano-USD of 1,000 requests, for the fewest and the most input tokens; undefined where a price is not known. */
  costFrom: Ends | undefined;
  costTo: Ends | undefined;
  /** What the new model cannot do that the old one could, and some of these requests ask for. */
  losses: readonly string[];
}>;

export type Ends = Readonly<{ least: number; most: number }>;

/** How many tokens the requests of a region have, as far as that is known or assumed. */
export type Sizes = Readonly<{ inputLeast: number; inputMost: number; output: number }>;

export function sizesOf(bounds: Bounds, assumed: Assumptions): Sizes {
  const { min, max } = bounds.inputTokens;
  const isBounded = Number.isFinite(max);
  const { unset, range } = bounds.maxTokens;
  const limit = unset || range === undefined ? Number.POSITIVE_INFINITY : range.max;
  return {
    inputLeast: isBounded ? min : Math.max(min, assumed.inputTokens),
    inputMost: isBounded ? max : Math.max(min, assumed.inputTokens),
    output: Math.min(assumed.outputTokens, limit),
  };
}

/** What moving does to requests for each model of interest: those that rules name, else those that people know. */
export function effectsOf(
  moved: Moved,
  space: Space,
  before: Side,
  after: Side,
  assumed: Assumptions,
): readonly Effect[] {
  const bounds = boundsOf(space, moved.region);
  const sizes = sizesOf(bounds, assumed);
  const effects = askedModels(moved, space, bounds, before, after).flatMap((asked): readonly Effect[] => {
    const from = firstOffer(moved.from, asked, before.ir);
    const to = firstOffer(moved.to, asked, after.ir);
    const costFrom = from && costOf(from, before.ir, sizes, assumed.epochMs);
    const costTo = to && costOf(to, after.ir, sizes, assumed.epochMs);
    // A well-known name that this provider does not have.
    const isForeign = costFrom === undefined && (moved.from.rule === undefined || moved.to.rule === undefined);
    if (isForeign && !before.facts.models.includes(asked)) return [];
    return [
      {
        asked,
        from,
        to,
        costFrom,
        costTo,
        losses: from && to ? losses(from, to, before.ir, after.ir, bounds) : [],
      },
    ];
  });
  // Where both rules name a model, it is the same for whatever was asked.
  const isFixed = moved.from.rule !== undefined && moved.to.rule !== undefined;
  return isFixed ? effects.slice(0, 1) : effects;
}

function askedModels(
  { region }: Moved,
  space: Space,
  { models }: Bounds,
  before: Side,
  after: Side,
): readonly string[] {
  if (models !== "any") return models;
  const candidates = [...new Set([...knownModels, ...before.facts.models, ...after.facts.models])];
  const at = space.axes.findIndex(({ name }) => name === "the model");
  const cellOf = space.axes[at]?.cellOf;
  if (cellOf === undefined) return candidates;
  const cells = region.reduce((all, box) => all | (box[at] ?? 0n), 0n);
  return candidates.filter((model) => (cells & bit(cellOf(model))) !== 0n);
}

/** Who is asked first. */
function firstOffer({ rule }: Decision, asked: string, { resolver }: RouterIR): Offer | undefined {
  return (rule?.plan.routes[0] ?? resolveModel(resolver, asked))?.offers[0];
}

/** Nano-USD of a thousand requests that are answered at the first attempt. */
function costOf(
  offer: Offer,
  ir: RouterIR,
  { inputLeast, inputMost, output }: Sizes,
  epochMs: number,
): Ends | undefined {
  const price = offerPrice(
    offer,
    { priceOf: (provider, model, at) => interpretPrice(ir, provider, model, at) },
    epochMs,
  );
  if (price === undefined) return undefined;
  const each = (input: number) => {
    const rates = ratesAt(price, input);
    return Math.round((1000 * (input * rates.input + output * rates.output)) / 1e6) + 1000 * (price.request ?? 0);
  };
  return { least: each(inputLeast), most: each(inputMost) };
}

function losses(from: Offer, to: Offer, before: RouterIR, after: RouterIR, bounds: Bounds): readonly string[] {
  const old = capabilitiesOf(before, from);
  const now = capabilitiesOf(after, to);
  const isOutsized =
    old.contextTokens !== undefined &&
    now.contextTokens !== undefined &&
    now.contextTokens < old.contextTokens &&
    bounds.inputTokens.max >= now.contextTokens;
  const asksFormat = (format: string) => bounds.responseFormats === "any" || bounds.responseFormats.includes(format);
  return [
    ...(old.tools !== false && now.tools === false && bounds.hasTools.includes(true) ? ["tools"] : []),
    ...(old.images !== false && now.images === false && bounds.hasImage.includes(true) ? ["images"] : []),
    ...(old.jsonSchema === true && now.jsonSchema === false && asksFormat("json_schema") ? ["structured output"] : []),
    ...(isOutsized ? [`a context of ${now.contextTokens} tokens instead of ${old.contextTokens}`] : []),
  ];
}
