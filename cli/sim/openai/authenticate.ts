import type { Caller } from "../api.ts";
import type { Problem } from "../reply.ts";

/** The Bearer token. */
export function keyOf({ headers }: Caller): string | undefined {
  return headers["authorization"]?.match(/^Bearer\s+(\S+)$/i)?.[1];
}

/** OpenAI wants a Bearer token; the two refusals are the vendor's own texts. */
export function authenticate(caller: Caller, key: string | undefined): Problem | undefined {
  const given = keyOf(caller);
  const problem = { status: 401, type: "invalid_request_error", param: null };
  if (given === undefined) {
    return {
      ...problem,
      code: null,
      message:
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API from your browser and are prompted for a username and password. You can obtain an API key from https://platform.openai.com/account/api-keys.",
    };
  }
  if (key === undefined || given === key) return undefined;
  return {
    ...problem,
    code: "invalid_api_key",
    message: `Incorrect API key provided: ${masked(given)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
  };
}

function masked(key: string): string {
  return key.length <= 8 ? "*".repeat(key.length) : `${key.slice(0, 4)}${"*".repeat(key.length - 8)}${key.slice(-4)}`;
}
