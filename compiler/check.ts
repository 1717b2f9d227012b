import type { Ast } from "./ast.ts";
import { type Checked, checked, type Diagnostic } from "./diagnostics.ts";
import { type Sources, sourceFiles } from "./span.ts";

/** One law about names and values. Rules see an AST of the right shape and know nothing of each other. */
export type Rule = (ast: Ast, sources: Sources) => readonly Diagnostic[];

/** Every law, in no order that matters: what they find is sorted by position. */
const rules: readonly Rule[] = [];

/** Runs every rule over the AST and reports the first hundred problems together. */
export function check(ast: Ast, sources: Sources): Checked<Ast> {
  const found = rules.flatMap((rule) => rule(ast, sources));
  return checked(
    ast,
    found,
    sourceFiles(sources).map((source) => source.file),
  );
}
