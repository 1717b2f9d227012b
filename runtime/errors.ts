import type { ErrorClass, WireError } from "./wire/canonical.ts";

/** The gateway's own failures, each with the status and machine word clients get (codec error tables may change the status). */
const failures = {
  "invalid-request": { status: 400, code: "invalid_request" },
  "context-too-long": { status: 400, code: "context_length_exceeded" },
  "client-auth": { status: 401, code: "invalid_api_key" },
  "upstream-auth": { status: 502, code: "upstream_auth" },
  billing: { status: 402, code: "billing" },
  permission: { status: 403, code: "permission_denied" },
  "not-found": { status: 404, code: "model_not_found" },
  conflict: { status: 400, code: "conflict" },
  "too-large": { status: 413, code: "request_too_large" },
  "unsupported-media": { status: 415, code: "unsupported_media_type" },
  "rate-limited": { status: 429, code: "rate_limit_exceeded" },
  overloaded: { status: 503, code: "overloaded" },
  "server-error": { status: 500, code: "server_error" },
  "bad-upstream-answer": { status: 502, code: "upstream_read_error" },
  "upstream-unreachable": { status: 502, code: "upstream_connect_error" },
  timeout: { status: 504, code: "upstream_timeout" },
  unimplemented: { status: 501, code: "unimplemented" },
  "content-policy": { status: 400, code: "content_policy_violation" },
  "provider-unavailable": { status: 503, code: "provider_unavailable" },
  internal: { status: 500, code: "internal_error" },
} as const satisfies Record<ErrorClass, Readonly<{ status: number; code: string }>>;

/** A failure of class `of` with its usual status and code; `message` says what happened and what to do, for people. */
export function failure(
  of: ErrorClass,
  message: string,
  more: Partial<Pick<WireError, "code" | "param" | "retryAfterMs" | "status">> = {},
): WireError {
  return { class: of, message, ...failures[of], ...more };
}

/**
 * Error codes of a fetch that never got an answer. Bun and Deno put `code` on the error itself or on `cause`;
 * the text is what a person needs to find the fault.
 */
const connectCodes: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection",
  ConnectionRefused: "refused the connection",
  ENOTFOUND: "has a host name that does not resolve",
  EAI_AGAIN: "has a host name that does not resolve right now",
  ETIMEDOUT: "did not accept a connection in time",
  EHOSTUNREACH: "is unreachable from this machine",
  ENETUNREACH: "is unreachable from this machine",
  DEPTH_ZERO_SELF_SIGNED_CERT: "has a self-signed TLS certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "has a self-signed certificate in its chain",
  CERT_HAS_EXPIRED: "has an expired TLS certificate",
  ERR_TLS_CERT_ALTNAME_INVALID: "has a TLS certificate for another host",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "has a TLS certificate that cannot be verified",
};

/** The `code` of a system error thrown by fetch or a body reader, or undefined. */
export function systemErrorCode(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  if ("code" in thrown && typeof thrown.code === "string") return thrown.code;
  return "cause" in thrown ? systemErrorCode(thrown.cause) : undefined;
}

/** What a thrown fetch error means to a client. `provider` is the configured name, never its URL. */
export function connectFailure(provider: string, thrown: unknown): WireError {
  const code = systemErrorCode(thrown);
  const known = code === undefined ? undefined : connectCodes[code];
  if (known !== undefined) return failure("upstream-unreachable", `Provider "${provider}" ${known}.`);
  return failure("upstream-unreachable", `No answer from provider "${provider}"${code ? ` (${code})` : ""}.`);
}
