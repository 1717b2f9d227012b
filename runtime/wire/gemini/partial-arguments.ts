import type { Json, JsonObject } from "../canonical.ts";
import { arrayOf, numberOf, objectOf, stringOf } from "../json.ts";

/** Arguments of a call that arrive in pieces (@google/genai 3.1.0 `PartialArg`). */
export type PartialArguments = Readonly<{ push(pieces: Json | undefined): void; value(): JsonObject }>;

type Tree = { [key: string]: Json | Tree };

/** Pieces of a string at one path are joined; any other value stands for itself. */
export function partialArguments(): PartialArguments {
  const values = new Map<string, Json>();
  return {
    push(pieces) {
      for (const piece of arrayOf(pieces).map(objectOf)) {
        const path = stringOf(piece?.["jsonPath"]);
        if (piece === undefined || path === undefined) continue;
        const text = stringOf(piece["stringValue"]);
        const known = values.get(path);
        if (text !== undefined) values.set(path, (typeof known === "string" ? known : "") + text);
        else values.set(path, numberOf(piece["numberValue"]) ?? piece["boolValue"] ?? null);
      }
    },
    value() {
      const root: Tree = {};
      for (const [path, value] of values) place(root, steps(path), value);
      return root as JsonObject;
    },
  };
}

/** `$.a.b[0]` or `$['a']`. */
function steps(path: string): readonly string[] {
  return [...path.matchAll(/[^.[\]'"$]+/g)].map(([step]) => step);
}

function place(at: Tree, path: readonly string[], value: Json): void {
  const [step, ...rest] = path;
  if (step === undefined || step === "__proto__") return;
  if (rest.length === 0) {
    at[step] = value;
    return;
  }
  const next = at[step];
  const child: Tree = typeof next === "object" && next !== null && !Array.isArray(next) ? (next as Tree) : {};
  at[step] = child;
  place(child, rest, value);
}
