import type { ConditionIR } from "../ir.ts";
import { type Axis, bit, type Cell, positionsIn } from "./axis.ts";

/** One value that conditions tell apart; `words` is all of what a request of it has. */
export type KeyedCell = Cell & Readonly<{ key: string; words: string }>;

/** An axis of single values: conditions name the keys of those that they accept. */
export function keyedAxis(
  name: string,
  cells: readonly KeyedCell[],
  asks: (condition: ConditionIR) => boolean,
  keysOf: (condition: ConditionIR) => readonly string[],
): Axis {
  const bits = new Map(cells.map(({ key }, position) => [key, bit(position)]));
  return {
    name,
    cells,
    asks,
    where: (condition) => keysOf(condition).reduce((all, key) => all | (bits.get(key) ?? 0n), 0n),
    words: (chosen) =>
      positionsIn(chosen)
        .map((position) => cells[position]?.words)
        .join(" or "),
  };
}
