import type { Rule } from "../check.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { schemaKeywords } from "./schema-keywords.ts";
import { schemaPatterns } from "./schema-patterns.ts";
import { schemaReferences } from "./schema-references.ts";
import { schemaSize } from "./schema-size.ts";
import { schemaValidity } from "./schema-validity.ts";

/** Schema files compile to validators that are correct, small and fast. Later checks rely on what earlier ones found sound. */
export const schemas: Rule = (ast, sources) =>
  ast.schemas.flatMap(({ name, root }) => {
    if (root.kind !== "map") return [diagnostic("AR220", root.span, "A JSON Schema file must hold one object.")];
    const text = sources.schemas.find((schema) => schema.name === name)?.source.text ?? "";
    return firstFindings([
      () => schemaSize(root, text),
      () => [...schemaKeywords(root), ...schemaReferences(root), ...schemaPatterns(root)],
      () => schemaValidity(root),
    ]);
  });

/** What the first step with an error found, with the warnings up to there. */
function firstFindings(steps: readonly (() => readonly Diagnostic[])[]): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const step of steps) {
    found.push(...step());
    if (found.some((one) => one.severity === "error")) break;
  }
  return found;
}
