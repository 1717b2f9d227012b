import type { Offer } from "../contract.ts";
import { usd } from "../money/usd.ts";
import type { RankingAsk } from "./rank-offers-ask.ts";

/** Why the request's preferences forbid an offer, as a sentence; undefined when they do not. */
export function whyExcluded(offer: Offer, ask: RankingAsk): string | undefined {
  for (const rule of rules) {
    const why = rule(offer, ask);
    if (why !== undefined) return why;
  }
  return undefined;
}

type Rule = (offer: Offer, ask: RankingAsk) => string | undefined;

const rules: readonly Rule[] = [
  outsideOnly,
  ignored,
  behindOrder,
  retaining,
  collecting,
  quantization,
  price,
  paid,
  parameters,
];

function outsideOnly({ provider }: Offer, { preferences: { only } }: RankingAsk): string | undefined {
  if (only === undefined || only.includes(provider)) return undefined;
  return `The request allows only ${only.join(", ")}.`;
}

function ignored({ provider }: Offer, { preferences: { ignore } }: RankingAsk): string | undefined {
  return ignore?.includes(provider) ? `The request ignores ${provider}.` : undefined;
}

function behindOrder({ provider }: Offer, { preferences: { order, allowFallbacks } }: RankingAsk): string | undefined {
  if (allowFallbacks || order === undefined || order.includes(provider)) return undefined;
  return `The request allows no fallbacks beyond its order: ${order.join(", ")}.`;
}

function retaining({ provider }: Offer, { preferences, providers }: RankingAsk): string | undefined {
  if (!preferences.zdr || providers[provider]?.zdr === true) return undefined;
  return `The request asks for zero data retention, and ${provider} is not marked zdr.`;
}

function collecting({ provider }: Offer, { preferences, providers }: RankingAsk): string | undefined {
  if (preferences.dataCollection === "allow" || providers[provider]?.collectsData === false) return undefined;
  return `The request denies data collection, and ${provider} may keep or learn from what it is sent.`;
}

/** An offer that does not say is `unknown`, which a request may list as well. */
function quantization({ quantization = "unknown" }: Offer, { preferences }: RankingAsk): string | undefined {
  const { quantizations } = preferences;
  if (quantizations === undefined || quantizations.includes(quantization)) return undefined;
  return `The request allows quantizations ${quantizations.join(", ")}; this one is ${quantization}.`;
}

/** A price nobody knows is not below any limit. */
function price(offer: Offer, { preferences: { maxPrice }, priceOf }: RankingAsk): string | undefined {
  if (maxPrice?.input === undefined && maxPrice?.output === undefined) return undefined;
  const price = priceOf(offer);
  if (price === undefined) return "The request limits the price, and the price of this one is not known.";
  return overPrice("prompt", price.input, maxPrice.input) ?? overPrice("completion", price.output, maxPrice.output);
}

/** Both in nano-USD per million tokens. */
function overPrice(part: string, rate: number, limit: number | undefined): string | undefined {
  if (limit === undefined || rate <= limit) return undefined;
  return `Its ${part} price, $${usd(rate)} per million tokens, is above the request's $${usd(limit)}.`;
}

function paid(offer: Offer, { preferences, priceOf }: RankingAsk): string | undefined {
  if (!preferences.free) return undefined;
  const price = priceOf(offer);
  if (price === undefined) return "The request asks for free offers, and the price of this one is not known.";
  if (price.input === 0 && price.output === 0) return undefined;
  return `The request asks for free offers; this one costs $${usd(price.input)}/$${usd(price.output)} per million tokens.`;
}

/** An offer that lists no parameters gets all of them when it speaks the client's format, as the bytes pass unchanged. */
function parameters({ provider, supports }: Offer, ask: RankingAsk): string | undefined {
  if (!ask.preferences.requireParameters) return undefined;
  if (supports !== undefined) {
    const missing = ask.usedParameters.filter((parameter) => !supports.includes(parameter));
    return missing.length === 0 ? undefined : `It does not support ${missing.join(", ")}.`;
  }
  if (ask.usedParameters.length === 0 || ask.providers[provider]?.format === ask.clientFormat) return undefined;
  return `It speaks another format than the request and does not say whether it supports ${ask.usedParameters.join(", ")}.`;
}
