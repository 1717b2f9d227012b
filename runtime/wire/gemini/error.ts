import type { ErrorClass, Json, JsonObject, WireError } from "../canonical.ts";
import { classOfStatus, errorObjectOf, messageIn, rejectedKeyMessage, tooLongPrompt } from "../error-body.ts";
import { arrayOf, filledString, isObject, lookup, numberOf, objectOf, parseJson, stringOf } from "../json.ts";
import { encodeSse } from "../sse.ts";

/** Google's word for a class (google.rpc.Code), and the status where another one would not go with it. */
type Row = Readonly<{ word: string; status?: number }>;

const rows = {
  "invalid-request": { word: "INVALID_ARGUMENT" },
  "context-too-long": { word: "INVALID_ARGUMENT", status: 400 },
  "client-auth": { word: "UNAUTHENTICATED", status: 401 },
  "upstream-auth": { word: "INTERNAL", status: 502 },
  billing: { word: "RESOURCE_EXHAUSTED", status: 429 },
  permission: { word: "PERMISSION_DENIED", status: 403 },
  "not-found": { word: "NOT_FOUND" },
  conflict: { word: "ABORTED" },
  "too-large": { word: "INVALID_ARGUMENT" },
  "unsupported-media": { word: "INVALID_ARGUMENT" },
  "rate-limited": { word: "RESOURCE_EXHAUSTED", status: 429 },
  overloaded: { word: "UNAVAILABLE", status: 503 },
  "server-error": { word: "INTERNAL" },
  "bad-upstream-answer": { word: "INTERNAL" },
  "upstream-unreachable": { word: "UNAVAILABLE" },
  timeout: { word: "DEADLINE_EXCEEDED", status: 504 },
  unimplemented: { word: "UNIMPLEMENTED" },
  "content-policy": { word: "INVALID_ARGUMENT" },
  "provider-unavailable": { word: "UNAVAILABLE" },
  internal: { word: "INTERNAL" },
} as const satisfies Record<ErrorClass, Row>;

const rpc = "type.googleapis.com/google.rpc.";

/** The shape Google's SDKs read: `code` is the HTTP status. */
export function encodeError(error: WireError): Readonly<{ status: number; body: JsonObject }> {
  const row: Row = rows[error.class];
  const status = row.status ?? error.status;
  return { status, body: { error: errorObject(error, status) } };
}

/** The SDKs throw on a chunk with `error`; nothing may follow it. */
export function streamError(error: WireError): string {
  const { body } = encodeError(error);
  return encodeSse({ event: undefined, data: JSON.stringify(body) });
}

function errorObject(error: WireError, status: number): JsonObject {
  const { message, code, param, retryAfterMs } = error;
  const details: JsonObject[] = [];
  if (code !== undefined) details.push({ "@type": `${rpc}ErrorInfo`, reason: code, domain: "arouter" });
  if (param !== undefined) {
    details.push({ "@type": `${rpc}BadRequest`, fieldViolations: [{ field: param, description: message }] });
  }
  if (retryAfterMs !== undefined) {
    details.push({ "@type": `${rpc}RetryInfo`, retryDelay: `${Math.ceil(retryAfterMs / 1000)}s` });
  }
  return {
    code: status,
    message,
    status: rows[error.class].word,
    ...(details.length === 0 ? {} : { details }),
  };
}

