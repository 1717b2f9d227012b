import type { Understood } from "../compiler/compile.ts";
import { interpretResolve, interpretRoute } from "../compiler/interpret.ts";
import { interpretPrice } from "../compiler/interpret-price.ts";
import type { Gateway } from "../runtime/contract.ts";
import { offerPrice } from "../runtime/money/offer-price.ts";
import type { RankingRequest } from "../runtime/routing/hot-state.ts";
import type { RankingAsk } from "../runtime/routing/rank-offers-ask.ts";
import { tokenizer } from "../runtime/tokens.ts";

/** What a gateway decides with, without its generated code. */
export type InterpretedGateway = Pick<
  Gateway,
  "catalog" | "route" | "resolve" | "tokenBounds" | "tokenizer" | "priceOf"
>;

/** A configuration as a gateway whose rules are interpreted. Where nobody waits, the exact count of tokens is worth its price. */
export function interpretedGateway({ ir, facts }: Pick<Understood, "ir" | "facts">): InterpretedGateway {
  return {
    catalog: { ...ir.catalog, models: facts.models },
    route: (request) => interpretRoute(ir, request),
    resolve: (name) => interpretResolve(ir, name),
    tokenBounds: "all",
    tokenizer,
    priceOf: (provider, model, atMs) => interpretPrice(ir, provider, model, atMs),
  };
}

/** How a gateway that has just started ranks offers: nothing has been measured. `atMs` (since 1970) tells which prices hold. */
export function restedRanking(
  { catalog, priceOf }: Pick<InterpretedGateway, "catalog" | "priceOf">,
  request: RankingRequest,
  atMs: number,
): RankingAsk {
  return {
    ...catalog.routing,
    preferences: request.preferences,
    usedParameters: request.usedParameters(),
    clientFormat: request.clientFormat,
    wantsThinking: request.wantsThinking(),
    providers: catalog.providers,
    live: { tps: () => undefined, latencyMs: () => undefined },
    priceOf: (offer) => offerPrice(offer, { priceOf }, atMs),
    turn: 0,
  };
}
