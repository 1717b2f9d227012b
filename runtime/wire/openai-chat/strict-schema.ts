import type { JsonObject } from "../canonical.ts";
import { arrayOf, isArray, isObject, objectOf, stringOf } from "../json.ts";

const schemaTables = ["properties", "$defs", "definitions"] as const;
const schemaLists = ["anyOf", "oneOf", "allOf", "prefixItems"] as const;
/** OpenAI's structured-outputs guide, "Supported schemas": these have no place in a strict schema. */
const refused = ["propertyNames", "patternProperties", "not", "oneOf", "if", "then", "else"] as const;
const lookaround = /\(\?<?[=!]/;

/** Whether OpenAI would take this schema with `strict: true`: every object closed and every property required. */
export function fitsStrict(schema: JsonObject): boolean {
  if (refused.some((keyword) => schema[keyword] !== undefined)) return false;
  if (lookaround.test(stringOf(schema["pattern"]) ?? "")) return false;
  if (describesObject(schema) && !isClosed(schema)) return false;
  return subschemas(schema).every(fitsStrict);
}

function describesObject(schema: JsonObject): boolean {
  const type = schema["type"];
  return type === "object" || arrayOf(type).includes("object") || schema["properties"] !== undefined;
}

function isClosed(schema: JsonObject): boolean {
  const required = new Set(arrayOf(schema["required"]));
  const names = Object.keys(objectOf(schema["properties"]) ?? {});
  return schema["additionalProperties"] === false && names.every((name) => required.has(name));
}

function subschemas(schema: JsonObject): readonly JsonObject[] {
  const inTables = schemaTables.flatMap((keyword) => Object.values(objectOf(schema[keyword]) ?? {}));
  const inLists = schemaLists.flatMap((keyword) => arrayOf(schema[keyword]));
  const items = isArray(schema["items"]) ? schema["items"] : [schema["items"]];
  return [...inTables, ...inLists, ...items].filter(isObject);
}
