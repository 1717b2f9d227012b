import type { Json } from "../json.ts";

/** A step from the body to a place in it. A tag is the variant of a union the next step is inside of. */
type Segment = string | number | Readonly<{ tag: string }>;
export type Path = readonly Segment[];

/** The JSON types, with integers apart from other numbers. */
export type JsonType = "string" | "integer" | "number" | "boolean" | "null" | "array" | "object";

/** How a value breaks its shape, before any vendor's words. */
export type Violation = Readonly<{ path: Path }> &
  (
    | Readonly<{ kind: "missing" | "unknown" }>
    | Readonly<{ kind: "type"; expected: readonly JsonType[]; found: JsonType }>
    | Readonly<{ kind: "word"; allowed: readonly string[]; found: string }>
    | Readonly<{ kind: "tag"; tag: string; allowed: readonly string[]; found: string }>
    | Readonly<{ kind: "pattern"; pattern: string }>
    | Readonly<{ kind: "string-length" | "array-length"; limit: "min" | "max"; bound: number; found: number }>
    | Readonly<{ kind: "number-range"; limit: "min" | "max"; bound: number; found: number; integer: boolean }>
  );

/** The JSON type of a value. */
export function jsonType(value: Json): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "string" || typeof value === "boolean") return typeof value === "string" ? "string" : "boolean";
  return "object";
}
