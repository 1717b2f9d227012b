/** What a JSON value may look like, as data: request bodies are tables of these. */
export type Shape =
  | Readonly<{ kind: "any" | "boolean" | "record" }>
  | Readonly<{ kind: "string"; min?: number; max?: number; pattern?: RegExp }>
  | Readonly<{ kind: "number" | "integer"; min?: number; max?: number }>
  | Readonly<{ kind: "words"; words: readonly string[] }>
  | Readonly<{ kind: "array"; items: Shape; min?: number; max?: number }>
  | ObjectShape
  /** Which object it is, its field `tag` says; an absent tag means `fallback`. */
  | Readonly<{ kind: "tagged"; tag: string; variants: Readonly<Record<string, Shape>>; fallback?: string }>
  | Readonly<{ kind: "nullable"; of: Shape }>
  /** Told apart by JSON type alone. */
  | Readonly<{ kind: "either"; options: readonly Shape[] }>;

type Fields = Readonly<Record<string, Shape>>;
type ObjectShape = Readonly<{ kind: "object"; required: Fields; optional: Fields }>;

export const any: Shape = { kind: "any" };
export const boolean: Shape = { kind: "boolean" };
/** An object whose fields are the user's own. */
export const record: Shape = { kind: "record" };
export const text: Shape = { kind: "string" };
export const integer: Shape = { kind: "integer" };

/** A string of `min` to `max` characters that matches `pattern`. */
export function string(limits: Readonly<{ min?: number; max?: number; pattern?: RegExp }>): Shape {
  return { kind: "string", ...limits };
}

/** A number of `min` to `max`. */
export function range(kind: "number" | "integer", min: number, max?: number): Shape {
  return { kind, min, ...(max === undefined ? {} : { max }) };
}

/** One of these strings. */
export function words(...allowed: readonly string[]): Shape {
  return { kind: "words", words: allowed };
}

/** A list. */
export function array(items: Shape, limits: Readonly<{ min?: number; max?: number }> = {}): Shape {
  return { kind: "array", items, ...limits };
}

/** An object with these fields and no others. */
export function object(required: Fields, optional: Fields = {}): ObjectShape {
  return { kind: "object", required, optional };
}

/** One of several objects, told apart by the field `tag`. */
export function tagged(tag: string, variants: Readonly<Record<string, Shape>>, fallback?: string): Shape {
  return { kind: "tagged", tag, variants, ...(fallback === undefined ? {} : { fallback }) };
}

/** Null, or what `of` says. */
export function nullable(of: Shape): Shape {
  return { kind: "nullable", of };
}

/** Any of these, told apart by JSON type. */
export function either(...options: readonly Shape[]): Shape {
  return { kind: "either", options };
}
