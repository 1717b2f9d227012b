import { Buffer } from "node:buffer";
import type { Json, JsonObject } from "./canonical.ts";
import { isArray, isObject, objectOf } from "./json.ts";

declare global {
  /** ECMAScript's "JSON.parse source text access"; TypeScript's own library has no types for it yet. */
  interface JSON {
    /** A value that `JSON.stringify` writes as this very text. */
    rawJSON(text: string): Json;
    isRawJSON(value: unknown): boolean;
  }
}

/**
 * What a number looks like that a double may not hold: more than 15 digits, or an exponent of three. A text without it is
 * parsed as ever.
 */
const longNumber = /[\d.]{16}|\d[eE][+-]?\d{3}/;

/**
 * `JSON.parse` for text that is going to be written again: numbers that a double would change (`12345678901234567890`,
 * `1e400`) become `JSON.rawJSON` values, which are written as they were read. Undefined when `text` is not JSON.
 */
export function parseExactly(text: string): Json | undefined {
  try {
    return longNumber.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * `JSON.parse` for answers that are going to be read: numbers are numbers, but in arguments and results of tools, where they
 * stay as in `parseExactly`. Undefined when `text` is not JSON.
 */
export function parseExactArguments(text: string): Json | undefined {
  try {
    const isLong = signs.some((sign) => text.includes(sign)) && longNumber.test(text);
    return isLong ? rounded(JSON.parse(text, keepDigits)) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same for a client's request that is parsed already: `json`, of these bytes, with its conversation parsed once more. */
export function withExactArguments(json: JsonObject, bytes: Uint8Array): JsonObject {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!signs.some((sign) => buffer.includes(sign))) return json;
  const text = buffer.toString();
  if (!longNumber.test(text)) return json;
  const { messages, contents } = objectOf(parseExactArguments(text)) ?? {};
  return { ...json, ...(messages === undefined ? {} : { messages }), ...(contents === undefined ? {} : { contents }) };
}

/** Without one of these there are no arguments or results that are objects; a search is cheaper than a look at each digit. */
const signs = ['"tool_use"', '"functionCall"', '"function_call"', '"functionResponse"', '"function_response"'] as const;

/** Members that hold arguments or results as objects (Gemini API; proto JSON takes names in snake case, too). */
const argumentMembers: ReadonlySet<string> = new Set([
  "functionCall",
  "function_call",
  "functionResponse",
  "function_response",
]);

/** The value of the whole text has no name: alone it stays a number. */
function keepDigits(name: string, value: Json, context?: Readonly<{ source?: string }>): Json {
  const source = context?.source;
  if (typeof value !== "number" || source === undefined || name === "") return value;
  return longNumber.test(source) && String(value) !== source ? JSON.rawJSON(source) : value;
}

function rounded(value: Json): Json {
  if (isArray(value)) return value.map(rounded);
  if (!isObject(value)) return value;
  if (JSON.isRawJSON(value)) return Number(value["rawJSON"]);
  const isToolUse = value["type"] === "tool_use";
  const holdsArguments = (name: string) => argumentMembers.has(name) || (isToolUse && name === "input");
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, holdsArguments(name) ? member : rounded(member)]),
  );
}
