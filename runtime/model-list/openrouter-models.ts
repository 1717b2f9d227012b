import type { Price } from "../contract.ts";
import { usd, usdPerToken } from "../money/usd.ts";
import type { JsonObject } from "../wire/canonical.ts";
import type { ListDialect } from "./list-dialect.ts";
import { createdSeconds, json, type Model, type ModelEndpoint } from "./model.ts";

/** `@openrouter/sdk` 1.3, whose validators want all of these members; prices are USD per token, as text. */
export const openrouterModels: ListDialect = {
  list: (models) => json({ data: models.map(openrouterModel) }),
  model: openrouterModel,
};

/** OpenRouter's `Model`. */
export function openrouterModel(model: Model): JsonObject {
  const { id, card, price } = model;
  const { requestLimits: limits } = card;
  return {
    ...headOf(model),
    canonical_slug: card.slug ?? id,
    context_length: card.contextTokens ?? null,
    pricing: pricing(price),
    top_provider: {
      context_length: card.contextTokens ?? null,
      max_completion_tokens: card.maxOutputTokens ?? null,
      is_moderated: card.moderated ?? false,
    },
    per_request_limits:
      limits === undefined
        ? null
        : { prompt_tokens: limits.promptTokens ?? null, completion_tokens: limits.completionTokens ?? null },
    supported_parameters: card.parameters ?? [],
    default_parameters: card.defaultParameters ?? null,
    expiration_date: card.expires ?? null,
    supported_voices: null,
    links: { details: `/api/v1/models/${id}/endpoints` },
  };
}

/** OpenRouter API reference, "List endpoints": a model and each way to serve it. */
export function openrouterEndpoints(model: Model): JsonObject {
  return { data: { ...headOf(model), endpoints: model.endpoints.map((endpoint) => endpointOf(endpoint, model)) } };
}

function headOf({ id, card }: Model): JsonObject {
  const { inputModalities = ["text"], outputModalities = ["text"] } = card;
  return {
    id,
    name: card.name ?? id,
    created: card.created ?? createdSeconds,
    description: card.description ?? "",
    architecture: {
      modality: `${inputModalities.join("+")}->${outputModalities.join("+")}`,
      input_modalities: inputModalities,
      output_modalities: outputModalities,
      tokenizer: card.tokenizer ?? "Other",
      instruct_type: card.instructType ?? null,
    },
  };
}

function endpointOf({ offer, label, card, price, zdr }: ModelEndpoint, { id }: Model): JsonObject {
  return {
    name: `${label} | ${offer.model}`,
    model_id: id,
    model_name: card.name ?? id,
    model: offer.model,
    provider_name: label,
    tag: offer.provider,
    context_length: card.contextTokens ?? null,
    max_completion_tokens: card.maxOutputTokens ?? null,
    max_prompt_tokens: card.requestLimits?.promptTokens ?? null,
    pricing: pricing(price),
    quantization: offer.quantization ?? "unknown",
    supported_parameters: card.parameters ?? [],
    is_zdr: zdr,
  };
}

/**
 * What OpenRouter writes where a price is not fixed (`openrouter/auto` in openrouter.ai/api/v1/models, 2026-08-05; told of in
 * github.com/pydantic/genai-prices/pull/400), and here the word for a price that is not known too: `0` would say free.
 */
const unknownPrice = "-1";

/** Classes without a rate of their own are left out. */
function pricing(price: Price | undefined): JsonObject {
  if (price === undefined) return { prompt: unknownPrice, completion: unknownPrice };
  const { input, output, cacheRead, cacheWrite, request, webSearch } = price;
  return {
    prompt: usdPerToken(input),
    completion: usdPerToken(output),
    ...(cacheRead === undefined ? {} : { input_cache_read: usdPerToken(cacheRead) }),
    ...(cacheWrite === undefined ? {} : { input_cache_write: usdPerToken(cacheWrite) }),
    ...(request === undefined ? {} : { request: usd(request) }),
    ...(webSearch === undefined ? {} : { web_search: usd(webSearch) }),
  };
}
