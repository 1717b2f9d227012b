import type { Gateway, ModelCard, Offer } from "../contract.ts";
import { offerPrice } from "../money/offer-price.ts";
import type { ListedModel } from "./listed-model.ts";
import type { Model, ModelEndpoint } from "./model.ts";
import { familyCard } from "./model-families.ts";

/** What is known besides the configuration. */
export type Sources = Readonly<{
  gateway: Pick<Gateway, "catalog" | "resolve" | "priceOf">;
  /** What a provider last told of a model. */
  listed: (provider: string, model: string) => ListedModel | undefined;
  epochMs: number;
}>;

/**
 * All that is known of a model. What the configuration says comes first, then the price catalogue, what the provider itself
 * lists, and what its family has in common.
 */
export function describeModel(id: string, owner: string, sources: Sources): Model {
  const endpoints = (sources.gateway.resolve(id)?.offers ?? []).map((offer) => endpointOf(offer, sources));
  // What the first one does not tell, a later one may.
  const card: ModelCard = Object.assign({}, ...endpoints.map((endpoint) => endpoint.card).reverse());
  return { id, owner, card, price: endpoints[0]?.price, endpoints };
}

function endpointOf(offer: Offer, sources: Sources): ModelEndpoint {
  const { gateway, epochMs } = sources;
  const { providers, cards } = gateway.catalog;
  const provider = providers[offer.provider];
  const { contextTokens, supports: parameters } = offer;
  const { id: _, ...live } = sources.listed(offer.provider, offer.model) ?? { id: offer.model };
  return {
    offer,
    label: provider?.label ?? offer.provider,
    card: {
      ...familyCard(offer.model),
      ...live,
      ...cards?.[`${offer.provider}/${offer.model}`],
      ...(contextTokens === undefined ? {} : { contextTokens }),
      ...(parameters === undefined ? {} : { parameters }),
      ...offer.card,
    },
    price: offerPrice(offer, gateway, epochMs),
    zdr: provider?.zdr ?? false,
  };
}
