import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { entryOf, type MapNode, type Node, nodeAt, pointerPath } from "../node.ts";
import type { Span } from "../span.ts";
import { samePlaceSubschemas, subschemas } from "../subschemas.ts";

type Reference = Readonly<{ text: string; span: Span }>;

/** Each `$ref` leads to a schema in the same file, and not in a circle that looks at no part of the value. */
export function schemaReferences(root: MapNode): readonly Diagnostic[] {
  const all = subschemas(root).map(({ node }) => node);
  const find = referenceFinder(root, all);
  const unresolved = all.flatMap(referencesOf).filter(({ text }) => find(text) === undefined);
  if (unresolved.length > 0) return unresolved.map(({ text, span }) => unresolvable(text, span));
  return circles(all, find);
}

function unresolvable(text: string, span: Span): Diagnostic {
  const hint = text.startsWith("#") ? undefined : 'Copy that schema into "$defs"; other files and URLs are not read.';
  return diagnostic("AR222", span, `The reference ${JSON.stringify(text)} leads to no schema in this file.`, { hint });
}

/** Ajv compiles such a schema, and its validator then calls itself until the stack is full. */
function circles(all: readonly Node[], find: (text: string) => Node | undefined): readonly Diagnostic[] {
  const open = new Set<Node>();
  const done = new Set<Node>();
  const found: Diagnostic[] = [];

  function visit(node: Node): void {
    if (done.has(node)) return;
    open.add(node);
    for (const child of samePlaceSubschemas(node)) visit(child);
    for (const { text, span } of referencesOf(node)) {
      const target = find(text);
      if (target !== undefined && open.has(target)) {
        found.push(diagnostic("AR222", span, `The reference ${JSON.stringify(text)} leads only back to itself.`));
      } else if (target !== undefined) visit(target);
    }
    open.delete(node);
    done.add(node);
  }

  all.forEach(visit);
  return found;
}

function referencesOf(node: Node): readonly Reference[] {
  return ["$ref", "$dynamicRef"].flatMap((keyword) => {
    const value = entryOf(node, keyword)?.value;
    return value?.kind === "string" ? [{ text: value.value, span: value.span }] : [];
  });
}

/** Resolves `#`, `#/json/pointer` and `#anchor`, each also after the root's own `$id`. */
function referenceFinder(root: MapNode, all: readonly Node[]): (text: string) => Node | undefined {
  const anchors = new Map(
    all.flatMap((node) =>
      ["$anchor", "$dynamicAnchor"].flatMap((keyword) => {
        const name = entryOf(node, keyword)?.value;
        return name?.kind === "string" ? [[name.value, node] as const] : [];
      }),
    ),
  );
  const id = entryOf(root, "$id")?.value;
  const base = id?.kind === "string" ? id.value.replace(/#$/, "") : "";
  return (text) => {
    const fragment = (base !== "" && text.startsWith(base) ? text.slice(base.length) : text).replace(/^$/, "#");
    if (text === "" || !fragment.startsWith("#")) return undefined;
    const pointer = decoded(fragment.slice(1));
    if (pointer === "") return root;
    return pointer.startsWith("/") ? nodeAt(root, pointerPath(pointer)) : anchors.get(pointer);
  };
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
