import { isObject, type JsonObject } from "../json.ts";
import type { Behaviour } from "./behaviour.ts";

/** Lays the usage a behaviour names over the regular one; undefined where it takes usage away. */
export function scriptedUsage(usage: JsonObject, behaviour: Behaviour): JsonObject | undefined {
  if (behaviour.usage === null) return undefined;
  return isObject(behaviour.usage) ? { ...usage, ...behaviour.usage } : usage;
}
