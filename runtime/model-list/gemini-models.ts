import type { JsonObject } from "../wire/canonical.ts";
import type { ListDialect } from "./list-dialect.ts";
import { invalid, json, type ListAnswer, type Model, pageSize } from "./model.ts";

/** `@google/genai` 3.1, `Model`; ids carry the prefix `models/`, and limits that are not known are left out. */
export const geminiModels: ListDialect = { list, model: geminiModel };

const maxPage = 1000;

function geminiModel({ id, card }: Model): JsonObject {
  const { contextTokens, maxOutputTokens = contextTokens, outputModalities = [], parameters } = card;
  const embeds = outputModalities.includes("embeddings") || (outputModalities.length === 0 && /embed/i.test(id));
  return {
    name: `models/${id}`,
    baseModelId: id,
    version: "001",
    displayName: card.name ?? id,
    description: card.description ?? id,
    ...(contextTokens === undefined ? {} : { inputTokenLimit: contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { outputTokenLimit: maxOutputTokens }),
    ...(parameters === undefined ? {} : { thinking: parameters.includes("reasoning") }),
    supportedGenerationMethods: embeds
      ? ["embedContent", "batchEmbedContents"]
      : ["generateContent", "streamGenerateContent", "countTokens"],
  };
}

/** Gemini API reference, "models.list": 50 unless `pageSize` says, above 1000 as 1000; the token is the last id of the page. */
function list(models: readonly Model[], query: URLSearchParams): ListAnswer {
  const asked = pageSize(query.get("pageSize"), 50, Number.MAX_SAFE_INTEGER);
  if (asked === undefined) return invalid("pageSize", "must be a whole number from 1");
  const token = query.get("pageToken");
  const last = token === null || token === "" ? -1 : models.findIndex(({ id }) => id === token);
  if (last === -1 && token !== null && token !== "") return invalid("pageToken", "is no token of this list");
  const end = last + 1 + Math.min(asked, maxPage);
  const page = models.slice(last + 1, end);
  return json({
    models: page.map(geminiModel),
    ...(end < models.length ? { nextPageToken: page.at(-1)?.id ?? "" } : {}),
  });
}
