import type { Json, JsonObject } from "../canonical.ts";
import { arrayOf, isObject, objectOf, stringOf } from "../json.ts";

/** Arguments of a call that arrive in pieces (@google/genai 3.1.0 `PartialArg`, sent by Vertex AI). */
export type PartialArguments = Readonly<{
  push(pieces: Json | undefined): void;
  /** Whether a value is still to go on. */
  isOpen(): boolean;
  value(): JsonObject;
}>;

type Step = string | number;
type Leaf = Readonly<{ steps: readonly Step[]; value: Json }>;

/** Pieces of a string at one path are joined; any other value stands for itself. */
export function partialArguments(): PartialArguments {
  const values = new Map<string, Json>();
  let isOpen = false;

  function read(piece: JsonObject): void {
    const path = stringOf(piece["jsonPath"]);
    if (path === undefined) return;
    const known = values.get(path);
    const text = stringOf(piece["stringValue"]);
    if (text !== undefined) values.set(path, typeof known === "string" ? known + text : text);
    else values.set(path, piece["numberValue"] ?? piece["boolValue"] ?? known ?? null);
  }

  return {
    push(pieces) {
      const objects = arrayOf(pieces).filter(isObject);
      for (const piece of objects) read(piece);
      isOpen = objects.some((piece) => piece["willContinue"] === true);
    },
    isOpen: () => isOpen,
    value: () => objectOf(tree([...values].map(([path, value]) => ({ steps: stepsOf(path), value })))) ?? {},
  };
}

/** RFC 9535 as far as it names one place: `.name`, `['name']`, `["name"]`, `[0]`. */
const stepShape = /\.([^.[\]]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g;

function stepsOf(path: string): readonly Step[] {
  return [...path.matchAll(stepShape)].map(([, name, index, single, double]) =>
    index === undefined ? (name ?? single ?? double ?? "") : Number(index),
  );
}

/** The value whose leaves these are; numbered members make a list. */
function tree(leaves: readonly Leaf[]): Json {
  const inner = leaves.filter(({ steps }) => steps.length > 0);
  const last = leaves.at(-1);
  if (inner.length === 0) return last === undefined ? {} : last.value;
  const members = Map.groupBy(inner, ({ steps }) => steps[0] ?? "");
  const values = [...members].map(([step, group]) => {
    const below = group.map(({ steps, value }) => ({ steps: steps.slice(1), value }));
    return [step, tree(below)] as const;
  });
  if (values.some(([step]) => typeof step === "string")) return Object.fromEntries(values);
  return values.toSorted(([one], [other]) => Number(one) - Number(other)).map(([, value]) => value);
}
