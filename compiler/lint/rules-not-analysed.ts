import type { FirstMatch } from "../analysis/first-matches.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";

/** AR319: rules of which nobody knows whether they are ever reached, told at the first of them. */
export function rulesNotAnalysed(matches: readonly FirstMatch[]): readonly Diagnostic[] {
  const given = matches.filter(({ isReached }) => isReached === undefined).map(({ rule }) => rule);
  const [first] = given;
  if (first === undefined) return [];
  const message =
    given.length === 1
      ? `Whether rule ${JSON.stringify(first.name)} is ever reached was too much to find out.`
      : `Whether rule ${JSON.stringify(first.name)} and ${given.length - 1} more are ever reached was too much to find out.`;
  return [diagnostic("AR319", first.span, message)];
}
