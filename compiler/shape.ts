import type { Shape } from "../schemas/shape.ts";
import { type Diagnostic, diagnostic } from "./diagnostics.ts";
import { type Entry, keySpanAt, type MapNode, type Node, nodeAt, type Path, writtenPath } from "./node.ts";
import { placeName } from "./place-name.ts";
import { nearest, suggest } from "./suggest.ts";

/**
 * Every way in which a tree, or what it holds at `path`, differs from a schema. Keys are called what the file calls them.
 * Values are never repeated in a message: one may be a secret.
 */
export function checkShape(shape: Shape, root: Node, path: Path = []): readonly Diagnostic[] {
  const node = nodeAt(root, path);
  return node === undefined ? [] : differences(shape, node, { root, path });
}

type Place = Readonly<{ root: Node; path: Path }>;

function differences(shape: Shape, node: Node, place: Place): readonly Diagnostic[] {
  if (isAnything(shape)) return [];
  const fitting = alternatives(shape).find((one) => fits(one, node));
  if (fitting === undefined) return [wrongType(shape, node, place)];
  return contentDifferences(fitting, node, place);
}

function alternatives(shape: Shape): readonly Shape[] {
  return shape.anyOf ?? [shape];
}

function isAnything({ type, anyOf, enum: words }: Shape): boolean {
  return type === undefined && anyOf === undefined && words === undefined;
}

/** The one type without a `type` is a list of words, some of which may be numbers. */
function typeOf(shape: Shape): string {
  return shape.type ?? "string";
}

function fits(shape: Shape, node: Node): boolean {
  if (node.kind === "number" && shape.enum?.some((word) => typeof word === "number")) return true;
  return isOfType(node, typeOf(shape));
}

function contentDifferences(shape: Shape, node: Node, place: Place): readonly Diagnostic[] {
  switch (node.kind) {
    case "map":
      return [...mapDifferences(shape, node, place), ...missingKeys(shape, node, place)];
    case "list":
      return [
        ...bounds(shape.minItems, shape.maxItems, node.items.length, ["entry", "entries"], node, place),
        ...node.items.flatMap((item, index) => differences(shape.items ?? {}, item, deeper(place, index))),
      ];
    case "number":
      if (shape.enum !== undefined) return oneOf(shape.enum, node.value, node, place);
      return range(shape, node.value, node, place);
    case "string":
      if (shape.enum !== undefined) return oneOf(shape.enum, node.value, node, place);
      return bounds(shape.minLength, shape.maxLength, node.value.length, ["character", "characters"], node, place);
    case "boolean":
    case "null":
    case "date":
      return [];
  }
}

function mapDifferences(shape: Shape, node: MapNode, place: Place): readonly Diagnostic[] {
  const free = Object.entries(shape.patternProperties ?? {});
  return node.entries.flatMap((entry) => {
    const anyKey = () => free.find(([pattern]) => new RegExp(pattern, "s").test(entry.key))?.[1];
    const known = Object.hasOwn(shape.properties ?? {}, entry.key) ? shape.properties?.[entry.key] : anyKey();
    if (known === undefined) return [unknownKey(shape, entry, place)];
    return differences(known, entry.value, deeper(place, entry.key));
  });
}

function unknownKey(shape: Shape, entry: Entry, place: Place): Diagnostic {
  const keys = Object.keys(shape.properties ?? {});
  const message = `Unknown key ${JSON.stringify(entry.key)} ${placeName(place.root, writtenPath(place.root, place.path))}.`;
  return diagnostic("AR111", entry.keySpan, message, {
    hint: suggest(entry.key, keys) ?? `Keys here are ${keys.join(", ")}.`,
  });
}

function missingKeys(shape: Shape, node: MapNode, place: Place): readonly Diagnostic[] {
  const keys = Object.keys(shape.properties ?? {});
  // A misspelt key is reported once, as unknown.
  const meant = node.entries.map(({ key }) => (keys.includes(key) ? key : nearest(key, keys)));
  return (shape.required ?? [])
    .filter((key) => !meant.includes(key))
    .map((key) => {
      const message = `The key ${JSON.stringify(key)} is missing ${placeName(place.root, writtenPath(place.root, place.path))}.`;
      const hint = `Add ${JSON.stringify(key)}: ${typesOf(shape.properties?.[key] ?? {})}.`;
      return diagnostic("AR112", keySpanAt(place.root, place.path), message, { hint });
    });
}

