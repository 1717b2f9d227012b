import type { Json } from "../json.ts";
import type { Problem } from "../reply.ts";
import { invalid } from "./invalid.ts";
import { listedChatModels } from "./models.ts";

const created = 1_735_689_600;

/** `GET /v1/models` (OpenAI SDK 7.55, `Model`). */
export function modelList(models: readonly string[] | undefined): Json {
  return { object: "list", data: (models ?? listedChatModels).map((id) => modelEntry(id)) };
}

/** `GET /v1/models/{id}`; undefined for a model that is not offered. */
export function modelObject(id: string, models: readonly string[] | undefined): Json | undefined {
  return (models ?? listedChatModels).includes(id) ? modelEntry(id) : undefined;
}

/** The vendor's refusal of a model it does not have: none of `models`, or another vendor's by its name. */
export function modelMissing(id: string, models: readonly string[] | undefined): Problem | undefined {
  const offered = models === undefined ? !id.startsWith("claude") : models.includes(id);
  return offered ? undefined : noModel(id);
}

/** The 404 for a model. */
export function noModel(id: string): Problem {
  const message = `The model \`${id}\` does not exist or you do not have access to it.`;
  return { ...invalid(message, null, "model_not_found"), status: 404 };
}

function modelEntry(id: string): Json {
  return { id, object: "model", created, owned_by: "simulator" };
}
