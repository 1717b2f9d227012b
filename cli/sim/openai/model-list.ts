import type { Json } from "../json.ts";
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

function modelEntry(id: string): Json {
  return { id, object: "model", created, owned_by: "simulator" };
}
