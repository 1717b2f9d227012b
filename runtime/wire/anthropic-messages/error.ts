import type { ErrorClass, Json, JsonObject, WireError } from "../canonical.ts";
import { classOfStatus, errorObjectOf, messageIn, rejectedKeyMessage, tooLongPrompt } from "../error-body.ts";
import { filledString, lookup, objectOf, parseJson, stringOf } from "../json.ts";
import { encodeSse } from "../sse.ts";

type Row = Readonly<{ status: number; type: string }>;

/** Status and `error.type` of each class (platform.claude.com: errors; 529 is Anthropic's own status). */
const rows = {
  "invalid-request": { status: 400, type: "invalid_request_error" },
  "context-too-long": { status: 400, type: "invalid_request_error" },
  "client-auth": { status: 401, type: "authentication_error" },
  "upstream-auth": { status: 502, type: "api_error" },
  billing: { status: 402, type: "billing_error" },
  permission: { status: 403, type: "permission_error" },
  "not-found": { status: 404, type: "not_found_error" },
  conflict: { status: 409, type: "conflict_error" },
  "too-large": { status: 413, type: "request_too_large" },
  "unsupported-media": { status: 415, type: "invalid_request_error" },
  "rate-limited": { status: 429, type: "rate_limit_error" },
  overloaded: { status: 529, type: "overloaded_error" },
  "server-error": { status: 500, type: "api_error" },
  "bad-upstream-answer": { status: 502, type: "api_error" },
  "upstream-unreachable": { status: 502, type: "api_error" },
  timeout: { status: 504, type: "timeout_error" },
  unimplemented: { status: 400, type: "invalid_request_error" },
  "content-policy": { status: 400, type: "invalid_request_error" },
  "provider-unavailable": { status: 529, type: "overloaded_error" },
  internal: { status: 500, type: "api_error" },
} as const satisfies Record<ErrorClass, Row>;

const classOfType = {
  invalid_request_error: "invalid-request",
  authentication_error: "upstream-auth",
  billing_error: "billing",
  permission_error: "permission",
  not_found_error: "not-found",
  conflict_error: "conflict",
  request_too_large: "too-large",
  rate_limit_error: "rate-limited",
  overloaded_error: "overloaded",
  timeout_error: "timeout",
  api_error: "server-error",
} as const satisfies Record<string, ErrorClass>;

/** `details.error_code` values that say more than the type does. */
const classOfCode: Readonly<Record<string, ErrorClass>> = {
  contract_spend_limit_reached: "billing",
  enforced_spend_limit_reached: "billing",
  request_body_too_large_after_decoding: "too-large",
};

/** Any non-2xx body: Anthropic's own, the shapes of compatible servers, HTML, or nothing at all. */
export function decodeError(status: number, text: string): WireError {
  return decodeErrorBody(status, parseJson(text) ?? text);
}

/** `status` is undefined for an error inside a 200: then the type decides. */
export function decodeErrorBody(status: number | undefined, body: Json): WireError {
  const error = errorObjectOf(body);
  const type = stringOf(error?.["type"]);
  const details = objectOf(error?.["details"]);
  const code = filledString(details?.["error_code"]) ?? filledString(error?.["code"]);
  const message = messageIn(body) ?? `The upstream answered with status ${status ?? 200} and no message.`;
  const errorClass = classify(status, type, code, message);
  return {
    class: errorClass,
    status: status !== undefined && status >= 400 && status <= 599 ? status : rows[errorClass].status,
    message: errorClass === "upstream-auth" ? rejectedKeyMessage : message,
    ...(code === undefined ? {} : { code }),
  };
}

function classify(
  status: number | undefined,
  type: string | undefined,
  code: string | undefined,
  message: string,
): ErrorClass {
  const byCode = lookup(classOfCode, code);
  if (byCode !== undefined) return byCode;
  const byStatus = status === undefined ? undefined : classOfStatus(status);
  const named = lookup<ErrorClass>(classOfType, type);
  // A generic type says less than the status does; a specific one, such as `overloaded_error` on a 500, says more.
  const isGeneric = named === undefined || named === "invalid-request" || named === "server-error";
  const found = (isGeneric ? (byStatus ?? named) : named) ?? "server-error";
  return found === "invalid-request" && tooLongPrompt.test(message) ? "context-too-long" : found;
}

/**
 * The error envelope. Any code goes to `details.error_code`, where @anthropic-ai/sdk 1.x looks: its tool runner starts a
 * thread over on `thread_unsupported_request` and gives up on any other 400.
 */
export function encodeError(error: WireError, requestId: string): Readonly<{ status: number; body: JsonObject }> {
  const row = rows[error.class];
  const isServerError = error.status > 500 && error.status < 529 && error.status !== 503;
  const keepsStatus =
    (error.class === "server-error" && isServerError) ||
    error.class === "internal" ||
    // The gateway's own: a method that is not, and a limit of cost.
    error.status === 405 ||
    error.status === 402;
  const details: JsonObject = {
    ...(error.code === undefined ? {} : { error_code: error.code }),
    ...(error.code === undefined || error.param === undefined ? {} : { param: error.param }),
  };
  return {
    status: keepsStatus ? error.status : row.status,
    body: {
      type: "error",
      error: {
        type: row.type,
        message: clientMessage(error),
        ...(error.code === undefined ? {} : { details }),
      },
      request_id: requestId,
    },
  };
}

/** Clients shorten their history when they read the vendor's own words for it, or those of its models at Amazon. */
function clientMessage({ class: errorClass, message }: WireError): string {
  if (errorClass !== "context-too-long" || /(?:prompt|input) is too long/i.test(message)) return message;
  return `prompt is too long: ${message}`;
}

/** The frame after which a broken stream is closed; official clients throw on it. */
export function streamError(error: WireError, requestId: string): string {
  return encodeSse({ event: "error", data: JSON.stringify(encodeError(error, requestId).body) });
}
