import type { Path } from "../check/violation.ts";
import { isArray, isObject, type Json, type JsonObject } from "../json.ts";
import type { Problem } from "../reply.ts";
import { invalid } from "./invalid.ts";
import { fieldProblem, placeOf, unknownName } from "./violation-problem.ts";

/** The fields of the vendor's own schema language, a part of OpenAPI 3.0 (Google GenAI SDK 3.1, `Schema`). */
const fields = [
  "anyOf",
  "default",
  "description",
  "enum",
  "example",
  "format",
  "items",
  "maxItems",
  "maxLength",
  "maxProperties",
  "maximum",
  "minItems",
  "minLength",
  "minProperties",
  "minimum",
  "nullable",
  "pattern",
  "properties",
  "propertyOrdering",
  "required",
  "title",
  "type",
];

const types = ["TYPE_UNSPECIFIED", "STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"];

/** Why the Gemini API cannot use an OpenAPI schema: JSON Schema's own words are not in it. */
export function openapiProblem(schema: JsonObject, path: Path): Problem | undefined {
  const unknown = Object.keys(schema).find((name) => !fields.includes(camelCase(name)));
  if (unknown !== undefined) return unknownName([...path, unknown]);
  if (isArray(schema["type"])) {
    const name = `Unknown name "type" at '${placeOf(path)}'`;
    return invalid(`Invalid JSON payload received. ${name}: Proto field is not repeating, cannot start list.`);
  }
  const type = typeof schema["type"] === "string" ? schema["type"].toUpperCase() : undefined;
  if (type !== undefined && !types.includes(type))
    return invalid(`Invalid value at '${placeOf([...path, "type"])}' (TYPE_ENUM), "${schema["type"]}"`);
  return typeProblem(schema, type, path) ?? childProblem(schema, path);
}

function typeProblem(schema: JsonObject, type: string | undefined, path: Path): Problem | undefined {
  const choices = isArray(schema["enum"]) ? schema["enum"] : [];
  const odd = choices.findIndex((choice) => typeof choice !== "string");
  if (odd >= 0)
    return invalid(`Invalid value at '${placeOf([...path, "enum"])}[${odd}]' (TYPE_STRING), ${choices[odd]}`);
  if (choices.length > 0 && type !== "STRING") return fieldProblem([...path, "enum"], "only allowed for STRING type");
  const { format } = schema;
  if (type === "STRING" && format !== undefined && format !== "enum" && format !== "date-time")
    return fieldProblem([...path, "format"], "only 'enum' and 'date-time' are supported for STRING type");
  if (type === "ARRAY" && schema["items"] === undefined) return fieldProblem([...path, "items"], "missing field.");
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  if (type === "OBJECT" && Object.keys(properties).length === 0)
    return fieldProblem([...path, "properties"], "should be non-empty for OBJECT type");
  const required = isArray(schema["required"]) ? schema["required"] : [];
  const lost = required.findIndex((name) => properties[String(name)] === undefined);
  return lost < 0 ? undefined : fieldProblem([...path, "required", lost], "property is not defined");
}

function childProblem(schema: JsonObject, path: Path): Problem | undefined {
  const properties = isObject(schema["properties"]) ? Object.values(schema["properties"]) : [];
  const children: readonly (readonly [Json | undefined, Path])[] = [
    ...properties.map((child, index) => [child, [...path, "properties", index, "value"]] as const),
    ...(isArray(schema["anyOf"]) ? schema["anyOf"] : []).map(
      (child, index) => [child, [...path, "anyOf", index]] as const,
    ),
    [schema["items"], [...path, "items"]],
  ];
  for (const [child, place] of children) {
    const problem = isObject(child) ? openapiProblem(child, place) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The schema as JSON Schema: types in lower case. */
export function openapiToJsonSchema(schema: Json): Json {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === "type" && typeof value === "string" ? value.toLowerCase() : value,
    ),
  );
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
