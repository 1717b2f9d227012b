import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import type { MapNode } from "../node.ts";
import { schemaKeywords as known, subschemas } from "../subschemas.ts";
import { suggest } from "../suggest.ts";

/** Keywords of earlier drafts, and what replaced them. */
const replaced: Readonly<Record<string, string>> = {
  additionalItems: 'Use "prefixItems" and "items".',
  dependencies: 'Use "dependentRequired" or "dependentSchemas".',
  id: 'Use "$id".',
  nullable: 'Add "null" to "type".',
  $recursiveRef: 'Use "$dynamicRef".',
  $recursiveAnchor: 'Use "$dynamicAnchor".',
};

/** Keywords that draft 2020-12 does not have: validators ignore them, so a typo would check nothing. */
export function schemaKeywords(root: MapNode): readonly Diagnostic[] {
  return subschemas(root).flatMap(({ node }) => {
    if (node.kind !== "map") return [];
    return node.entries
      .filter(({ key }) => !known.includes(key))
      .map(({ key, keySpan }) => {
        const hint = replaced[key] ?? suggest(key, known);
        return diagnostic("AR221", keySpan, `${JSON.stringify(key)} is not a keyword of JSON Schema 2020-12.`, {
          hint,
        });
      });
  });
}