/** The same words read: the class, and the HTTP status Google maps each to. */
const words = {
  INVALID_ARGUMENT: { of: "invalid-request", status: 400 },
  FAILED_PRECONDITION: { of: "invalid-request", status: 400 },
  OUT_OF_RANGE: { of: "invalid-request", status: 400 },
  UNAUTHENTICATED: { of: "upstream-auth", status: 401 },
  PERMISSION_DENIED: { of: "permission", status: 403 },
  NOT_FOUND: { of: "not-found", status: 404 },
  ABORTED: { of: "conflict", status: 409 },
  ALREADY_EXISTS: { of: "conflict", status: 409 },
  RESOURCE_EXHAUSTED: { of: "rate-limited", status: 429 },
  INTERNAL: { of: "server-error", status: 500 },
  UNKNOWN: { of: "server-error", status: 500 },
  DATA_LOSS: { of: "server-error", status: 500 },
  UNIMPLEMENTED: { of: "unimplemented", status: 501 },
  UNAVAILABLE: { of: "overloaded", status: 503 },
  DEADLINE_EXCEEDED: { of: "timeout", status: 504 },
} as const satisfies Record<string, Readonly<{ of: ErrorClass; status: number }>>;

type Word = Readonly<{ of: ErrorClass; status: number }>;

/** `reason` of google.rpc.ErrorInfo, where it says more than the word. */
const classOfReason: Readonly<Record<string, ErrorClass>> = {
  API_KEY_INVALID: "upstream-auth",
  ACCESS_TOKEN_EXPIRED: "upstream-auth",
  BILLING_DISABLED: "billing",
};

/** A body of a status that is not 2xx. Google's servers send the object alone or in a list. */
export function decodeError(status: number, text: string): WireError {
  return errorFrom(status, parseJson(text) ?? text);
}

/** An error found inside a 200: its own `code` is the status, or else its word tells one. */
export function embeddedError(body: Json): WireError {
  const error = errorObjectOf(body);
  const code = numberOf(error?.["code"]) ?? 0;
  const status = code >= 400 && code < 600 ? code : lookup<Word>(words, stringOf(error?.["status"]))?.status;
  return errorFrom(status ?? 502, body);
}

function errorFrom(status: number, body: Json): WireError {
  const error = errorObjectOf(body);
  const details = arrayOf(error?.["details"]).filter(isObject);
  const told = messageIn(body) ?? `The upstream answered with status ${status}.`;
  const of = classOf(status, told, stringOf(error?.["status"]), details);
  const wait = retryDelayMs(details);
  return {
    class: of,
    status,
    message: of === "upstream-auth" ? rejectedKeyMessage : told,
    code: reasonIn(details),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
}

function classOf(
  status: number,
  message: string,
  word: string | undefined,
  details: readonly JsonObject[],
): ErrorClass {
  const told = lookup(classOfReason, reasonIn(details));
  if (told !== undefined) return told;
  if (/API key not valid/i.test(message)) return "upstream-auth";
  if (status < 500 && (tooLongPrompt.test(message) || /token count .*exceeds/i.test(message)))
    return "context-too-long";
  const named = lookup<Word>(words, word)?.of;
  if (named === "rate-limited" && isDailyQuota(details)) return "billing";
  // A status such as 413 says more than the plain word that stands beside it.
  return named === undefined || named === "invalid-request" ? classOfStatus(status) : named;
}

function detail(details: readonly JsonObject[], type: string): JsonObject | undefined {
  return details.find((each) => each["@type"] === rpc + type);
}

function reasonIn(details: readonly JsonObject[]): string | undefined {
  return filledString(detail(details, "ErrorInfo")?.["reason"]);
}

/** A quota of a day is not back within any wait that a client can sit out. */
function isDailyQuota(details: readonly JsonObject[]): boolean {
  return arrayOf(detail(details, "QuotaFailure")?.["violations"]).some((violation) =>
    /PerDay/i.test(stringOf(objectOf(violation)?.["quotaId"]) ?? ""),
  );
}

/** `retryDelay` is a protobuf duration such as `13s` or `0.5s`. */
function retryDelayMs(details: readonly JsonObject[]): number | undefined {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(stringOf(detail(details, "RetryInfo")?.["retryDelay"]) ?? "")?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}

/** A 2xx answer that is none, or a stream that broke. */
export function badAnswer(message: string, code?: string): WireError {
  return { class: "bad-upstream-answer", status: 502, message, code };
}
