import type { FallbackCause, Gateway, Plan, RequestFacts, Route } from "./contract.ts";
import { failure } from "./errors.ts";
import type { Overrides } from "./overrides.ts";
import type { WireError } from "./wire/canonical.ts";

/** Where one request goes: the models to try in order, and what an answer must pass. */
export type Itinerary = Readonly<{
  /** Name of the matched rule, or `none`. */
  rule: string;
  routes: readonly [Route, ...Route[]];
  validate: readonly string[];
  /** What sends the request on to the next route. */
  fallbackOn: readonly FallbackCause[];
  hedge: Plan["hedge"];
  /** The policy or a pin changed the model before dispatch. */
  rewritten: boolean;
}>;

/** Applies the policy and the request's own overrides. Names that no provider serves are a not-found error. */
export function planItinerary(
  gateway: Pick<Gateway, "route" | "resolve">,
  facts: RequestFacts,
  overrides: Overrides,
): Itinerary | WireError {
  const plan = overrides.noPolicy ? undefined : gateway.route(facts);
  const first =
    overrides.model === undefined && plan !== undefined
      ? plan.routes[0]
      : gateway.resolve(overrides.model ?? facts.model);
  if (first === undefined) return unknownModel(overrides.model ?? facts.model);

  const chain: Route[] = [];
  for (const model of overrides.fallbackChain ?? []) {
    const route = gateway.resolve(model);
    if (route === undefined) return unknownModel(model);
    chain.push(route);
  }
  const rest = overrides.fallbackChain === undefined ? (plan?.routes.slice(1) ?? []) : chain;
  const asked = gateway.resolve(facts.model);
  return {
    rule: plan?.rule ?? "none",
    routes: [first, ...rest.filter((route, index) => !same(route, rest[index - 1] ?? first))],
    validate: overrides.validate ?? plan?.validate ?? [],
    fallbackOn: plan?.fallbackOn ?? ["validation"],
    hedge: plan?.hedge,
    rewritten: asked === undefined || !same(asked, first),
  };
}

/** Whether two routes lead to the same upstream models in the same order. */
function same(a: Route, b: Route): boolean {
  return (
    a.offers.length === b.offers.length &&
    a.offers.every(({ provider, model }, index) => {
      const other = b.offers[index];
      return provider === other?.provider && model === other.model;
    })
  );
}

function unknownModel(model: string): WireError {
  return failure(
    "not-found",
    `No configured provider serves the model "${model}". GET /v1/models lists what there is.`,
    {
      param: "model",
    },
  );
}
