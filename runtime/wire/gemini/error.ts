import type { ErrorClass, Json, JsonObject, WireError } from "../canonical.ts";
import { classOfStatus, errorObjectOf, messageIn, rejectedKeyMessage, tooLongPrompt } from "../error-body.ts";
import { arrayOf, filledString, isObject, lookup, numberOf, objectOf, parseJson, stringOf } from "../json.ts";
import { encodeSse } from "../sse.ts";

/** Google's word for a class (google.rpc.Code), and the status where Google has another one than the class usually has. */
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
  timeout: { word: "DEADLINE_EXCEEDED" },
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

const classByWord: Readonly<Record<string, ErrorClass>> = {
  UNAUTHENTICATED: "upstream-auth",
  PERMISSION_DENIED: "permission",
  NOT_FOUND: "not-found",
  RESOURCE_EXHAUSTED: "rate-limited",
  UNAVAILABLE: "overloaded",
  DEADLINE_EXCEEDED: "timeout",
  UNIMPLEMENTED: "unimplemented",
  INTERNAL: "server-error",
  UNKNOWN: "server-error",
  DATA_LOSS: "server-error",
  ABORTED: "conflict",
  ALREADY_EXISTS: "conflict",
};

/** A body of a status that is not 2xx. Google's servers send the object alone or in a list. */
export function decodeError(status: number, text: string): WireError {
  return errorFrom(status, parseJson(text) ?? text);
}

/** An error found inside a 200: its own `code` is the status. */
export function embeddedError(body: Json): WireError {
  const code = numberOf(errorObjectOf(body)?.["code"]);
  return errorFrom(code !== undefined && code >= 400 && code < 600 ? code : 502, body);
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
  if (reasonIn(details) === "API_KEY_INVALID" || /API key not valid/i.test(message)) return "upstream-auth";
  if (status < 500 && (tooLongPrompt.test(message) || /token count .*exceeds/i.test(message)))
    return "context-too-long";
  const named = lookup(classByWord, word);
  if (named === "rate-limited" && isDailyQuota(details)) return "billing";
  return named ?? classOfStatus(status);
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
