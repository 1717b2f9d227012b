import type { Json, JsonObject } from "../canonical.ts";
import { isArray, isObject } from "../json.ts";

/** Keywords of JSON Schema whose value is a table of schemas, and those whose value is one schema or a list of them. */
const tables = new Set(["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"]);
const places = new Set([
  ...["items", "prefixItems", "additionalItems", "additionalProperties", "propertyNames", "contains"],
  ...["anyOf", "oneOf", "allOf", "not", "if", "then", "else"],
]);

/** The schema with `change` applied to each schema directly inside it. */
export function mapSchemas(schema: JsonObject, change: (inner: JsonObject) => JsonObject): JsonObject {
  const changed = (value: Json): Json => (isObject(value) ? change(value) : value);
  const member = (keyword: string, value: Json): Json => {
    if (tables.has(keyword) && isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, changed(inner)]));
    }
    if (!places.has(keyword)) return value;
    return isArray(value) ? value.map(changed) : changed(value);
  };
  return Object.fromEntries(Object.entries(schema).map(([keyword, value]) => [keyword, member(keyword, value)]));
}
