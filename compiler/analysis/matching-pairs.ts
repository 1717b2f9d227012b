import { matchesGlob } from "../matches-glob.ts";

/** Which globs match which names, as pairs of a glob and a name's position. Most pairs are never tried. */
export function matchingPairs(
  globs: readonly string[],
  names: readonly string[],
): readonly (readonly [string, number])[] {
  const sorted = names.map((name, position) => ({ name, position })).sort((a, b) => (a.name < b.name ? -1 : 1));
  return globs.flatMap((glob) => {
    const pieces = glob.split(/[*?]/);
    const [start = ""] = pieces;
    const longest = pieces.reduce((long, piece) => (piece.length > long.length ? piece : long));
    const pairs: (readonly [string, number])[] = [];
    for (let at = firstFrom(sorted, start); sorted[at]?.name.startsWith(start); at++) {
      const { name = "", position = 0 } = sorted[at] ?? {};
      if (name.includes(longest) && matchesGlob(name, glob)) pairs.push([glob, position]);
    }
    return pairs;
  });
}

/** The first of the sorted names that is not before `start`. */
function firstFrom(sorted: readonly Readonly<{ name: string }>[], start: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.name ?? "") < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
