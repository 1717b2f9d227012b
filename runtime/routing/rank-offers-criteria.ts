import type { Offer, Strategy } from "../contract.ts";
import { usd } from "../money/usd.ts";
import type { RankingAsk } from "./rank-offers-ask.ts";

/** One thing that offers are compared by. */
export type Criterion = Readonly<{
  /** The smaller one is tried earlier. */
  key(offer: Offer, ask: RankingAsk): number;
  /** What `key` looked at, for people: `weight 3`. */
  say(offer: Offer, ask: RankingAsk): string;
}>;

const order: Criterion = {
  key({ provider }, { preferences }) {
    const at = preferences.order?.indexOf(provider) ?? -1;
    return at === -1 ? Number.POSITIVE_INFINITY : at;
  },
  say(offer, ask) {
    const at = order.key(offer, ask);
    return Number.isFinite(at) ? `number ${at + 1} of the request's order` : "not in the request's order";
  },
};

/** How many of the request's wishes an offer is known to miss. */
const preferred: Criterion = {
  key: (offer, ask) => missedWishes(offer, ask).length,
  say(offer, ask) {
    const missed = missedWishes(offer, ask);
    return missed.length === 0 ? "not known to be slower than the request prefers" : missed.join(" and ");
  },
};

const priority: Criterion = {
  key: ({ priority = 0 }) => priority,
  say: ({ priority = 0 }) => `priority ${priority}`,
};

const thinking: Criterion = {
  key: ({ thinking = false }, { wantsThinking }) => (wantsThinking && !thinking ? 1 : 0),
  say: ({ thinking = false }) => (thinking ? "made for thinking" : "not marked for thinking"),
};

const slow: Criterion = {
  key: (offer, ask) => (isSlow(offer, ask) ? 1 : 0),
  say: (offer, ask) => (isSlow(offer, ask) ? `below ${ask.minTps} tokens/s` : `not below ${ask.minTps} tokens/s`),
};

const weight: Criterion = {
  key: ({ weight = 1 }) => -weight,
  say: ({ weight = 1 }) => `weight ${weight}`,
};

/** What was not measured yet comes first, as it would never be measured otherwise. */
const throughput: Criterion = {
  key: (offer, ask) => -(tps(offer, ask) ?? Number.POSITIVE_INFINITY),
  say(offer, ask) {
    const measured = tps(offer, ask);
    return measured === undefined ? "speed not measured yet" : `${round(measured)} tokens/s`;
  },
};

/** What was not measured yet comes first, as with `throughput`. */
const latency: Criterion = {
  key: (offer, ask) => latencyMs(offer, ask) ?? Number.NEGATIVE_INFINITY,
  say(offer, ask) {
    const measured = latencyMs(offer, ask);
    return measured === undefined ? "latency not measured yet" : `first token after ${round(measured)} ms`;
  },
};

/** A million tokens in and a million out; what has no known price comes last. */
const price: Criterion = {
  key(offer, { priceOf }) {
    const known = priceOf(offer);
    return known === undefined ? Number.POSITIVE_INFINITY : known.input + known.output;
  },
  say(offer, { priceOf }) {
    const known = priceOf(offer);
    return known === undefined ? "price not known" : `price $${usd(known.input)}/$${usd(known.output)}`;
  },
};

const byStrategy = {
  weight_tps: [priority, thinking, slow, weight, throughput, price],
  priority: [priority, thinking],
  price: [priority, thinking, price],
  latency: [priority, thinking, latency],
  throughput: [priority, thinking, throughput],
  round_robin: [priority, thinking],
} as const satisfies Record<Strategy, readonly Criterion[]>;

/** A client that asks for the cheapest means the cheapest of all, so configured priorities do not come before it. */
const bySort = {
  price: [thinking, price],
  latency: [thinking, latency],
  throughput: [thinking, throughput],
} as const satisfies Partial<Record<Strategy, readonly Criterion[]>>;

/** What this request's offers are compared by, the most important first. Offers that tie keep the route's order. */
export function criteriaOf({ strategy, preferences }: RankingAsk): readonly Criterion[] {
  const { sort } = preferences;
  const rest: readonly Criterion[] = sort === undefined ? byStrategy[strategy] : bySort[sort];
  const wishes = preferences.preferredMaxLatencyMs !== undefined || preferences.preferredMinThroughput !== undefined;
  if (preferences.order === undefined && !wishes) return rest;
  return [...(preferences.order === undefined ? [] : [order]), ...(wishes ? [preferred] : []), ...rest];
}

/** The first criterion two offers differ in; undefined when they tie. */
export function firstDifference(
  criteria: readonly Criterion[],
  a: Offer,
  b: Offer,
  ask: RankingAsk,
): Criterion | undefined {
  return criteria.find((criterion) => criterion.key(a, ask) !== criterion.key(b, ask));
}

/** Measured, and below the configured minimum. */
export function isSlow(offer: Offer, ask: RankingAsk): boolean {
  const measured = tps(offer, ask);
  return measured !== undefined && measured < ask.minTps;
}

function tps({ provider, model }: Offer, { live }: RankingAsk): number | undefined {
  return live.tps(provider, model);
}

function latencyMs({ provider, model }: Offer, { live }: RankingAsk): number | undefined {
  return live.latencyMs(provider, model);
}

function missedWishes(offer: Offer, ask: RankingAsk): readonly string[] {
  const { preferredMaxLatencyMs, preferredMinThroughput } = ask.preferences;
  const tokens = tps(offer, ask);
  const delay = latencyMs(offer, ask);
  const missed: string[] = [];
  if (delay !== undefined && preferredMaxLatencyMs !== undefined && delay > preferredMaxLatencyMs) {
    missed.push(`above the preferred ${preferredMaxLatencyMs} ms to the first token`);
  }
  if (tokens !== undefined && preferredMinThroughput !== undefined && tokens < preferredMinThroughput) {
    missed.push(`below the preferred ${preferredMinThroughput} tokens/s`);
  }
  return missed;
}

function round(measured: number): number {
  return Math.round(measured * 10) / 10;
}
