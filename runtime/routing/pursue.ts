import type { Route } from "../contract.ts";
import { failure } from "../errors.ts";
import { offerPrice } from "../money/offer-price.ts";
import type { Itinerary } from "../request/itinerary.ts";
import type { Dependencies } from "../server/dependencies.ts";
import { type AttemptInput, failed } from "../upstream/attempt.ts";
import { type AttemptLog, createAttemptLog } from "./attempt-log.ts";
import { type Hedge, type RouteEnd, type Run, runRoute } from "./attempt-loop.ts";
import { giveUp } from "./give-up.ts";
import { isOver } from "./is-over.ts";
import type { Dropped } from "./rank-offers.ts";

/** How a request ended, after all attempts at all its models. */
export type Walked = Readonly<{
  end: RouteEnd;
  log: AttemptLog /** Models given up before this one. */;
  fallbacks: number;
}>;

/**
 * Tries the models in order, each at all its candidates. The next model is asked after an answer that fails validation,
 * and after an upstream's error where the policy says so. The last attempt wins, valid or not.
 */
export async function pursue(itinerary: Itinerary, input: AttemptInput, deps: Dependencies): Promise<Walked> {
  const { deadlineMs } = deps.gateway.catalog.failover;
  const log = createAttemptLog(deps.epochMs, deps.upstream.now, (offer, epochMs) =>
    offerPrice(offer, deps.gateway, epochMs),
  );
  const run: Run = {
    input,
    deps,
    log,
    deadlineMs: deadlineMs === 0 ? Number.POSITIVE_INFINITY : input.arrivedMs + deadlineMs,
  };
  let fallbacks = 0;
  for (;;) {
    const route = itinerary.routes[fallbacks] ?? itinerary.routes[0];
    const hedge = fallbacks === 0 ? hedgeOf(itinerary, run) : undefined;
    const { offers, dropped } = deps.hot.rank(route, input.ranking);
    const end = isFilled(offers) ? await runRoute(offers, run, hedge) : nothingFits(route, dropped);
    const next = itinerary.routes[fallbacks + 1];
    // Where nothing more may be asked, what there is now is better than an error that says so.
    if (next === undefined || !goesOn(end, itinerary) || isOver(run)) return { end, log, fallbacks };
    if (end.kind === "answered") giveUp(end);
    fallbacks += 1;
  }
}

function goesOn(end: RouteEnd, { fallbackOn }: Itinerary): boolean {
  if (end.kind === "answered") return end.outcome.verdict.kind === "failed" && fallbackOn.includes("validation");
  return end.goesOn && fallbackOn.includes("error");
}

function isFilled<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}

/** The request's own preferences leave nobody to ask. */
function nothingFits(route: Route, dropped: readonly Dropped[]): RouteEnd {
  const reasons = dropped.map(({ offer, why }) => `${offer.provider}/${offer.model}: ${why}`).join(" ");
  const message = `No provider of "${route.model}" fits what the request asks of its provider. ${reasons}`;
  const outcome = failed(failure("not-found", message, { code: "no_provider_fits", param: "provider" }));
  return { kind: "failed", outcome, offer: route.offers[0], goesOn: true };
}

function hedgeOf({ hedge }: Itinerary, { deps, input }: Run): Hedge | undefined {
  if (hedge === undefined) return undefined;
  const { offers } = deps.hot.rank(hedge.route, input.ranking);
  return isFilled(offers) ? { afterMs: hedge.afterMs, offers } : undefined;
}
