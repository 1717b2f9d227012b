import type { FallbackCause, Gateway, Plan, RequestFacts, Route } from "../contract.ts";
import { failure } from "../errors.ts";
import type { RoutingAsk } from "../routing/preferences.ts";
import type { WireError } from "../wire/canonical.ts";
import type { Overrides } from "./overrides.ts";

/** Where one request goes: the models to try in order, and what an answer must pass. */
export type Itinerary = Readonly<{
  /** Name of the matched rule, or `none`. */
  rule: string;
  routes: readonly [Route, ...Route[]];
  /** What serves the model that the client asked for, before any rule; undefined when nothing does. */
  requested: Route | undefined;
  validate: readonly string[];
  /** What sends the request on to the next route. */
  fallbackOn: readonly FallbackCause[];
  hedge: Plan["hedge"];
  /** The policy or a pin changed the model before dispatch. */
  rewritten: boolean;
}>;

/** Applies the policy and the request's own wishes. Names that no provider serves are a not-found error. */
export function planItinerary(
  gateway: Pick<Gateway, "route" | "resolve"> & Readonly<{ catalog: Pick<Gateway["catalog"], "unknownModelStatus"> }>,
  facts: RequestFacts,
  overrides: Overrides,
  asked: Pick<RoutingAsk, "models" | "hedge"> = nothingAsked,
): Itinerary | WireError {
  const plan = overrides.noPolicy ? undefined : gateway.route(facts);
  const find = (model: string) => gateway.resolve(model) ?? unknownModel(model, gateway.catalog.unknownModelStatus);
  const first =
    overrides.model === undefined && plan !== undefined ? plan.routes[0] : find(overrides.model ?? facts.model);
  if ("class" in first) return first;

  const chain: Route[] = [];
  for (const model of overrides.fallbackChain ?? asked.models) {
    const route = find(model);
    if ("class" in route) return route;
    chain.push(route);
  }
  const hedge = asked.hedge === undefined ? plan?.hedge : hedgeWith(asked.hedge, find);
  if (hedge !== undefined && "class" in hedge) return hedge;
  const own = overrides.fallbackChain === undefined ? (plan?.routes.slice(1) ?? []) : [];
  const rest = [...own, ...chain];
  const plain = gateway.resolve(facts.model);
  return {
    rule: plan?.rule ?? "none",
    requested: plain,
    routes: [first, ...rest.filter((route, index) => !sameRoute(route, rest[index - 1] ?? first))],
    validate: overrides.validate ?? plan?.validate ?? [],
    // Models the client lists itself are there for any failure.
    fallbackOn: asked.models.length > 0 ? bothCauses : (plan?.fallbackOn ?? ["validation"]),
    hedge,
    rewritten: plain === undefined || !sameRoute(plain, first),
  };
}

const nothingAsked = { models: [], hedge: undefined } as const;
const bothCauses = ["validation", "error"] as const;

function hedgeWith(
  { afterMs, model }: NonNullable<RoutingAsk["hedge"]>,
  find: (model: string) => Route | WireError,
): Itinerary["hedge"] | WireError {
  const route = find(model);
  return "class" in route ? route : { afterMs, route };
}

/** Whether two routes lead to the same upstream models in the same order. */
export function sameRoute(a: Route, b: Route): boolean {
  return (
    a.offers.length === b.offers.length &&
    a.offers.every(({ provider, model }, index) => {
      const other = b.offers[index];
      return provider === other?.provider && model === other.model;
    })
  );
}

function unknownModel(model: string, status: 400 | 404 | 502): WireError {
  const message = `No configured provider serves the model "${model}". GET /v1/models lists what there is.`;
  if (status === 502) return failure("bad-upstream-answer", message, { code: "no_providers", param: "model" });
  return failure(status === 400 ? "invalid-request" : "not-found", message, {
    code: "model_not_found",
    param: "model",
  });
}
