import { type Node, nodeAt } from "./node.ts";
import type { Span } from "./span.ts";

/** The validator that needs no file: the schema in the request itself. */
export const requestSchema = "json_schema";

/** Whether a `validate` entry names a schema file. */
export function isSchemaFile(name: string): boolean {
  return name.endsWith(".json");
}

/** Every schema file that rules name, once, with the place that names it first. Tolerates any shape of tree. */
export function schemaNames(policies: Node | undefined): readonly Readonly<{ name: string; span: Span }>[] {
  const found = new Map<string, Span>();
  for (const rule of itemsOf(nodeAt(policies, ["rules"]))) {
    for (const item of itemsOf(nodeAt(rule, ["then", "validate"]))) {
      if (item.kind === "string" && isSchemaFile(item.value) && !found.has(item.value))
        found.set(item.value, item.span);
    }
  }
  return [...found].map(([name, span]) => ({ name, span }));
}

function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === "list" ? node.items : [];
}
