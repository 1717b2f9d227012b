import type { Json, JsonObject } from "../canonical.ts";
import { arrayOf, isObject, objectOf, stringOf } from "../json.ts";
import type { AdaptedSchema } from "../json-schema.ts";
import { mapSchemas } from "./map-schemas.ts";

/**
 * A JSON Schema for `parametersJsonSchema`; undefined for a function without parameters, which is declared without any.
 * The API knows no `const`, and takes nothing but `$` keywords beside a `$ref` (@google/genai 3.1 doc comments).
 */
export function toParametersSchema(schema: JsonObject | undefined): JsonObject | undefined {
  if (schema === undefined || isEmpty(schema)) return undefined;
  return spelledOut(schema);
}

function isEmpty(schema: JsonObject): boolean {
  const says = Object.keys(schema).filter((keyword) => !silent.has(keyword) && keyword !== "additionalProperties");
  return says.every(
    (keyword) =>
      (keyword === "type" && schema["type"] === "object") ||
      (keyword === "required" && arrayOf(schema["required"]).length === 0) ||
      (keyword === "properties" && Object.keys(objectOf(schema["properties"]) ?? {}).length === 0),
  );
}

/** Keywords that forbid no value. */
const silent = new Set([
  ...["$schema", "$comment", "default", "example", "examples", "deprecated", "readOnly", "writeOnly"],
  ...["contentEncoding", "contentMediaType", "title", "description"],
]);

/** What `responseJsonSchema` understands (@google/genai 3.1 `GenerateContentConfig`). */
const understood = new Set([
  ...["$id", "$defs", "$ref", "$anchor", "type", "format", "title", "description", "enum", "items", "prefixItems"],
  ...["minItems", "maxItems", "minimum", "maximum", "anyOf", "oneOf", "properties", "additionalProperties"],
  ...["required", "propertyOrdering"],
]);

/** A JSON Schema in the subset of `responseJsonSchema`: other constraints become part of the description. */
export function toResponseSchema(schema: JsonObject): AdaptedSchema {
  let exact = true;
  const adapt = (inner: JsonObject): JsonObject => {
    const kept: Record<string, Json> = {};
    const told: string[] = [];
    for (const [keyword, value] of Object.entries(withoutDetours(inner))) {
      if (understood.has(keyword)) kept[keyword] = value;
      else if (!silent.has(keyword)) told.push(`${keyword}: ${JSON.stringify(value)}`);
    }
    if (told.length > 0) {
      exact = false;
      kept["description"] = [stringOf(inner["description"]), told.join(", ")].filter(Boolean).join("\n");
    }
    return mapSchemas(kept, adapt);
  };
  return { schema: spelledOut(adapt(schema)), exact };
}

/** `allOf` of a single schema is that schema; `definitions` is the older name of `$defs`. */
function withoutDetours(schema: JsonObject): JsonObject {
  const { allOf, definitions, const: only, ...rest } = schema;
  const [single, ...others] = arrayOf(allOf);
  const parts = others.length === 0 && isObject(single) ? withoutDetours(single) : allOf === undefined ? {} : { allOf };
  return {
    ...rest,
    ...(only === undefined ? {} : { enum: [only] }),
    ...(isObject(definitions) ? { $defs: { ...definitions, ...objectOf(rest["$defs"]) } } : {}),
    ...parts,
    ...(typeof rest["$ref"] === "string" ? { $ref: rest["$ref"].replace(/^#\/definitions\//, "#/$defs/") } : {}),
  };
}

/** `const` as an `enum` of one value, and no keywords beside a reference. */
function spelledOut(schema: JsonObject): JsonObject {
  if (typeof schema["$ref"] === "string") {
    const references = Object.entries(schema).filter(([keyword]) => keyword.startsWith("$"));
    return mapSchemas(Object.fromEntries(references), spelledOut);
  }
  const { const: only, ...rest } = mapSchemas(schema, spelledOut);
  return only === undefined ? rest : { ...rest, enum: [only] };
}
