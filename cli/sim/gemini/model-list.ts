import type { Endpoint } from "../api.ts";
import type { JsonObject } from "../json.ts";
import { jsonReply } from "../json-reply.ts";
import type { Problem } from "../reply.ts";
import { geminiModel, listedGeminiModels } from "./models.ts";

const defaultPageSize = 50;

/** `GET /v1beta/models` and `GET /v1beta/models/{id}` (Google GenAI SDK 3.1, `Model`). */
export const modelEndpoints: readonly Endpoint[] = [
  {
    method: "GET",
    path: /^\/v1(?:beta)?\/models$/,
    takes: "nothing",
    runsModel: false,
    answer: ({ query, state }) => jsonReply(modelPage(query, offered(state.settings.models))),
  },
  {
    method: "GET",
    path: /^\/v1(?:beta)?\/models\/(?<id>[^/:]+)$/,
    takes: "nothing",
    runsModel: false,
    check: ({ params, state }) => {
      const id = params["id"] ?? "";
      return offered(state.settings.models).includes(id) ? undefined : noModel(id, "getModel");
    },
    answer: ({ params }) => jsonReply(modelEntry(params["id"] ?? "")),
  },
];

function offered(models: readonly string[] | undefined): readonly string[] {
  return models ?? listedGeminiModels;
}

/** The token of a page is the number of models before it. */
function modelPage(query: URLSearchParams, models: readonly string[]): JsonObject {
  const start = Number(query.get("pageToken") ?? 0);
  const end = start + Number(query.get("pageSize") ?? defaultPageSize);
  const next = end < models.length ? { nextPageToken: String(end) } : {};
  return { models: models.slice(start, end).map(modelEntry), ...next };
}

/** The vendor's refusal of a model it does not have: none of `models`, or not Google's by its name. */
export function modelMissing(id: string, models: readonly string[] | undefined, method: string): Problem | undefined {
  const known =
    models === undefined ? /^(gemini|gemma|learnlm|text-embedding-00|embedding)/.test(id) : models.includes(id);
  return known ? undefined : noModel(id, method);
}

function noModel(id: string, method: string): Problem {
  const message = `models/${id} is not found for API version v1beta, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`;
  return { status: 404, type: "NOT_FOUND", message };
}

function modelEntry(id: string): JsonObject {
  const model = geminiModel(id);
  const embeds = /embedding/.test(id);
  return {
    name: `models/${id}`,
    version: "001",
    displayName: id,
    description: "A simulated model.",
    inputTokenLimit: embeds ? 2_048 : model.inputTokens,
    outputTokenLimit: embeds ? 1 : model.maxOutputTokens,
    supportedGenerationMethods: embeds ? ["embedContent", "countTokens"] : ["generateContent", "countTokens"],
    ...(embeds
      ? {}
      : { temperature: 1, topP: 0.95, topK: 64, maxTemperature: 2, thinking: model.budget !== undefined }),
  };
}
