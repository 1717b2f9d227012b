import { isArray, isObject, type Json, type JsonObject } from "../json.ts";

/** Keywords outside the vendor's strict subset (its Structured Outputs guide). */
const refused = [
  "allOf",
  "not",
  "dependentRequired",
  "dependentSchemas",
  "if",
  "then",
  "else",
  "oneOf",
  "propertyNames",
  "patternProperties",
  "unevaluatedProperties",
  "contains",
  "uniqueItems",
];

/**
 * Why a schema cannot be used with `strict: true`, with the vendor's way of naming the place; undefined when it can. Every
 * object lists all its properties as required and allows no others.
 */
export function strictSchemaFault(schema: Json | undefined, context: readonly string[] = []): string | undefined {
  if (!isObject(schema)) return undefined;
  const at = `In context=(${context.map((key) => `'${key}'`).join(", ")}${context.length === 1 ? "," : ""})`;
  const keyword = refused.find((name) => schema[name] !== undefined);
  if (keyword !== undefined) return `${at}, '${keyword}' is not permitted.`;
  if (schema["type"] === "array" && schema["items"] === undefined) return `${at}, array schema missing items.`;
  const closed =
    isObject(schema["properties"]) || schema["type"] === "object" ? openObjectFault(schema, at) : undefined;
  return closed ?? childFault(schema, context);
}

function openObjectFault(schema: JsonObject, at: string): string | undefined {
  if (schema["additionalProperties"] !== false)
    return `${at}, 'additionalProperties' is required to be supplied and to be false.`;
  const required = isArray(schema["required"]) ? schema["required"] : [];
  const names = isObject(schema["properties"]) ? Object.keys(schema["properties"]) : [];
  const missing = names.find((name) => !required.includes(name));
  if (missing !== undefined) {
    return `${at}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
  }
  const extra = required.find((name) => typeof name === "string" && !names.includes(name));
  return extra === undefined
    ? undefined
    : `${at}, 'required' is required to be supplied and to be an array including every key in properties. Extra required key '${extra}' supplied.`;
}

function childFault(schema: JsonObject, context: readonly string[]): string | undefined {
  for (const group of ["properties", "$defs", "definitions"]) {
    const children = isObject(schema[group]) ? schema[group] : {};
    for (const [name, child] of Object.entries(children)) {
      const fault = strictSchemaFault(child, [...context, group, name]);
      if (fault !== undefined) return fault;
    }
  }
  const choices = isArray(schema["anyOf"]) ? schema["anyOf"] : [];
  for (const [index, choice] of choices.entries()) {
    const fault = strictSchemaFault(choice, [...context, "anyOf", String(index)]);
    if (fault !== undefined) return fault;
  }
  return strictSchemaFault(schema["items"], [...context, "items"]);
}
