import type { Offer } from "../../runtime/contract.ts";
import type { Analysis } from "../analyse.ts";
import type { RouterIR } from "../ir.ts";
import { resolveModel } from "../resolve.ts";

/** A model at a provider, and what leads to it. */
export type PolicyOffer = Readonly<{
  /** `<provider>/<model>`. */
  id: string;
  offer: Offer;
  /** Such as `rule "cheap"`. */
  from: string;
}>;

/**
 * Every model that rules, chains, hedges and the configuration name, at every provider that serves it, sorted by id. What
 * else a client may ask for by a name of its own is not among them.
 */
export function policyOffers(ir: RouterIR, facts: Pick<Analysis, "models">): readonly PolicyOffer[] {
  const all = [...ofRules(ir), ...ofConfiguration(ir), ...ofNames(ir, facts.models)];
  const found = new Map<string, PolicyOffer>();
  for (const [offer, from] of all) {
    const id = `${offer.provider}/${offer.model}`;
    if (!found.has(id)) found.set(id, { id, offer, from });
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

type Found = readonly (readonly [Offer, from: string])[];

function ofRules({ rules }: RouterIR): Found {
  return rules.flatMap(({ name, plan: { routes, hedge } }) => {
    const all = [...routes, ...(hedge === undefined ? [] : [hedge.route])];
    return all.flatMap(({ offers }) => offers.map((offer) => [offer, `rule ${JSON.stringify(name)}`] as const));
  });
}

function ofConfiguration({ resolver: { models, aliases, tiers } }: RouterIR): Found {
  return [
    ...models.flatMap(({ model, offers }) => offers.map((offer) => [offer, `model ${JSON.stringify(model)}`] as const)),
    ...aliases.map(({ offer }) => [offer, "an alias"] as const),
    ...tiers.map(({ keyword, offer }) => [offer, `tier ${JSON.stringify(keyword)}`] as const),
  ];
}

function ofNames({ resolver }: RouterIR, names: readonly string[]): Found {
  return names.flatMap((name) =>
    (resolveModel(resolver, name)?.offers ?? []).map((offer) => [offer, `the name ${JSON.stringify(name)}`] as const),
  );
}
