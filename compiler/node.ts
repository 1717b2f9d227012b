import type { Span } from "./span.ts";

/** One shape for TOML, YAML and JSON: what the user wrote, with the place of every key and value. */
export type Node =
  | MapNode
  | Readonly<{ kind: "list"; span: Span; items: readonly Node[] }>
  | Readonly<{ kind: "string"; span: Span; value: string }>
  | Readonly<{ kind: "number"; span: Span; value: number }>
  | Readonly<{ kind: "boolean"; span: Span; value: boolean }>
  | Readonly<{ kind: "null"; span: Span }>
  /** TOML's four kinds of date and time, which no key takes. */
  | Readonly<{ kind: "date"; span: Span; text: string }>;

export type MapNode = Readonly<{ kind: "map"; span: Span; entries: readonly Entry[] }>;
export type Entry = Readonly<{
  key: string;
  keySpan: Span;
  value: Node;
  /** Where the file has it, when that is another key or another place: a path from the file's own root. */
  written?: Path;
}>;

/** Keys and list positions from the root. */
export type Path = readonly (string | number)[];

/** No hand-written file comes near; keeps recursion here and in later phases safe. */
export const maxDepth = 100;

/** The entry of a map, or undefined for a missing key or any other kind of node. */
export function entryOf(node: Node | undefined, key: string): Entry | undefined {
  return node?.kind === "map" ? node.entries.find((entry) => entry.key === key) : undefined;
}

/** The map with one entry more in its table `key`, which is made where there is none; unchanged where that is no table. */
export function withEntry(map: MapNode, key: string, entry: Entry): MapNode {
  const table = entryOf(map, key);
  if (table === undefined) {
    const value: MapNode = { kind: "map", span: entry.keySpan, entries: [entry] };
    return { ...map, entries: [...map.entries, { key, keySpan: entry.keySpan, value }] };
  }
  if (table.value.kind !== "map") return map;
  const grown = { ...table, value: { ...table.value, entries: [...table.value.entries, entry] } };
  return { ...map, entries: map.entries.map((one) => (one === table ? grown : one)) };
}

/** The node at `path`, or undefined where the path leaves the tree. */
export function nodeAt(root: Node | undefined, path: Path): Node | undefined {
  return path.reduce<Node | undefined>((node, step) => childOf(node, step), root);
}

/** Where the value at `path` is; where there is none, the place of its nearest ancestor. */
export function spanAt(root: Node, path: Path): Span {
  return nodeAt(root, path)?.span ?? spanAt(root, path.slice(0, -1));
}

/** Where the key at `path` is spelled; a list item has no key, so its own place. */
export function keySpanAt(root: Node, path: Path): Span {
  const key = path.at(-1);
  if (typeof key !== "string") return spanAt(root, path);
  return entryOf(nodeAt(root, path.slice(0, -1)), key)?.keySpan ?? spanAt(root, path);
}

/** `path` as the file has it, where the user spells a key otherwise. */
export function writtenPath(root: Node, path: Path): Path {
  const last = path.at(-1);
  if (last === undefined) return [];
  const around = path.slice(0, -1);
  return entryOf(nodeAt(root, around), String(last))?.written ?? [...writtenPath(root, around), last];
}

/** The plain data of a tree. A key `__proto__` becomes an ordinary own key. */
export function toValue(node: Node): unknown {
  switch (node.kind) {
    case "map":
      return toRecord(node);
    case "list":
      return node.items.map(toValue);
    case "null":
      return null;
    case "date":
      return node.text;
    case "string":
    case "number":
    case "boolean":
      return node.value;
  }
}

/** The plain data of a map. */
export function toRecord(node: MapNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(node.entries.map((entry) => [entry.key, toValue(entry.value)]));
}

function childOf(node: Node | undefined, step: string | number): Node | undefined {
  if (node?.kind === "list") return /^[0-9]+$/.test(String(step)) ? node.items[Number(step)] : undefined;
  return entryOf(node, String(step))?.value;
}

/** The steps of a JSON Pointer (RFC 6901). */
export function pointerPath(pointer: string): Path {
  const steps = pointer.split("/").slice(1);
  return steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}
