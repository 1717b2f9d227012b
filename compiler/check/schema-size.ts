import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { entryOf, type MapNode } from "../node.ts";
import type { Span } from "../span.ts";
import { subschemas } from "../subschemas.ts";

/** Limits of structured output at the vendors, rounded up; far below what makes Ajv slow or overflow its stack. */
const limits = { bytes: 256 * 1024, depth: 32, properties: 1000, enumValues: 500 } as const;

/** What is too large about a schema. */
export function schemaSize(root: MapNode, text: string): readonly Diagnostic[] {
  const all = subschemas(root);
  const properties = all.map(({ node }) => entryOf(node, "properties")?.value).filter((node) => node?.kind === "map");
  const enums = all.map(({ node }) => entryOf(node, "enum")?.value).filter((node) => node?.kind === "list");
  const propertyCount = properties.reduce((sum, { entries }) => sum + entries.length, 0);
  const valueCount = enums.reduce((sum, { items }) => sum + items.length, 0);
  const deepest = all.find(({ depth }) => depth > limits.depth);
  const start = { ...root.span, end: root.span.start + 1 };
  return [
    ...over(Buffer.byteLength(text), limits.bytes, "bytes", start),
    ...over(propertyCount, limits.properties, "properties", properties[0]?.span ?? start),
    ...over(valueCount, limits.enumValues, "enum values", enums[0]?.span ?? start),
    ...over(deepest?.depth ?? 0, limits.depth, "levels", deepest?.node.span ?? start),
  ];
}

function over(count: number, limit: number, unit: string, span: Span): readonly Diagnostic[] {
  if (count <= limit) return [];
  return [diagnostic("AR223", span, `The schema has more than ${limit.toLocaleString("en")} ${unit}.`)];
}
