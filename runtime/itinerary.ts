import type { Gateway, RequestFacts, Target } from "./contract.ts";
import { failure } from "./errors.ts";
import type { Overrides } from "./overrides.ts";
import type { WireError } from "./wire/canonical.ts";

/** Where one request goes: the models to try in order, and what an answer must pass. */
export type Itinerary = Readonly<{
  /** Name of the matched rule, or `none`. */
  rule: string;
  targets: readonly [Target, ...Target[]];
  validate: readonly string[];
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
      ? plan.targets[0]
      : gateway.resolve(overrides.model ?? facts.model);
  if (first === undefined) return unknownModel(overrides.model ?? facts.model);

  const chain: Target[] = [];
  for (const model of overrides.fallbackChain ?? []) {
    const target = gateway.resolve(model);
    if (target === undefined) return unknownModel(model);
    chain.push(target);
  }
  const rest = overrides.fallbackChain === undefined ? (plan?.targets.slice(1) ?? []) : chain;
  const asked = gateway.resolve(facts.model);
  return {
    rule: plan?.rule ?? "none",
    targets: [first, ...rest.filter((target, index) => !same(target, rest[index - 1] ?? first))],
    validate: overrides.validate ?? plan?.validate ?? [],
    rewritten: asked === undefined || !same(asked, first),
  };
}

function same(a: Target, b: Target): boolean {
  return a.provider === b.provider && a.model === b.model;
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
