import { isArray, isObject, type Json, type JsonObject } from "./json.ts";

/** Deeper than any schema a person writes; a recursive one ends here. */
const maxDepth = 12;

/**
 * A value that satisfies the schema, the same for the same schema: every listed property, the first of every choice, the
 * smallest number and array allowed. `hint` names the place; strings are made of it. A `pattern` is met by luck only.
 */
export function jsonFromSchema(schema: Json | undefined, root: JsonObject, hint = "value", depth = 0): Json {
  if (!isObject(schema)) return hint;
  const target = resolve(schema, root);
  if (target["const"] !== undefined) return target["const"];
  if (isArray(target["enum"])) return target["enum"][0] ?? null;
  if (target["default"] !== undefined && target["type"] === undefined) return target["default"];
  const choice = firstChoice(target, depth);
  if (choice !== undefined)
    return jsonFromSchema({ ...without(target, choiceKeywords), ...choice }, root, hint, depth + 1);
  switch (typeOf(target)) {
    case "object":
      return objectFrom(target, root, depth);
    case "array":
      return arrayFrom(target, root, hint, depth);
    case "integer":
    case "number":
      return numberFrom(target);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return stringFrom(target, hint);
  }
}

const choiceKeywords = ["anyOf", "oneOf", "allOf"];

function firstChoice(schema: JsonObject, depth: number): JsonObject | undefined {
  if (isArray(schema["allOf"])) return Object.assign({}, ...schema["allOf"].filter(isObject));
  const choices = schema["anyOf"] ?? schema["oneOf"];
  if (!isArray(choices)) return undefined;
  const objects = choices.filter(isObject);
  // A recursive type ends at its null branch.
  const end = depth >= maxDepth ? objects.find((choice) => choice["type"] === "null") : undefined;
  return end ?? objects[0];
}

function resolve(schema: JsonObject, root: JsonObject): JsonObject {
  let target: Json | undefined = schema;
  for (let hops = 0; isObject(target) && typeof target["$ref"] === "string" && hops < maxDepth; hops += 1) {
    const path: readonly string[] = target["$ref"].split("/").slice(1);
    target = path.reduce<Json | undefined>((at, key) => (isObject(at) ? at[unescapePointer(key)] : undefined), root);
  }
  return isObject(target) ? target : {};
}

/** RFC 6901 section 4. */
function unescapePointer(token: string): string {
  return decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~");
}

function typeOf(schema: JsonObject): string {
  const type = schema["type"];
  if (typeof type === "string") return type;
  if (isArray(type) && typeof type[0] === "string") return type[0];
  if (schema["properties"] !== undefined) return "object";
  return schema["items"] === undefined ? "string" : "array";
}

function objectFrom(schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = isArray(schema["required"]) ? schema["required"] : [];
  const names =
    depth < maxDepth ? Object.keys(properties) : Object.keys(properties).filter((name) => required.includes(name));
  const missing = required.filter((name) => typeof name === "string" && !names.includes(name)).map(String);
  return Object.fromEntries(
    [...names, ...missing].map((name) => [name, jsonFromSchema(properties[name], root, name, depth + 1)]),
  );
}

function arrayFrom(schema: JsonObject, root: JsonObject, hint: string, depth: number): Json {
  const least = numberOr(schema["minItems"], 0);
  const most = numberOr(schema["maxItems"], Number.POSITIVE_INFINITY);
  const length = depth >= maxDepth ? least : Math.max(least, Math.min(1, most));
  return Array.from({ length }, (_, index) =>
    jsonFromSchema(schema["items"], root, length > 1 ? `${hint} ${index + 1}` : hint, depth + 1),
  );
}

function numberFrom(schema: JsonObject): number {
  const step = numberOr(schema["multipleOf"], 1);
  const least = Math.max(
    numberOr(schema["minimum"], Number.NEGATIVE_INFINITY),
    numberOr(schema["exclusiveMinimum"], Number.NEGATIVE_INFINITY) + step,
  );
  const most = Math.min(
    numberOr(schema["maximum"], Number.POSITIVE_INFINITY),
    numberOr(schema["exclusiveMaximum"], Number.POSITIVE_INFINITY) - step,
  );
  const wanted = Math.min(Math.max(1, least), Math.max(most, least));
  const stepped = Math.ceil(wanted / step) * step;
  return stepped > most ? wanted : stepped;
}

function numberOr(value: Json | undefined, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}

const formats: Readonly<Record<string, string>> = {
  "date-time": "2026-01-31T12:00:00Z",
  date: "2026-01-31",
  time: "12:00:00Z",
  duration: "P1D",
  email: "user@example.com",
  hostname: "example.com",
  uri: "https://example.com/",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uuid: "00000000-0000-4000-8000-000000000000",
};

function stringFrom(schema: JsonObject, hint: string): string {
  const format = typeof schema["format"] === "string" ? formats[schema["format"]] : undefined;
  if (format !== undefined) return format;
  const padded = hint.padEnd(numberOr(schema["minLength"], 0), "x");
  return padded.slice(0, numberOr(schema["maxLength"], padded.length));
}

function without(schema: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));
}
