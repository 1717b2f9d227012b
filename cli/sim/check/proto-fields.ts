import { isArray, isObject, type Json, type JsonObject } from "../json.ts";
import type { Shape } from "./shape.ts";
import { jsonType } from "./violation.ts";

/**
 * A value with the fields its shape knows under the shape's own names: protobuf's JSON takes snake_case for camelCase and
 * null for "not there" (Protocol Buffers' JSON mapping). What the shape leaves to the user stays as it is.
 */
export function protoFields(value: Json, shape: Shape): Json {
  switch (shape.kind) {
    case "object":
      return isObject(value) ? objectFields(value, { ...shape.required, ...shape.optional }) : value;
    case "array":
      return isArray(value) ? value.map((item) => protoFields(item, shape.items)) : value;
    case "nullable":
      return protoFields(value, shape.of);
    case "either": {
      const option = shape.options.find(({ kind }) => kind === jsonType(value));
      return option === undefined ? value : protoFields(value, option);
    }
    case "any":
    case "boolean":
    case "record":
    case "string":
    case "number":
    case "integer":
    case "words":
    case "tagged":
      return value;
  }
}

function objectFields(value: JsonObject, fields: Readonly<Record<string, Shape>>): JsonObject {
  const entries = Object.entries(value).flatMap(([given, inner]): readonly (readonly [string, Json])[] => {
    const name = Object.hasOwn(fields, given) ? given : camelCase(given);
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) return [[given, inner]];
    return inner === null ? [] : [[name, protoFields(inner, field)]];
  });
  return Object.fromEntries(entries);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
