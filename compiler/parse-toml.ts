import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import { type Diagnostic, diagnostic } from "./diagnostics.ts";
import { type MapNode, maxDepth, type Node } from "./node.ts";
import type { Source, Span } from "./span.ts";
import type { Parsed } from "./tree.ts";

/** The tree while it grows: tables may be reopened by a later header. */
type Draft = DraftMap | DraftList | Exclude<Node, Readonly<{ kind: "map" | "list" }>>;
type DraftMap = { kind: "map"; span: Span; entries: { key: string; keySpan: Span; value: Draft }[] };
type DraftList = { kind: "list"; span: Span; items: Draft[] };
type Key = Readonly<{ name: string; span: Span }>;

/** TOML 1.0 text to a tree, or the first syntax error. */
export function parseToml(source: Source): Parsed<MapNode> {
  try {
    const program = parseTOML(source.text, { tomlVersion: "1.0.0" });
    return { root: treeOf(program, source.file), diagnostics: [] };
  } catch (error) {
    return { root: undefined, diagnostics: [problem(error, source)] };
  }
}

function problem(error: unknown, source: Source): Diagnostic {
  if (error instanceof ParseError) {
    const start = Math.min(error.index, source.text.length);
    const span = { file: source.file, start, end: Math.min(start + 1, source.text.length) };
    if (error.message.startsWith("Defining a key multiple times")) {
      return diagnostic("AR102", span, "This key or table is defined twice.", { hint: "Remove one of the two." });
    }
    return diagnostic("AR101", span, `Not valid TOML: ${error.message.replace(/\.$/, "")}.`);
  }
  if (error instanceof RangeError || error instanceof TooDeep) {
    const span = { file: source.file, start: 0, end: Math.min(1, source.text.length) };
    return diagnostic("AR110", span, `Values are nested more than ${maxDepth} levels deep.`);
  }
  throw error;
}

class TooDeep extends Error {}

function treeOf(program: AST.TOMLProgram, file: string): MapNode {
  const root: DraftMap = { kind: "map", span: spanOf(program, file), entries: [] };
  for (const item of program.body[0].body) {
    if (item.type === "TOMLKeyValue") assign(root, item, file, 1);
    else {
      const table = openTable(root, item, file);
      for (const pair of item.body) assign(table, pair, file, item.resolvedKey.length + 1);
    }
  }
  return root;
}

/** The map that a `[a.b]` or `[[a.b]]` header opens, made along the way where it is new. */
function openTable(root: DraftMap, table: AST.TOMLTable, file: string): DraftMap {
  const keys = keysOf(table.key, file);
  let map = root;
  let step = 0;
  for (const [position, segment] of table.resolvedKey.entries()) {
    if (typeof segment === "number") continue;
    const key = keys[step++];
    if (key === undefined) break;
    const index = table.resolvedKey[position + 1];
    map = typeof index === "number" ? childItem(map, key, index, spanOf(table, file)) : childMap(map, key);
    if (step === keys.length) map.span = spanOf(table, file);
  }
  return map;
}

function assign(target: DraftMap, pair: AST.TOMLKeyValue, file: string, depth: number): void {
  const keys = keysOf(pair.key, file);
  const last = keys.pop();
  if (last === undefined) return;
  if (depth + keys.length > maxDepth) throw new TooDeep();
  const map = keys.reduce(childMap, target);
  map.entries.push({ key: last.name, keySpan: last.span, value: nodeOf(pair.value, file, depth + keys.length) });
}

function childMap(map: DraftMap, key: Key): DraftMap {
  const found = map.entries.find((entry) => entry.key === key.name)?.value;
  if (found?.kind === "map") return found;
  const made: DraftMap = { kind: "map", span: key.span, entries: [] };
  map.entries.push({ key: key.name, keySpan: key.span, value: made });
  return made;
}

function childItem(map: DraftMap, key: Key, index: number, span: Span): DraftMap {
  const found = map.entries.find((entry) => entry.key === key.name)?.value;
  const list: DraftList = found?.kind === "list" ? found : { kind: "list", span, items: [] };
  if (found !== list) map.entries.push({ key: key.name, keySpan: key.span, value: list });
  const item = list.items[index];
  if (item?.kind === "map") return item;
  const made: DraftMap = { kind: "map", span, entries: [] };
  list.items.push(made);
  return made;
}

function nodeOf(value: AST.TOMLContentNode, file: string, depth: number): Draft {
  if (depth > maxDepth) throw new TooDeep();
  const span = spanOf(value, file);
  switch (value.type) {
    case "TOMLArray":
      return { kind: "list", span, items: value.elements.map((item) => nodeOf(item, file, depth + 1)) };
    case "TOMLInlineTable": {
      const map: DraftMap = { kind: "map", span, entries: [] };
      for (const pair of value.body) assign(map, pair, file, depth + 1);
      return map;
    }
    case "TOMLValue":
      return scalarOf(value, span);
  }
}

function scalarOf(value: AST.TOMLValue, span: Span): Draft {
  switch (value.kind) {
    case "string":
      return { kind: "string", span, value: value.value };
    case "integer":
    case "float":
      return { kind: "number", span, value: value.value };
    case "boolean":
      return { kind: "boolean", span, value: value.value };
    default:
      return { kind: "date", span, text: value.datetime };
  }
}

function keysOf(key: AST.TOMLKey, file: string): Key[] {
  return key.keys.map((part) => ({
    name: part.type === "TOMLBare" ? part.name : part.value,
    span: spanOf(part, file),
  }));
}

function spanOf(node: Readonly<{ range: readonly [number, number] }>, file: string): Span {
  return { file, start: node.range[0], end: node.range[1] };
}
