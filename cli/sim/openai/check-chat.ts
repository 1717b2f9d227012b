import { isObject, type Json } from "../json.ts";
import type { Problem } from "../reply.ts";

/** Why OpenAI would turn a Chat Completions body down; undefined when it would not. */
export function checkChat(body: Json, _models: readonly string[] | undefined): Problem | undefined {
  if (isObject(body)) return undefined;
  return { status: 400, type: "invalid_request_error", message: "We could not parse the JSON body of your request." };
}
