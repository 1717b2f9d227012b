import { matchesGlob } from "../matches-glob.ts";
import type { Condition } from "./condition.ts";
import { listsOf } from "./lists-of.ts";

/** One condition of rule number `n`. */
type Numbered = Readonly<{ n: number; condition: Condition }>;

/**
 * The numbers, in order, of all whose names or globs fit a model. Globs are found by their longest plain piece, which the name
 * must hold, so that few of many are tried.
 */
export function modelLookup(asked: readonly Numbered[]): (model: string) => readonly number[] {
  const names = listsOf(
    asked.flatMap(({ n, condition }) => (condition.kind === "model-in" ? condition.models : []).map((key) => [key, n])),
  );
  const globs = listsOf(
    asked.flatMap(({ n, condition }) =>
      (condition.kind === "model-glob" ? condition.globs : []).map((key) => [key, n]),
    ),
  );
  const byPiece = listsOf([...globs.keys()].map((glob) => [longestPiece(glob), glob]));
  const lengths = new Set([...byPiece.keys()].map((piece) => piece.length));
  return (model) => {
    const found = new Set(names.get(model));
    const near = new Set<string>();
    for (const length of lengths) {
      for (let at = 0; at + length <= model.length; at++) {
        for (const glob of byPiece.get(model.slice(at, at + length)) ?? []) near.add(glob);
      }
    }
    for (const glob of near) {
      if (matchesGlob(model, glob)) for (const n of globs.get(glob) ?? []) found.add(n);
    }
    return [...found].sort((a, b) => a - b);
  };
}

/** The longest run of a glob without wildcards; empty when it has nothing else. */
export function longestPiece(glob: string): string {
  return glob.split(/[*?]+/).reduce((longest, piece) => (piece.length > longest.length ? piece : longest), "");
}
