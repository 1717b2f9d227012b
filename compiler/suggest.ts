/** `Did you mean "…"?` for the nearest candidate, or undefined when none is near enough to be meant. */
export function suggest(written: string, candidates: readonly string[]): string | undefined {
  const found = nearest(written, candidates);
  return found === undefined ? undefined : `Did you mean ${JSON.stringify(found)}?`;
}

/** The candidate fewest typing slips away; at most one slip per three characters counts as near. Ties go to the first. */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  const word = normal(written);
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: Readonly<{ candidate: string; slips: number }> | undefined;
  for (const candidate of candidates) {
    const slips = distance(word, normal(candidate), limit);
    if (slips <= limit && slips < (best?.slips ?? Number.POSITIVE_INFINITY)) best = { candidate, slips };
  }
  return best?.candidate;
}

/**
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of two neighbours.
 * Lengths further apart than `limit` are not compared and give `limit + 1`.
 */
export function distance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const edited = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      current.push(swapped ? Math.min(edited, (beforeLast[column - 2] ?? 0) + 1) : edited);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** `tokensInputLt` and `tokens-input-lt` are the same slip-free word as `tokens_input_lt`. */
function normal(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
}
