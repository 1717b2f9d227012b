import type { Json, JsonObject } from "./canonical.ts";
import { isObject } from "./json.ts";

/** Where a client's own body says what the neutral form holds, as paths such as `messages[2].content[0]`. */
export type Places = Readonly<{
  /** Of blocks and tools. */
  marks: WeakMap<object, string>;
  /** Of what encoders call `field`, in OpenAI's words. */
  named(field: string): string;
  /** A path as messages for people spell it. */
  spoken(path: string): string;
}>;

/**
 * By an encoder's word for a field, where an API says it: of several places the first that a body has, else the first.
 * Words that an API shares with the encoders are absent.
 */
export type FieldPlaces = Readonly<Record<string, readonly [string, ...string[]]>>;

export function placesIn(
  body: JsonObject,
  fields: FieldPlaces,
  marks: Places["marks"],
  spoken: Places["spoken"] = (path) => path,
): Places {
  return {
    marks,
    named: (field) => {
      const places = Object.hasOwn(fields, field) ? fields[field] : undefined;
      return places?.find((path) => has(body, path.split("."))) ?? places?.[0] ?? field;
    },
    spoken,
  };
}

function has(value: Json | undefined, [member, ...rest]: readonly string[]): boolean {
  if (member === undefined) return true;
  const inside = isObject(value) ? (value[member] ?? undefined) : undefined;
  return inside !== undefined && has(inside, rest);
}