function range(shape: Shape, value: number, node: Node, place: Place): readonly Diagnostic[] {
  const minimum = shape.minimum ?? Number.NEGATIVE_INFINITY;
  const maximum = shape.maximum ?? Number.POSITIVE_INFINITY;
  if (value >= minimum && value <= maximum) return [];
  const hint = value < minimum ? `Write ${minimum} or more.` : `Write ${maximum} or less.`;
  return [diagnostic("AR114", node.span, `${subject(place)} must be from ${minimum} to ${maximum}.`, { hint })];
}

function bounds(
  minimum = 0,
  maximum = Number.POSITIVE_INFINITY,
  size: number,
  [one, many]: readonly [string, string],
  node: Node,
  place: Place,
): readonly Diagnostic[] {
  const say = (limit: number, word: string) =>
    diagnostic(
      "AR114",
      node.span,
      `${subject(place)} must have at ${word} ${limit} ${limit === 1 ? one : many}, not ${size}.`,
    );
  if (size < minimum) return [say(minimum, "least")];
  return size > maximum ? [say(maximum, "most")] : [];
}

function oneOf(
  words: readonly (string | number)[],
  written: string | number,
  node: Node,
  place: Place,
): readonly Diagnostic[] {
  if (words.includes(written)) return [];
  const all = words.map((word) => JSON.stringify(word)).join(", ");
  const hint = typeof written === "string" ? suggest(written, words.map(String)) : undefined;
  return [diagnostic("AR115", node.span, `${subject(place)} must be one of ${all}.`, { hint })];
}

function wrongType(shape: Shape, node: Node, place: Place): Diagnostic {
  const message = `${subject(place)} must be ${typesOf(shape)}, not ${kindName(node)}.`;
  return diagnostic("AR113", node.span, message, { hint: typeHint(shape, node) });
}

function typesOf(shape: Shape): string {
  return alternatives(shape)
    .map((one) => typeNames[typeOf(one)] ?? typeOf(one))
    .join(" or ");
}

/** What to type, where the slip is a usual one. */
function typeHint(shape: Shape, node: Node): string | undefined {
  const wanted = typeOf(alternatives(shape)[0] ?? shape);
  if (node.kind === "string" && wanted === "boolean") return booleanHints[node.value.toLowerCase()];
  if (node.kind === "string" && wanted === "integer" && /^[0-9]+$/.test(node.value)) return "Remove the quotes.";
  if (node.kind === "string" && wanted === "number" && /^[0-9.]+$/.test(node.value)) return "Remove the quotes.";
  if (node.kind === "string" && wanted === "array") return "Put it in brackets: [ … ].";
  if (wanted === "string" && (node.kind === "number" || node.kind === "boolean")) return "Put it in quotes.";
  if (node.kind === "null") return "Write a value, or remove the key.";
  return undefined;
}

/** YAML 1.1 read these as truth values; YAML 1.2 reads text. */
const booleanHints: Readonly<Record<string, string>> = {
  yes: "Write true.",
  on: "Write true.",
  no: "Write false.",
  off: "Write false.",
};

const kindNames = {
  map: "a table of keys",
  list: "a list",
  string: "text",
  number: "a number",
  boolean: "true or false",
  null: "empty",
  date: "a date",
} as const satisfies Record<Node["kind"], string>;

function kindName(node: Node): string {
  return node.kind === "number" && !Number.isInteger(node.value) ? "a fraction" : kindNames[node.kind];
}

const typeNames: Readonly<Record<string, string>> = {
  object: "a table of keys",
  array: "a list",
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
};

function isOfType(node: Node, type: string): boolean {
  switch (node.kind) {
    case "map":
      return type === "object";
    case "list":
      return type === "array";
    case "number":
      return type === "number" || (type === "integer" && Number.isInteger(node.value));
    case "string":
    case "boolean":
      return type === node.kind;
    case "null":
    case "date":
      return false;
  }
}

function subject(place: Place): string {
  const path = writtenPath(place.root, place.path);
  const last = path.at(-1);
  if (last === undefined) return "The file";
  const name = typeof last === "number" ? `Entry ${last + 1}` : JSON.stringify(last);
  return `${name} ${placeName(place.root, path.slice(0, -1))}`;
}

function deeper(place: Place, step: string | number): Place {
  return { root: place.root, path: [...place.path, step] };
}
