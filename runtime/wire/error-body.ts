import type { ErrorClass, Json, JsonObject } from "./canonical.ts";
import { arrayOf, filledString, isArray, isObject, lookup, objectOf } from "./json.ts";

/** What the error bodies of all vendors, and of the many servers that speak almost like one, have in common. */

const classOfStatusCode: Readonly<Record<string, ErrorClass>> = {
  401: "upstream-auth",
  402: "billing",
  403: "permission",
  404: "not-found",
  408: "timeout",
  409: "conflict",
  413: "too-large",
  415: "unsupported-media",
  429: "rate-limited",
  501: "unimplemented",
  503: "overloaded",
  504: "timeout",
  529: "overloaded",
};

/** What a status says when nothing in the body says more. */
export function classOfStatus(status: number): ErrorClass {
  const known = lookup(classOfStatusCode, String(status));
  if (known !== undefined) return known;
  if (status >= 500 && status <= 599) return "server-error";
  return status >= 400 && status <= 499 ? "invalid-request" : "bad-upstream-answer";
}

/** Vendors have no common code for a prompt that is too long; these are their words for it. */
export const tooLongPrompt =
  /(?:prompt|input) is too long|maximum context length|exceeds? (?:the )?(?:maximum )?context|context (?:window|length)/i;

/** The object that describes the error: `error` of the body (of its first element where Google sends a list), or the body itself. */
export function errorObjectOf(body: Json): JsonObject | undefined {
  const outer = outerObject(body);
  return objectOf(outer?.["error"]) ?? outer;
}

function outerObject(body: Json): JsonObject | undefined {
  return objectOf(isArray(body) ? body[0] : body);
}

const maxMessageChars = 2048;

/**
 * The sentence for people in an error body: `error.message`, a plain `error`, `message`, `detail` (FastAPI's list too) or
 * `msg`; text that is no web page and JSON without any of these stand for themselves. Without the keys vendors repeat.
 */
export function messageIn(body: Json): string | undefined {
  const outer = outerObject(body);
  const candidates = [
    errorObjectOf(body)?.["message"],
    outer?.["error"],
    outer?.["message"],
    outer?.["detail"],
    outer?.["msg"],
  ];
  const message = candidates.map(textOf).find((text) => text !== undefined) ?? plainText(body);
  return message === undefined ? undefined : withoutKeys(message).slice(0, maxMessageChars);
}

function textOf(value: Json | undefined): string | undefined {
  return filledString(value) ?? filledString(objectOf(arrayOf(value)[0])?.["msg"]);
}

function plainText(body: Json): string | undefined {
  if (typeof body === "string") return body.trimStart().startsWith("<") ? undefined : filledString(body.trim());
  return isObject(body) && Object.keys(body).length > 0 ? JSON.stringify(body) : undefined;
}

/** Vendors repeat a rejected key, or the URL it stood in. */
function withoutKeys(message: string): string {
  return message.replaceAll(/\bsk-[\w*-]{6,}/g, "sk-…").replaceAll(/([?&]key=)[^\s&"']+/g, "$1…");
}

/** What a client is told of the gateway's own rejected key: the vendor's text tends to hold a part of it. */
export const rejectedKeyMessage = "The upstream rejected the gateway's credentials.";
