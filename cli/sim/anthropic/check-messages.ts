import type { Headers } from "../api.ts";
import { isObject, type Json } from "../json.ts";
import type { Problem } from "../reply.ts";

/** Why Anthropic would turn a Messages body down; undefined when it would not. */
export function checkMessages(
  body: Json,
  _headers: Headers,
  _models: readonly string[] | undefined,
): Problem | undefined {
  if (isObject(body)) return undefined;
  return { status: 400, type: "invalid_request_error", message: "The request body is not a JSON object." };
}
