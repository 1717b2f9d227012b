import { usdPerToken } from "../money/usd.ts";
import type { JsonObject } from "../wire/canonical.ts";
import type { ListDialect } from "./list-dialect.ts";
import { createdSeconds, json, type Model } from "./model.ts";

/** `@openrouter/sdk` 1.3, whose validators want all of these members; prices are USD per token, as text. */
export const openrouterModels: ListDialect = {
  list: (models) => json({ data: models.map(openrouterModel) }),
  model: openrouterModel,
};

function openrouterModel({ id, contextTokens, price }: Model): JsonObject {
  return {
    id,
    canonical_slug: id,
    name: id,
    created: createdSeconds,
    description: "",
    context_length: contextTokens ?? null,
    architecture: {
      modality: "text->text",
      input_modalities: ["text"],
      output_modalities: ["text"],
      tokenizer: "Other",
      instruct_type: null,
    },
    pricing: { prompt: usdPerToken(price?.input ?? 0), completion: usdPerToken(price?.output ?? 0) },
    top_provider: { context_length: contextTokens ?? null, max_completion_tokens: null, is_moderated: false },
    per_request_limits: null,
    supported_parameters: [],
    default_parameters: null,
    supported_voices: null,
    links: { details: `/api/v1/models/${id}` },
  };
}
