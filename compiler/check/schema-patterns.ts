import { createRequire } from "node:module";
import type * as Recheck from "recheck";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import { entryOf, type MapNode } from "../node.ts";
import type { Span } from "../span.ts";
import { subschemas } from "../subschemas.ts";

/** Regular expressions that are invalid or that a model's answer could stall for seconds. */
export function schemaPatterns(root: MapNode): readonly Diagnostic[] {
  return subschemas(root).flatMap(({ node }) => {
    const pattern = entryOf(node, "pattern")?.value;
    const keys = entryOf(node, "patternProperties")?.value;
    return [
      ...(pattern?.kind === "string" ? patternProblems(pattern.value, pattern.span) : []),
      ...(keys?.kind === "map" ? keys.entries.flatMap(({ key, keySpan }) => patternProblems(key, keySpan)) : []),
    ];
  });
}

/** JSON Schema patterns are ECMA-262 with the `u` flag, and not anchored. */
function patternProblems(pattern: string, span: Span): readonly Diagnostic[] {
  if (!isValid(pattern)) return [diagnostic("AR224", span, "This is not a valid regular expression.")];
  // The other way of checking tries attacks against the clock, so its verdict would depend on the machine.
  const result = checker().checkSync(pattern, "u", { checker: "automaton", timeout: null });
  if (result.status === "safe") return [];
  if (result.status === "unknown") {
    const reason = result.error.kind === "unsupported" ? `it has a ${result.error.message}` : "it is too complex";
    return [diagnostic("AR307", span, `Whether this regular expression is fast cannot be told: ${reason}.`)];
  }
  const { complexity } = result;
  if (complexity.type === "polynomial" && complexity.degree === 2) {
    const hint = "Begin it with ^ and end it with $ where that is meant.";
    return [diagnostic("AR307", span, "This regular expression can take quadratic time on long text.", { hint })];
  }
  const order = complexity.type === "polynomial" ? "polynomial" : "exponential";
  const hint = "Avoid a repetition inside a repetition, and alternatives that match the same text.";
  return [diagnostic("AR224", span, `This regular expression can take ${order} time.`, { hint })];
}

function isValid(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
}

/** Three megabytes that only schemas with patterns need; this build of it starts no process and no worker. */
function checker(): typeof Recheck {
  return createRequire(import.meta.url)("recheck/lib/browser.js");
}
