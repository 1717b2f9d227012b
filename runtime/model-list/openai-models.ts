import type { JsonObject } from "../wire/canonical.ts";
import type { ListDialect } from "./list-dialect.ts";
import { json, type Model } from "./model.ts";
import { openrouterModel } from "./openrouter-models.ts";

/**
 * OpenAI SDK 7.55, resources/models: `Model`, which lets further members pass: OpenRouter's, for clients that choose a model
 * by them. Codex, which adds `client_version` to the query, takes it as well: it falls back to what it knows of a model.
 */
export const openaiModels: ListDialect = {
  list: (models) => json({ object: "list", data: models.map(openaiModel) }),
  model: openaiModel,
};

function openaiModel(model: Model): JsonObject {
  return { ...openrouterModel(model), object: "model", owned_by: model.owner };
}
