import type { Json, JsonObject } from "../wire/canonical.ts";
import { isArray, isObject } from "../wire/json.ts";

/** The value without what the steps of a JSON pointer lead to; `*` is every element. The same value where nothing is there. */
export function withoutPath(value: Json, [step, ...rest]: readonly string[]): Json {
  if (step === undefined) return value;
  const fits = (key: string) => step === "*" || step === key;
  if (isArray(value)) {
    if (rest.length > 0)
      return mapItems(value, (item, index) => (fits(String(index)) ? withoutPath(item, rest) : item));
    const kept = value.filter((_, index) => !fits(String(index)));
    return kept.length === value.length ? value : kept;
  }
  if (!isObject(value)) return value;
  if (rest.length > 0) return mapMembers(value, (member, key) => (fits(key) ? withoutPath(member, rest) : member));
  return withoutMembers(value, fits);
}

/** Whose content is the user's own data, in which a member's name means nothing. */
const ofUser: ReadonlySet<string> = new Set([
  "input",
  "input_schema",
  "arguments",
  "args",
  "parameters",
  "parametersJsonSchema",
  "schema",
  "responseSchema",
  "responseJsonSchema",
  "response",
  "metadata",
]);

/** The value without a member, at any depth. The same value where it nowhere is. */
export function withoutEverywhere(value: Json, member: string): Json {
  if (isArray(value)) return mapItems(value, (item) => withoutEverywhere(item, member));
  if (!isObject(value)) return value;
  const kept = withoutMembers(value, (key) => key === member);
  return mapMembers(kept, (inside, key) => (ofUser.has(key) ? inside : withoutEverywhere(inside, member)));
}

/** The object without the members whose names fit; the same object where none does. */
export function withoutMembers(value: JsonObject, fits: (key: string) => boolean): JsonObject {
  const entries = Object.entries(value);
  const kept = entries.filter(([key]) => !fits(key));
  return kept.length === entries.length ? value : Object.fromEntries(kept);
}

/** The list with each item changed; the same list where none was. */
export function mapItems(list: readonly Json[], change: (item: Json, index: number) => Json): readonly Json[] {
  const changed = list.map(change);
  return changed.every((item, index) => item === list[index]) ? list : changed;
}

function mapMembers(value: JsonObject, change: (member: Json, key: string) => Json): JsonObject {
  const changed = Object.entries(value).map(([key, member]) => [key, change(member, key)] as const);
  return changed.every(([key, member]) => member === value[key]) ? value : Object.fromEntries(changed);
}
