import { isArray, isObject, type Json, type JsonObject } from "../json.ts";
import type { Shape } from "./shape.ts";
import { type JsonType, jsonType, type Path, type Violation } from "./violation.ts";

/** The first place, in reading order, where the value breaks the shape; undefined when it fits. */
export function firstViolation(value: Json, shape: Shape, path: Path = []): Violation | undefined {
  const found = jsonType(value);
  const expected = typesOf(shape);
  if (!expected.includes(found)) return { kind: "type", path, expected, found };
  switch (shape.kind) {
    case "any":
    case "boolean":
    case "record":
      return undefined;
    case "string":
      return typeof value === "string" ? stringViolation(value, shape, path) : undefined;
    case "number":
    case "integer":
      return typeof value === "number" ? numberViolation(value, shape, path) : undefined;
    case "words":
      return shape.words.includes(String(value))
        ? undefined
        : { kind: "word", path, allowed: shape.words, found: String(value) };
    case "array":
      return isArray(value) ? arrayViolation(value, shape, path) : undefined;
    case "object":
      return isObject(value) ? objectViolation(value, shape, path) : undefined;
    case "tagged":
      return isObject(value) ? taggedViolation(value, shape, path) : undefined;
    case "nullable":
      return value === null ? undefined : firstViolation(value, shape.of, path);
    case "either": {
      const option = shape.options.find((candidate) => typesOf(candidate).includes(found));
      return option === undefined ? undefined : firstViolation(value, option, path);
    }
  }
}

type Of<K extends Shape["kind"]> = Extract<Shape, { kind: K }>;

function typesOf(shape: Shape): readonly JsonType[] {
  switch (shape.kind) {
    case "any":
      return ["string", "integer", "number", "boolean", "null", "array", "object"];
    case "number":
      return ["number", "integer"];
    case "string":
    case "words":
      return ["string"];
    case "record":
    case "object":
    case "tagged":
      return ["object"];
    case "nullable":
      return [...typesOf(shape.of), "null"];
    case "either":
      return shape.options.flatMap(typesOf);
    case "boolean":
    case "integer":
    case "array":
      return [shape.kind];
  }
}

function stringViolation(value: string, shape: Of<"string">, path: Path): Violation | undefined {
  const found = [...value].length;
  if (shape.min !== undefined && found < shape.min) {
    return { kind: "string-length", path, limit: "min", bound: shape.min, found };
  }
  if (shape.max !== undefined && found > shape.max) {
    return { kind: "string-length", path, limit: "max", bound: shape.max, found };
  }
  return shape.pattern === undefined || shape.pattern.test(value)
    ? undefined
    : { kind: "pattern", path, pattern: shape.pattern.source };
}

function numberViolation(value: number, shape: Of<"number" | "integer">, path: Path): Violation | undefined {
  const integer = shape.kind === "integer";
  if (shape.min !== undefined && value < shape.min) {
    return { kind: "number-range", path, limit: "min", bound: shape.min, found: value, integer };
  }
  return shape.max !== undefined && value > shape.max
    ? { kind: "number-range", path, limit: "max", bound: shape.max, found: value, integer }
    : undefined;
}

function arrayViolation(value: readonly Json[], shape: Of<"array">, path: Path): Violation | undefined {
  const found = value.length;
  if (shape.min !== undefined && found < shape.min) {
    return { kind: "array-length", path, limit: "min", bound: shape.min, found };
  }
  if (shape.max !== undefined && found > shape.max) {
    return { kind: "array-length", path, limit: "max", bound: shape.max, found };
  }
  for (const [index, item] of value.entries()) {
    const violation = firstViolation(item, shape.items, [...path, index]);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

function objectViolation(value: JsonObject, shape: Of<"object">, path: Path): Violation | undefined {
  for (const name of Object.keys(shape.required)) {
    if (value[name] === undefined) return { kind: "missing", path: [...path, name] };
  }
  for (const [name, inner] of Object.entries(value)) {
    const field = own(shape.required, name) ?? own(shape.optional, name);
    if (field === undefined) return { kind: "unknown", path: [...path, name] };
    const violation = firstViolation(inner, field, [...path, name]);
    if (violation !== undefined) return violation;
  }
  return undefined;
}

function taggedViolation(value: JsonObject, shape: Of<"tagged">, path: Path): Violation | undefined {
  const tag = value[shape.tag] ?? shape.fallback;
  if (tag === undefined) return { kind: "missing", path: [...path, shape.tag] };
  const variant = typeof tag === "string" ? own(shape.variants, tag) : undefined;
  if (typeof tag !== "string" || variant === undefined) {
    return { kind: "tag", path, tag: shape.tag, allowed: Object.keys(shape.variants), found: String(tag) };
  }
  return firstViolation(value, variant, [...path, { tag }]);
}

/** A name such as `constructor` is no field just because every object has it. */
function own(fields: Readonly<Record<string, Shape>>, name: string): Shape | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
