import type { RequestFacts } from "../../runtime/contract.ts";
import { type Bits, flipBit, toBits } from "./bits.ts";
import type { Axis } from "./broad-axes.ts";
import type { Rules } from "./condition.ts";

/**
 * The constants cut the number line into points and gaps; in each of these cells the same rules hold. The rules of a cell are the
 * nearest stored set before it plus the changes since, so that many constants take little room.
 */
export function numberAxis(
  rules: Rules,
  kind: "input-tokens" | "max-tokens",
  read: (r: RequestFacts) => number | undefined,
): readonly Axis[] {
  const bounds = rules.map((rule) => rule.when.flatMap((condition) => (condition.kind === kind ? [condition] : [])));
  const constants = new Float64Array(new Set(bounds.flat().map(({ value }) => value))).sort();
  if (constants.length === 0) return [];
  const changes: number[][] = Array.from({ length: 2 * constants.length + 2 }, () => []);
  for (const [n, conditions] of bounds.entries()) {
    const [first, last] = cellRange(conditions, constants);
    if (first > last) continue;
    changes[first]?.push(n);
    changes[last + 1]?.push(n);
  }
  const silent = toBits(
    [...bounds.keys()].filter((n) => bounds[n]?.length === 0),
    rules.length,
  );
  const stored = storedSets(changes, silent.length);
  const allowed = new Int32Array(silent.length);
  return [
    (r) => {
      const value = read(r);
      if (value === undefined) return silent;
      const cell = cellOf(value, constants);
      const from = stored.at[cell] ?? 0;
      if (from === cell) return stored.sets.get(cell) ?? silent;
      allowed.set(stored.sets.get(from) ?? silent);
      for (let next = from + 1; next <= cell; next++) for (const n of changes[next] ?? []) flipBit(allowed, n);
      return allowed;
    },
  ];
}

/** First and last cell in which all bounds hold; first is greater than last when there is none. */
function cellRange(
  bounds: readonly Readonly<{ op: string; value: number }>[],
  constants: Float64Array,
): [number, number] {
  let first = 0;
  let last = 2 * constants.length;
  for (const { op, value } of bounds) {
    const cell = cellOf(value, constants);
    if (op === ">" || op === ">=") first = Math.max(first, op === ">" ? cell + 1 : cell);
    else last = Math.min(last, op === "<" ? cell - 1 : cell);
  }
  return [first, last];
}

/** Odd cells are the constants themselves, even ones the gaps before, between and after them. */
function cellOf(value: number, constants: Float64Array): number {
  let low = 0;
  let high = constants.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((constants[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return 2 * low + (constants[low] === value ? 1 : 0);
}

/** A whole set wherever a quarter as many changes have gathered as a set has words. `at` tells each cell where to begin. */
function storedSets(changes: readonly (readonly number[])[], words: number) {
  const sets = new Map<number, Bits>();
  const at: number[] = [];
  const current = new Int32Array(words);
  let pending = 0;
  let latest = 0;
  for (const [cell, flipped] of changes.entries()) {
    for (const n of flipped) flipBit(current, n);
    pending += flipped.length;
    if (cell === 0 || pending > words / 4) {
      sets.set(cell, current.slice());
      latest = cell;
      pending = 0;
    }
    at.push(latest);
  }
  return { sets, at };
}
