import type { Offer, Price, Provider, Strategy, WireFormat } from "../contract.ts";
import type { Preferences } from "./preferences.ts";

/** All a ranking depends on besides the route itself. */
export type RankingAsk = Readonly<{
  strategy: Strategy;
  /** Tokens per second below which `weight_tps` calls an offer slow; 0 calls none so. */
  minTps: number;
  /** Whether slow offers are tried last, or not at all while there are others. */
  slow: "demote" | "exclude";
  preferences: Preferences;
  /** Top-level parameters of the request's body, for `requireParameters`. */
  usedParameters: readonly string[];
  clientFormat: WireFormat;
  /** The request asks the model to think. */
  wantsThinking: boolean;
  /** `Catalog.providers`. */
  providers: Readonly<Record<string, Pick<Provider, "format" | "zdr" | "collectsData">>>;
  live: LiveFacts;
  /** What an offer costs right now; undefined when nobody knows. */
  priceOf(offer: Offer): Price | undefined;
  /** Counts the requests of a route, for `round_robin`. */
  turn: number;
}>;

/** What was measured lately of one provider's model; undefined when there is too little to tell. */
type LiveFacts = Readonly<{
  /** Output tokens per second. */
  tps(provider: string, model: string): number | undefined;
  /** To the first token. */
  latencyMs(provider: string, model: string): number | undefined;
}>;
