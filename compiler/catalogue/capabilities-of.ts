import type { Lack, Offer, Provider } from "../../runtime/contract.ts";
import { defined } from "../defined.ts";
import type { RouterIR } from "../ir.ts";
import { priceListOf } from "../listed-periods.ts";
import type { ModelCapabilities } from "./model-capabilities.ts";
import { nameCapabilities } from "./name-capabilities.ts";
import { bookWithId, modelInBook } from "./price-data.ts";

/**
 * What is known of a model at a provider. The configuration says it first, then what the provider's APIs lack, then
 * `arouter.lock`, and where that does not have the model, the catalogue that came with the compiler.
 */
export function capabilitiesOf(ir: RouterIR, offer: Offer): ModelCapabilities {
  const known = { ...pinnedCapabilities(ir, offer), ...lackingCapabilities(ir.catalog.providers[offer.provider]) };
  return { ...known, ...configuredCapabilities(offer) };
}

/** What the lock says, and where that does not have the model, the catalogue. */
export function pinnedCapabilities(ir: RouterIR, offer: Offer): ModelCapabilities {
  return ir.locked?.[`${offer.provider}/${offer.model}`] ?? catalogueCapabilities(ir, offer);
}

/** The catalogue of this version. What its tables say of a model in particular goes before what the price list rounds. */
export function catalogueCapabilities(ir: RouterIR, { provider, model }: Offer): ModelCapabilities {
  const list = priceListOf(ir, provider);
  const book = list && bookWithId(list.book);
  const contextTokens = book && modelInBook(book, model)?.context_window;
  return { ...defined({ contextTokens }), ...nameCapabilities(model) };
}

/** What none of the provider's APIs has. */
export function lackingCapabilities(provider: Provider | undefined): ModelCapabilities {
  if (provider === undefined) return {};
  const surfaces = [provider, ...(provider.also ?? [])];
  const none = (what: Lack) =>
    surfaces.every(({ dialect }) => dialect.lacks?.includes(what) === true) ? false : undefined;
  return defined({
    tools: none("tools"),
    images: none("images"),
    jsonSchema: none("json-schema"),
    jsonObject: none("json-object"),
  });
}

/** What `[[models]]` says of it. */
export function configuredCapabilities({ contextTokens, card = {}, supports }: Offer): ModelCapabilities {
  const maxOutputTokens = card.requestLimits?.completionTokens ?? card.maxOutputTokens;
  return defined({
    contextTokens,
    maxOutputTokens,
    images: card.inputModalities?.includes("image"),
    answers: card.outputModalities?.includes("text"),
    embeddings: card.outputModalities?.includes("embeddings"),
    family: card.tokenizer,
    tools: supports?.includes("tools"),
    jsonObject: supports?.includes("response_format"),
    jsonSchema: supports?.includes("structured_outputs"),
  });
}
