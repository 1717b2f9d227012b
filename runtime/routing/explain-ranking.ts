import type { Offer, Price, Route, Strategy } from "../contract.ts";
import { usd } from "../money/usd.ts";
import { type Ranking, rankOffers, takesTurns } from "./rank-offers.ts";
import type { RankingAsk } from "./rank-offers-ask.ts";
import { criteriaOf, firstDifference } from "./rank-offers-criteria.ts";

/** A ranking with its reasons, as JSON of the dry run. Prices are decimal USD per million tokens; null is not known. */
export type RankingExplanation = Readonly<{
  model: string;
  strategy: Strategy;
  /** Tokens per second below which `weight_tps` calls an offer slow. */
  min_tps: number;
  /** What the request is sorted by instead of the strategy. */
  sort: string | null;
  /** In the order they are tried, then those that are not. */
  offers: readonly ExplainedOffer[];
}>;

export type ExplainedOffer = Readonly<{
  /** From 1; null when the offer is not tried. */
  place: number | null;
  provider: string;
  model: string;
  priority: number;
  weight: number;
  price: Readonly<{ prompt: string; completion: string; from: Price["from"] }> | null;
  tps: number | null;
  latency_ms: number | null;
  why: string;
}>;

/** Tells what `rankOffers` decides for the same input, and why each offer stands where it stands. */
export function explainRanking(route: Route, ask: RankingAsk): RankingExplanation {
  const ranking = rankOffers(route, ask);
  return {
    model: route.model,
    strategy: ask.strategy,
    min_tps: ask.minTps,
    sort: ask.preferences.sort ?? null,
    offers: [
      ...ranking.offers.map((offer, index) => facts(offer, index + 1, whyThere(ranking, index, ask), ask)),
      ...ranking.dropped.map(({ offer, why }) => facts(offer, null, why, ask)),
    ],
  };
}

function facts(offer: Offer, place: number | null, why: string, { live, priceOf }: RankingAsk): ExplainedOffer {
  const { provider, model, priority = 0, weight = 1 } = offer;
  const price = priceOf(offer);
  return {
    place,
    provider,
    model,
    priority,
    weight,
    price: price === undefined ? null : { prompt: usd(price.input), completion: usd(price.output), from: price.from },
    tps: live.tps(provider, model) ?? null,
    latency_ms: live.latencyMs(provider, model) ?? null,
    why,
  };
}

/** The first offer is compared with the second, every other one with the one before it. */
function whyThere({ offers }: Ranking, index: number, ask: RankingAsk): string {
  const offer = offers[index];
  const neighbour = offers[index === 0 ? 1 : index - 1];
  if (offer === undefined || neighbour === undefined) return "The only one.";
  const difference = firstDifference(criteriaOf(ask), offer, neighbour, ask);
  if (difference === undefined) {
    return takesTurns(ask) ? "They take turns." : "Equal; the configuration's order decides.";
  }
  const reason = difference.say(offer, ask);
  const other = difference.say(neighbour, ask);
  const sentence = index === 0 ? `${reason}; the next: ${other}.` : `${reason}; the one before: ${other}.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
