import type { Caller } from "../api.ts";
import type { Problem } from "../reply.ts";

/** The key, in either of the two headers. */
export function keyOf({ headers }: Caller): string | undefined {
  return headers["x-api-key"] ?? headers["authorization"]?.match(/^Bearer\s+(\S+)$/i)?.[1];
}

/** Versions of the Messages API the simulator plays. */
const apiVersions = ["2023-06-01", "2026-10-21"];

/** Anthropic wants one credential, x-api-key or Bearer but not both, and a known `anthropic-version`. */
export function authenticate(caller: Caller, key: string | undefined): Problem | undefined {
  const { headers } = caller;
  const refused = { status: 401, type: "authentication_error" };
  const given = keyOf(caller);
  if (given === undefined) return { ...refused, message: "x-api-key header is required" };
  if (headers["x-api-key"] !== undefined && headers["authorization"] !== undefined) {
    return { ...refused, message: "Only one of the x-api-key and authorization headers may be set" };
  }
  if (key !== undefined && given !== key) return { ...refused, message: "invalid x-api-key" };
  const version = headers["anthropic-version"];
  const invalid = { status: 400, type: "invalid_request_error" };
  if (version === undefined) return { ...invalid, message: "anthropic-version: header is required" };
  if (apiVersions.includes(version)) return undefined;
  return { ...invalid, message: `anthropic-version: "${version}" is not a valid version` };
}
