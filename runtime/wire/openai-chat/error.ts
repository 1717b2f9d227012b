import type { ErrorClass, Json, JsonObject, WireError } from "../canonical.ts";
import { classOfStatus, errorObjectOf, messageIn, rejectedKeyMessage, tooLongPrompt } from "../error-body.ts";
import { filledString, lookup, numberOf, objectOf, parseJson } from "../json.ts";
import { encodeSse } from "../sse.ts";

/** `type` and `code` of OpenAI's error object, and the status where OpenAI has another one than the class usually has. */
type Row = Readonly<{ type: string; code: string | null; status?: number }>;

const rows = {
  "invalid-request": { type: "invalid_request_error", code: null },
  "context-too-long": { type: "invalid_request_error", code: "context_length_exceeded", status: 400 },
  "client-auth": { type: "invalid_request_error", code: "invalid_api_key" },
  "upstream-auth": { type: "server_error", code: "upstream_auth", status: 502 },
  billing: { type: "insufficient_quota", code: "insufficient_quota", status: 429 },
  permission: { type: "invalid_request_error", code: "permission_denied" },
  "not-found": { type: "invalid_request_error", code: "model_not_found" },
  conflict: { type: "invalid_request_error", code: null },
  "too-large": { type: "invalid_request_error", code: "request_too_large" },
  "unsupported-media": { type: "invalid_request_error", code: null },
  "rate-limited": { type: "rate_limit_error", code: "rate_limit_exceeded" },
  overloaded: { type: "server_error", code: "server_is_overloaded", status: 503 },
  "server-error": { type: "server_error", code: null },
  "bad-upstream-answer": { type: "server_error", code: "upstream_invalid_response" },
  "upstream-unreachable": { type: "server_error", code: "upstream_unreachable" },
  timeout: { type: "server_error", code: "timeout" },
  unimplemented: { type: "invalid_request_error", code: null },
  "content-policy": { type: "invalid_request_error", code: "content_policy_violation" },
  "provider-unavailable": { type: "server_error", code: "provider_unavailable" },
  internal: { type: "server_error", code: "internal_error" },
} as const satisfies Record<ErrorClass, Row>;

/** The shape every OpenAI SDK reads (openai 7.55.0 `ErrorObject`). */
export function encodeError(error: WireError): Readonly<{ status: number; body: JsonObject }> {
  const row: Row = rows[error.class];
  return { status: row.status ?? error.status, body: { error: errorObject(error, row.code) } };
}

/** The SDKs throw on a chunk with `error`. No `[DONE]` follows, or simple clients would take the answer for whole. */
export function streamError(error: WireError): string {
  const code = rows[error.class].code ?? "upstream_stream_error";
  return encodeSse({ event: undefined, data: JSON.stringify({ error: errorObject(error, code) }) });
}

function errorObject(error: WireError, code: string | null): JsonObject {
  const { message, param } = error;
  return { message, type: rows[error.class].type, param: param ?? null, code: error.code ?? code };
}

const classByCode: Readonly<Record<string, ErrorClass>> = {
  context_length_exceeded: "context-too-long",
  string_above_max_length: "context-too-long",
  insufficient_quota: "billing",
  billing_hard_limit_reached: "billing",
  billing_not_active: "billing",
  rate_limit_exceeded: "rate-limited",
  rate_limit_error: "rate-limited",
  invalid_api_key: "upstream-auth",
  model_not_found: "not-found",
  unsupported_country_region_territory: "permission",
  content_policy_violation: "content-policy",
  content_filter: "content-policy",
  invalid_prompt: "content-policy",
  server_is_overloaded: "overloaded",
  overloaded_error: "overloaded",
};

/** A body of a status that is not 2xx, of OpenAI or of the many servers that answer almost like it. */
export function decodeError(status: number, text: string): WireError {
  return errorFrom(status, parseJson(text) ?? text);
}

/** An error found inside a 200: its own `code` is the status when it looks like one, else the kind of error decides. */
export function embeddedError(body: JsonObject): WireError {
  const error = objectOf(body["error"]);
  const code = numberOf(error?.["code"]) ?? numberOf(error?.["status"]);
  if (code !== undefined && code >= 400 && code < 600) return errorFrom(code, body);
  const told = errorFrom(502, body);
  const isInvalid = told.class === "server-error" && error?.["type"] === "invalid_request_error";
  const of = isInvalid ? "invalid-request" : told.class;
  return { ...told, class: of, status: lookup<number>(embeddedStatus, of) ?? 502 };
}

const embeddedStatus: Partial<Record<ErrorClass, number>> = {
  "invalid-request": 400,
  "context-too-long": 400,
  "content-policy": 400,
  "not-found": 404,
  billing: 429,
  "rate-limited": 429,
  overloaded: 503,
};

function errorFrom(status: number, body: Json): WireError {
  const error = errorObjectOf(body);
  const code = filledString(error?.["code"]);
  const told = messageIn(body) ?? `The upstream answered with status ${status}.`;
  const of = classOf(status, told, code, filledString(error?.["type"]));
  const message = of === "upstream-auth" ? rejectedKeyMessage : told;
  return { class: of, status, message, code, param: filledString(error?.["param"]) };
}

function classOf(status: number, message: string, code: string | undefined, type: string | undefined): ErrorClass {
  const named = lookup(classByCode, code) ?? lookup(classByCode, type);
  if (named !== undefined) return named;
  return status < 500 && tooLongPrompt.test(message) ? "context-too-long" : classOfStatus(status);
}

/** A 2xx answer that is none, or a stream that broke. */
export function badAnswer(message: string, code?: string): WireError {
  return { class: "bad-upstream-answer", status: 502, message, code };
}
