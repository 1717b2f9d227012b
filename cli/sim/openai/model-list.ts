import type { Endpoint } from "../api.ts";
import type { Json } from "../json.ts";
import { jsonReply } from "../json-reply.ts";
import type { Problem } from "../reply.ts";
import { invalid } from "./invalid.ts";
import { listedModels } from "./models.ts";

const created = 1_735_689_600;

/** `GET /v1/models` and `GET /v1/models/{id}` (OpenAI SDK 7.55, `Model`). */
export const modelEndpoints: readonly Endpoint[] = [
  {
    method: "GET",
    path: /^\/v1\/models$/,
    takes: "nothing",
    runsModel: false,
    answer: ({ state }) => jsonReply({ object: "list", data: offered(state.settings.models).map(modelEntry) }),
  },
  {
    method: "GET",
    path: /^\/v1\/models\/(?<id>.+)$/,
    takes: "nothing",
    runsModel: false,
    check: ({ params, state }) => {
      const id = params["id"] ?? "";
      return offered(state.settings.models).includes(id) ? undefined : noModel(id);
    },
    answer: ({ params }) => jsonReply(modelEntry(params["id"] ?? "")),
  },
];

function offered(models: readonly string[] | undefined): readonly string[] {
  return models ?? listedModels;
}

/** The vendor's refusal of a model it does not have: none of `models`, or another vendor's by its name. */
export function modelMissing(id: string, models: readonly string[] | undefined): Problem | undefined {
  const known = models === undefined ? !/^(claude|gemini)/.test(id) : models.includes(id);
  return known ? undefined : noModel(id);
}

/** The 404 for a model. */
function noModel(id: string): Problem {
  const message = `The model \`${id}\` does not exist or you do not have access to it.`;
  return { ...invalid(message, null, "model_not_found"), status: 404 };
}

function modelEntry(id: string): Json {
  return { id, object: "model", created, owned_by: "simulator" };
}
