import type { Caller } from "../api.ts";
import type { Problem } from "../reply.ts";
import { invalid } from "./invalid.ts";

/** The key, in the header or in the query. */
export function keyOf({ headers, query }: Caller): string | undefined {
  return headers["x-goog-api-key"] ?? query.get("key") ?? undefined;
}

/** The Gemini API wants an API key; a wrong one is a 400, none a 403. Both texts are the vendor's own. */
export function authenticate(caller: Caller, key: string | undefined): Problem | undefined {
  const given = keyOf(caller);
  if (given === undefined || given === "") {
    const message =
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.";
    return { status: 403, type: "PERMISSION_DENIED", message };
  }
  if (key === undefined || given === key) return undefined;
  return { ...invalid("API key not valid. Please pass a valid API key."), code: "API_KEY_INVALID" };
}
