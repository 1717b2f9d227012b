import type { Offer, Route } from "../../runtime/contract.ts";
import { defaultPreferences, type Preferences } from "../../runtime/routing/preferences.ts";
import type { RankingAsk } from "../../runtime/routing/rank-offers-ask.ts";

/** Figures by provider, for the offers of a test. */
export type Figures = Readonly<Record<string, number>>;

/** A route over offers that are all sent the model `m`; `facts` by provider, in the configuration's order. */
export function routeOf(facts: Readonly<Record<string, Partial<Offer>>>): Route {
  return routeOver(Object.entries(facts).map(([provider, more]) => ({ provider, model: "m", ...more })));
}

export function routeOver([first, ...rest]: readonly Offer[]): Route {
  if (first === undefined) throw new Error("a route has at least one offer");
  return { model: "m", offers: [first, ...rest] };
}

/** The default strategy, no preference, nothing measured; every provider speaks Chat, keeps and collects nothing. */
export function rankingAsk(
  changes: Partial<Omit<RankingAsk, "preferences" | "live">> &
    Readonly<{ preferences?: Partial<Preferences>; tps?: Figures; latencyMs?: Figures }> = {},
): RankingAsk {
  const { preferences, tps = {}, latencyMs = {}, ...rest } = changes;
  const plain = { format: "openai-chat", zdr: true, collectsData: false } as const;
  return {
    strategy: "weight_tps",
    minTps: 40,
    slow: "demote",
    preferences: preferences === undefined ? defaultPreferences : { ...defaultPreferences, ...preferences },
    usedParameters: [],
    clientFormat: "openai-chat",
    wantsThinking: false,
    providers: { a: plain, b: plain, c: plain, d: plain },
    live: { tps: (provider) => tps[provider], latencyMs: (provider) => latencyMs[provider] },
    priceOf: ({ price }) => price,
    turn: 0,
    ...rest,
  };
}
