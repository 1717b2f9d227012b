import type { JsonObject } from "../wire/canonical.ts";
import type { ListDialect } from "./list-dialect.ts";
import { createdSeconds, json, type Model } from "./model.ts";

/**
 * OpenAI SDK 7.55, resources/models: `Model`. Codex, which adds `client_version` to the query, takes it as well: it
 * falls back to what it knows of a model.
 */
export const openaiModels: ListDialect = {
  list: (models) => json({ object: "list", data: models.map(openaiModel) }),
  model: openaiModel,
};

function openaiModel({ id, owner }: Model): JsonObject {
  return { id, object: "model", created: createdSeconds, owned_by: owner };
}
