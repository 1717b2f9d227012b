import type { Json, JsonObject } from "../canonical.ts";
import { isArray, isObject, lookup, stringOf } from "../json.ts";
import { camelCase } from "./field.ts";
import { mapSchemas } from "./map-schemas.ts";

/** The API's names of types (@google/genai 3.1 `Type`); an unspecified one says nothing. */
const types: Readonly<Record<string, string>> = {
  STRING: "string",
  NUMBER: "number",
  INTEGER: "integer",
  BOOLEAN: "boolean",
  ARRAY: "array",
  OBJECT: "object",
  NULL: "null",
};

/** 64-bit integers, which protocol buffers write as strings in JSON. */
const counts = new Set(["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"]);

/** Members of the API's own schemas that have a name in snake case as well. */
const spelled = new Set([...counts, "anyOf", "propertyOrdering"]);

/**
 * JSON Schema of what a client sent as a schema: OpenAPI 3.0 as the API's `Schema` has it, or JSON Schema already, which
 * stays as it is but for types in upper case (Gemini CLI 0.61 writes them there).
 */
export function fromGeminiSchema(schema: JsonObject): JsonObject {
  const { nullable, ...members } = mapSchemas(named(schema), fromGeminiSchema);
  const known = Object.fromEntries(Object.entries(members).flatMap(([keyword, value]) => read(keyword, value)));
  return nullable === true ? withNull(known) : known;
}

function named(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => {
      const camel = camelCase(keyword);
      return [spelled.has(camel) ? camel : keyword, value];
    }),
  );
}

function read(keyword: string, value: Json): readonly (readonly [string, Json])[] {
  if (keyword === "type") return value === "TYPE_UNSPECIFIED" ? [] : [[keyword, typeName(value)]];
  if (keyword === "propertyOrdering" || (keyword === "format" && value === "enum")) return [];
  if (keyword === "example") return [["examples", [value]]];
  const isCount = counts.has(keyword) && typeof value === "string" && /^\d{1,15}$/.test(value);
  return [[keyword, isCount ? Number(value) : value]];
}

function typeName(value: Json): Json {
  if (isArray(value)) return value.map(typeName);
  return lookup(types, stringOf(value)) ?? value;
}

function withNull(schema: JsonObject): JsonObject {
  const { type, anyOf, enum: values } = schema;
  const listed = isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {};
  if (isArray(type)) return { ...schema, type: type.includes("null") ? type : [...type, "null"], ...listed };
  if (type !== undefined) return { ...schema, type: type === "null" ? type : [type, "null"], ...listed };
  if (isArray(anyOf)) return { ...schema, anyOf: anyOf.some(isNull) ? anyOf : [...anyOf, { type: "null" }] };
  return { ...schema, ...listed };
}

function isNull(schema: Json): boolean {
  return isObject(schema) && schema["type"] === "null";
}
