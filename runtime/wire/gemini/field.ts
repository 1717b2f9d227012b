import type { Json, JsonObject } from "../canonical.ts";

/**
 * A member by its name in JSON, or else by the snake-case name of the API's protocol buffers: the API takes both, and
 * Python users write the latter. Null counts as absent.
 */
export function field(object: JsonObject | undefined, name: string): Json | undefined {
  if (object === undefined) return undefined;
  return own(object, name) ?? own(object, snakeCase(name)) ?? undefined;
}

/** The name in JSON of a member that may have been written in snake case. */
export function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
