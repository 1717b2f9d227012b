import type { Offer, Route } from "../contract.ts";
import { defaultPreferences } from "./preferences.ts";
import type { RankingAsk } from "./rank-offers-ask.ts";
import { criteriaOf, firstDifference, isSlow } from "./rank-offers-criteria.ts";
import { whyExcluded } from "./rank-offers-exclusion.ts";

/** Every offer of a route is in exactly one of the two. */
export type Ranking = Readonly<{
  /** The best first; empty when the request's preferences leave none. */
  offers: readonly Offer[];
  dropped: readonly Dropped[];
}>;

/** `why` is a sentence for people. */
export type Dropped = Readonly<{ offer: Offer; why: string }>;

const noneDropped: readonly Dropped[] = [];

/**
 * Which offers of a route may serve one request, and in which order they are tried. Pure, and stable: offers that tie
 * keep the order the route has from the configuration.
 */
export function rankOffers(route: Route, ask: RankingAsk): Ranking {
  if (route.offers.length === 1 && ask.preferences === defaultPreferences) {
    return { offers: route.offers, dropped: noneDropped };
  }
  const dropped: Dropped[] = [];
  /** The offers there is nothing against; the others are noted. */
  function without(offers: readonly Offer[], why: (offer: Offer) => string | undefined): readonly Offer[] {
    return offers.filter((offer) => {
      const reason = why(offer);
      if (reason !== undefined) dropped.push({ offer, why: reason });
      return reason === undefined;
    });
  }
  const allowed = without(route.offers, (offer) => whyExcluded(offer, ask));
  const fast = excludesSlow(allowed, ask) ? without(allowed, (offer) => whySlow(offer, ask)) : allowed;
  const ranked = rank(fast, ask);
  const [best] = ranked;
  if (best === undefined || ask.preferences.allowFallbacks || ask.preferences.order !== undefined) {
    return { offers: ranked, dropped };
  }
  const why = `The request allows no fallbacks, and ${best.provider}/${best.model} is the best.`;
  return { offers: without(ranked, (offer) => (offer === best ? undefined : why)), dropped };
}

/** Whether offers of the same rank are tried in turns. */
export function takesTurns(ask: RankingAsk): boolean {
  return ask.strategy === "round_robin" && ask.preferences.sort === undefined;
}

function rank(offers: readonly Offer[], ask: RankingAsk): readonly Offer[] {
  const criteria = criteriaOf(ask);
  const sorted = offers.toSorted((a, b) => {
    const difference = firstDifference(criteria, a, b, ask);
    if (difference === undefined) return 0;
    return difference.key(a, ask) < difference.key(b, ask) ? -1 : 1;
  });
  if (!takesTurns(ask)) return sorted;
  return rotateRuns(sorted, ask.turn, (a, b) => firstDifference(criteria, a, b, ask) === undefined);
}

/** Rotates each run of neighbours that tie: the one whose turn it is comes first. */
function rotateRuns(offers: readonly Offer[], turn: number, ties: (a: Offer, b: Offer) => boolean): readonly Offer[] {
  const runs: [Offer, ...Offer[]][] = [];
  for (const offer of offers) {
    const run = runs.at(-1);
    if (run !== undefined && ties(run[0], offer)) run.push(offer);
    else runs.push([offer]);
  }
  return runs.flatMap((run) => {
    const start = turn % run.length;
    return [...run.slice(start), ...run.slice(0, start)];
  });
}

/** Slow offers are better than none, and those the request itself puts in order are its own choice. */
function excludesSlow(offers: readonly Offer[], ask: RankingAsk): boolean {
  const applies = ask.slow === "exclude" && ask.strategy === "weight_tps" && ask.preferences.sort === undefined;
  return applies && offers.some((offer) => whySlow(offer, ask) === undefined);
}

function whySlow(offer: Offer, ask: RankingAsk): string | undefined {
  if (!isSlow(offer, ask) || ask.preferences.order?.includes(offer.provider)) return undefined;
  return `It is slower than the configured minimum of ${ask.minTps} tokens/s.`;
}
