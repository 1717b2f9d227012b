import type { Json, JsonObject } from "./canonical.ts";
import { arrayOf, isArray, isObject, objectOf, stringOf } from "./json.ts";

/** `exact` is false when the result accepts or forbids other values than the original did. */
export type AdaptedSchema = Readonly<{ schema: JsonObject; exact: boolean }>;

const unions = ["anyOf", "oneOf", "allOf"] as const;

/**
 * A schema that the Messages API takes as a tool's `input_schema`: the root is an object without `anyOf`, `oneOf` or
 * `allOf`. A root union becomes one object with the properties of all branches; required is what every branch of
 * `anyOf` and `oneOf` requires, and what any branch of `allOf` does. Everything below the root stays as it is.
 */
export function toToolSchema(schema: JsonObject | undefined): AdaptedSchema {
  if (schema === undefined) return { schema: { type: "object", properties: {} }, exact: true };
  const { anyOf, oneOf, allOf, ...root } = schema;
  const branches = [...arrayOf(anyOf), ...arrayOf(oneOf)].filter(isObject);
  const parts = arrayOf(allOf).filter(isObject);
  const isPlain = unions.every((key) => schema[key] === undefined);
  if (isPlain) return { schema: asObjectType(root), exact: root["type"] === "object" || root["type"] === undefined };
  const merged = [root, ...branches, ...parts].map((part) => objectOf(part["properties"]) ?? {});
  const required = [...new Set([...namesIn(root), ...parts.flatMap(namesIn), ...sharedNames(branches)])];
  const properties = Object.fromEntries(merged.flatMap((part) => Object.entries(part)));
  return {
    schema: { ...asObjectType(root), properties, ...(required.length === 0 ? {} : { required }) },
    exact: false,
  };
}

function asObjectType(schema: JsonObject): JsonObject {
  return schema["type"] === "object" ? schema : { ...schema, type: "object" };
}

function namesIn(schema: JsonObject): readonly string[] {
  return arrayOf(schema["required"]).flatMap((name) => stringOf(name) ?? []);
}

function sharedNames(branches: readonly JsonObject[]): readonly string[] {
  const [first, ...others] = branches.map(namesIn);
  return (first ?? []).filter((name) => others.every((names) => names.includes(name)));
}

/** Keywords that the Messages API refuses in `output_config.format` and in strict tools; told to the model as text. */
const refused = new Set([
  ...["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  ...["minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems"],
  ...["minProperties", "maxProperties", "not"],
]);
const knownFormats = new Set([
  ...["date-time", "time", "date", "duration", "email"],
  ...["hostname", "uri", "ipv4", "ipv6", "uuid"],
]);
/** Keywords whose value is a table of schemas, a list of schemas, or one schema. */
const tables = new Set(["properties", "$defs", "definitions"]);
const lists = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
/** More optional properties than this are refused. */
const maxOptional = 24;

/**
 * A schema in the subset of the Messages API's structured output: every object closed, bounds moved into the
 * description, `oneOf` read as `anyOf`, unknown formats dropped. Undefined when the subset cannot say it: recursion, open
 * objects (maps), more than 24 optional properties.
 */
export function toStructuredSchema(schema: JsonObject): JsonObject | undefined {
  return isExpressible(schema) ? closeSchema(schema) : undefined;
}

function closeSchema(schema: JsonObject): JsonObject {
  const kept: Record<string, Json> = {};
  const moved: string[] = [];
  for (const [key, value] of Object.entries(schema)) {
    if (refused.has(key) || (key === "format" && !knownFormats.has(stringOf(value) ?? ""))) {
      moved.push(`${key}: ${JSON.stringify(value)}`);
    } else kept[key === "oneOf" ? "anyOf" : key] = closeMember(key, value);
  }
  if (moved.length > 0)
    kept["description"] = [stringOf(schema["description"]), moved.join(", ")].filter(Boolean).join("\n");
  if (describesObject(schema)) kept["additionalProperties"] = false;
  return kept;
}

function closeMember(key: string, value: Json): Json {
  if (tables.has(key) && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, isObject(part) ? closeSchema(part) : part]),
    );
  }
  if (lists.has(key) && isArray(value)) return value.map((part) => (isObject(part) ? closeSchema(part) : part));
  return key === "items" && isObject(value) ? closeSchema(value) : value;
}

function isExpressible(root: JsonObject): boolean {
  const schemas = subschemas(root);
  const optional = schemas.reduce((sum, schema) => sum + optionalCount(schema), 0);
  return optional <= maxOptional && !schemas.some(isOpenObject) && !isRecursive(root);
}

/** The schema itself and every schema below it. */
function subschemas(schema: JsonObject): readonly JsonObject[] {
  return [schema, ...childSchemas(schema).flatMap(subschemas)];
}

function childSchemas(schema: JsonObject): readonly JsonObject[] {
  return Object.entries(schema).flatMap(([key, value]) => {
    if (tables.has(key)) return Object.values(objectOf(value) ?? {}).filter(isObject);
    if (lists.has(key)) return arrayOf(value).filter(isObject);
    return key === "items" && isObject(value) ? [value] : [];
  });
}

function describesObject(schema: JsonObject): boolean {
  const type = schema["type"];
  return type === "object" || arrayOf(type).includes("object") || isObject(schema["properties"]);
}

function isOpenObject(schema: JsonObject): boolean {
  if (!describesObject(schema)) return false;
  const extra = schema["additionalProperties"];
  const isMap = extra === true || isObject(extra) || schema["patternProperties"] !== undefined;
  return isMap || (extra === undefined && !isObject(schema["properties"]));
}

function optionalCount(schema: JsonObject): number {
  const required = new Set(namesIn(schema));
  return Object.keys(objectOf(schema["properties"]) ?? {}).filter((name) => !required.has(name)).length;
}

/** Whether following `$ref`s comes back to a reference that is still open. Each reference is followed once. */
function isRecursive(root: JsonObject): boolean {
  const open = new Set<string>();
  const done = new Set<string>();
  const visit = (schema: JsonObject): boolean =>
    returnsBy(stringOf(schema["$ref"])) || childSchemas(schema).some(visit);
  function returnsBy(reference: string | undefined): boolean {
    if (reference === undefined || done.has(reference)) return false;
    if (reference === "#" || open.has(reference)) return true;
    open.add(reference);
    const target = resolve(reference, root);
    const found = target !== undefined && visit(target);
    open.delete(reference);
    done.add(reference);
    return found;
  }
  return visit(root);
}

function resolve(reference: string, root: JsonObject): JsonObject | undefined {
  const steps = reference.split("/");
  if (steps.shift() !== "#") return undefined;
  let at: Json | undefined = root;
  for (const step of steps) {
    at = objectOf(at)?.[step.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return objectOf(at);
}
