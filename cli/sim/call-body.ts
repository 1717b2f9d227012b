import type { Call } from "./api.ts";
import { isObject, type JsonObject } from "./json.ts";

/** The body of a call; empty where it is no object. */
export function bodyOf({ body }: Pick<Call, "body">): JsonObject {
  return isObject(body) ? body : {};
}

/** The model a body names. */
export function bodyModel(call: Pick<Call, "body">): string {
  return String(bodyOf(call)["model"]);
}
