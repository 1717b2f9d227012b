import { explainRanking } from "../routing/explain-ranking.ts";
import type { Dependencies } from "../server/dependencies.ts";
import { openExchange } from "./exchange.ts";
import type { ModelCall } from "./handle.ts";
import { planRequest } from "./plan-request.ts";

/**
 * Where a request would go, and why, as JSON: the rule that matches and for each model of its chain the ranking of the
 * offers, with what is known of their health right now. Nothing is sent upstream. Refuses what the real endpoint refuses.
 */
export async function dryRun({ request, codec, address, keepOpen }: ModelCall, deps: Dependencies): Promise<Response> {
  const exchange = openExchange(request, codec, deps);
  const planned = await planRequest(request, codec, address, deps, {
    admit: () => undefined,
    keepOpen,
    requested: exchange.requested,
  });
  if ("class" in planned) return exchange.fail(planned);
  const { itinerary, ranking } = planned;
  exchange.planned(planned);
  const { hot } = deps;
  const explain = (route: (typeof itinerary.routes)[number]) => {
    const explained = explainRanking(route, hot.rankingAsk(route, ranking));
    const offers = explained.offers.map((offer) => ({ ...offer, health: hot.healthOf(offer.provider, offer.model) }));
    return { ...explained, offers };
  };
  return exchange.tell({
    rule: itinerary.rule,
    rewritten: itinerary.rewritten,
    validate: itinerary.validate,
    fallback_on: itinerary.fallbackOn,
    routes: itinerary.routes.map(explain),
    hedge:
      itinerary.hedge === undefined ? null : { after_ms: itinerary.hedge.afterMs, ...explain(itinerary.hedge.route) },
  });
}
