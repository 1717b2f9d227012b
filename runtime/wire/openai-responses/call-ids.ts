import type { JsonObject } from "../canonical.ts";
import { filledString, stringOf } from "../json.ts";
import { qualifiedName } from "./qualified-name.ts";

/** Says which call an output answers, by what was called so far. */
export type CallIds = Readonly<{
  /** The id of the call that `item` makes. */
  ofCall(item: JsonObject, name: string): string;
  /** The id of the call that `item` answers; undefined where nothing tells. */
  ofOutput(item: JsonObject): string | undefined;
}>;

/**
 * Calls and outputs meet by `call_id`. Outputs of a local shell name the id of the call's item instead, and those without
 * any id the tool (openai 7.55.0 `LocalShellCallOutput`, `FunctionCallOutput`); then the oldest open call of it is meant.
 */
export function callIds(): CallIds {
  const calls: { id: string; itemId: string | undefined; name: string }[] = [];
  const answered = new Set<string>();

  function unnamed(item: JsonObject): string | undefined {
    const open = (isMeant: (call: (typeof calls)[number]) => boolean) =>
      calls.find((call) => isMeant(call) && !answered.has(call.id))?.id;
    if (item["type"] === "local_shell_call_output")
      return open(({ id, itemId }) => id === item["id"] || itemId === item["id"]);
    const name = filledString(item["name"]);
    if (name === undefined) return undefined;
    const qualified = qualifiedName(stringOf(item["namespace"]), name);
    return open((call) => call.name === qualified);
  }

  return {
    ofCall(item, name) {
      const itemId = filledString(item["id"]);
      const id = filledString(item["call_id"]) ?? itemId ?? `call_${calls.length + 1}`;
      calls.push({ id, itemId, name });
      return id;
    },
    ofOutput(item) {
      const id = filledString(item["call_id"]) ?? unnamed(item);
      if (id !== undefined) answered.add(id);
      return id;
    },
  };
}
