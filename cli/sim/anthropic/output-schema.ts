import { isArray, isObject, type Json, type JsonObject } from "../json.ts";

/** Keywords structured outputs do not support, by the type they belong to (the vendor's structured outputs page). */
const refused: Readonly<Record<string, readonly string[]>> = {
  object: ["minProperties", "maxProperties", "patternProperties", "propertyNames", "unevaluatedProperties"],
  array: ["maxItems", "uniqueItems", "contains", "minContains", "maxContains", "prefixItems"],
  string: ["minLength", "maxLength", "pattern"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  any: ["oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas"],
};

const formats = ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];
const maxOptionalProperties = 24;

/** Why a schema cannot be used for structured output or a strict tool; undefined when it can. */
export function outputSchemaFault(schema: JsonObject): string | undefined {
  const optional = { count: 0 };
  const fault = nodeFault(schema, schema, [], optional);
  if (fault !== undefined || optional.count <= maxOptionalProperties) return fault;
  return `Schema has too many optional parameters: ${optional.count}, the maximum is ${maxOptionalProperties}`;
}

/** `path` holds the references on the way here, since a schema must not contain itself. */
function nodeFault(
  schema: Json,
  root: JsonObject,
  path: readonly string[],
  optional: { count: number },
): string | undefined {
  if (!isObject(schema)) return undefined;
  const reference = schema["$ref"];
  if (typeof reference === "string") return referenceFault(reference, root, path, optional);
  const fault = keywordFault(schema) ?? (schema["type"] === "object" ? objectFault(schema, optional) : undefined);
  if (fault !== undefined) return fault;
  for (const child of children(schema)) {
    const inner = nodeFault(child, root, path, optional);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function referenceFault(
  reference: string,
  root: JsonObject,
  path: readonly string[],
  optional: { count: number },
): string | undefined {
  const name = reference.match(/^#\/(?:\$defs|definitions)\/([^/]+)$/)?.[1];
  if (name === undefined)
    return reference === "#" ? "Recursive schemas are not supported" : `Unsupported $ref: '${reference}'`;
  if (path.includes(name)) return "Recursive schemas are not supported";
  const definitions = root["$defs"] ?? root["definitions"];
  const target = isObject(definitions) ? definitions[name] : undefined;
  return target === undefined ? `Unresolved $ref: '${reference}'` : nodeFault(target, root, [...path, name], optional);
}

function keywordFault(schema: JsonObject): string | undefined {
  const type = schema["type"] === "integer" ? "number" : String(schema["type"] ?? "any");
  for (const [owner, keywords] of Object.entries(refused)) {
    const found = keywords.filter((keyword) => schema[keyword] !== undefined);
    if (found.length > 0) {
      return `For '${owner === "any" ? type : String(schema["type"] ?? owner)}' type, properties ${found.join(", ")} are not supported`;
    }
  }
  const { minItems, format } = schema;
  if (typeof minItems === "number" && minItems > 1)
    return "For 'array' type, 'minItems' values other than 0 or 1 are not supported";
  if (typeof format === "string" && !formats.includes(format))
    return `For 'string' type, 'format' '${format}' is not supported`;
  return undefined;
}

function objectFault(schema: JsonObject, optional: { count: number }): string | undefined {
  const open = schema["additionalProperties"];
  if (open === undefined) return "For 'object' type, 'additionalProperties' must be explicitly set to false";
  if (open !== false) {
    return `For 'object' type, 'additionalProperties: ${isObject(open) ? "object" : open}' is not supported. Please set 'additionalProperties' to false`;
  }
  const names = isObject(schema["properties"]) ? Object.keys(schema["properties"]) : [];
  const required = isArray(schema["required"]) ? schema["required"] : [];
  optional.count += names.filter((name) => !required.includes(name)).length;
  return undefined;
}

function children(schema: JsonObject): readonly Json[] {
  const properties = isObject(schema["properties"]) ? Object.values(schema["properties"]) : [];
  const lists = ["anyOf", "allOf"].flatMap((name) => (isArray(schema[name]) ? schema[name] : []));
  return [...properties, ...lists, schema["items"] ?? null];
}
