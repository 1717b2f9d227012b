import { type Axis, allCells, bit, cellsAt, positionsIn } from "./axis.ts";
import type { Box } from "./region.ts";

/** Finds among many boxes those that matter to one, without a look at each. Sets of boxes are bits, as sets of cells are. */
export type BoxIndex = Readonly<{
  /** Boxes before this one that may have requests in common with it, in order. */
  meeting(index: number): readonly number[];
  /** Boxes before this one that may have all of its requests, in order. */
  covering(index: number): readonly number[];
  /** The first of the boxes before this one that has the request of these cells, one for each axis. */
  holder(cells: readonly number[], index: number): number | undefined;
}>;

/** A box that accepts more cells of an axis than this is compared with whatever asks about that axis. */
const maxListed = 16;

export function boxIndex(axes: readonly Axis[], boxes: readonly Box[]): BoxIndex {
  const lists = axes.map((axis, at) =>
    listsOf(
      axis,
      boxes.map((box) => box[at] ?? 0n),
    ),
  );
  const before = (found: bigint, index: number) => positionsIn(found & (bit(index) - 1n));
  const all = bit(boxes.length) - 1n;
  return {
    meeting: (index) => {
      const found = lists.reduce((sets, { accepted, wide, holding }) => {
        const cells = accepted[index];
        return cells === undefined ? sets : sets & cells.reduce((found, cell) => found | holding(cell), wide);
      }, all);
      return before(found, index);
    },
    covering: (index) => {
      const found = lists.reduce((sets, { accepted, wide, full, isFull, holding }) => {
        const cells = accepted[index];
        if (cells === undefined) return sets & (isFull(index) ? full : wide);
        return sets & (wide | cells.reduce((found, cell) => found & holding(cell), all));
      }, all);
      return before(found, index);
    },
    holder: (cells, index) => {
      const found = lists.reduce((sets, { everyHolding }, at) => sets & everyHolding(cells[at] ?? 0), bit(index) - 1n);
      return positionsIn(found & -found)[0];
    },
  };
}

/** What is known of the boxes along one axis. */
type Lists = Readonly<{
  /** By box, the few cells that it accepts; undefined where it accepts many or all. */
  accepted: readonly (readonly number[] | undefined)[];
  /** Boxes that accept every cell, and those that accept many. */
  full: bigint;
  wide: bigint;
  isFull(index: number): boolean;
  /** Boxes that accept this cell among few. */
  holding(cell: number): bigint;
  /** All that accept it. */
  everyHolding(cell: number): bigint;
}>;

function listsOf(axis: Axis, masks: readonly bigint[]): Lists {
  const all = allCells(axis);
  const accepted = masks.map((cells) => (cells === all ? undefined : few(cells)));
  const byCell = axis.cells.map((): number[] => []);
  const full: number[] = [];
  const wide: number[] = [];
  for (const [index, cells] of accepted.entries()) {
    for (const cell of cells ?? []) byCell[cell]?.push(index);
    if (cells === undefined) wide.push(index);
    if (masks[index] === all) full.push(index);
  }
  const many = wide.filter((index) => masks[index] !== all);
  const sets = new Map<number, bigint>();
  const wholeSets = new Map<number, bigint>();
  const fullSet = cellsAt(full, masks.length);
  const holding = (cell: number) => {
    const known = sets.get(cell) ?? cellsAt(byCell[cell] ?? [], masks.length);
    // Sets of one are made in no time, and there are as many as rules.
    if ((byCell[cell]?.length ?? 0) > 1) sets.set(cell, known);
    return known;
  };
  return {
    accepted,
    full: fullSet,
    wide: cellsAt(wide, masks.length),
    isFull: (index) => masks[index] === all,
    holding,
    everyHolding: (cell) => {
      if (many.length === 0) return fullSet | holding(cell);
      const known = wholeSets.get(cell);
      if (known !== undefined) return known;
      const accepting = many.filter((index) => ((masks[index] ?? 0n) & bit(cell)) !== 0n);
      const found = fullSet | holding(cell) | cellsAt(accepting, masks.length);
      wholeSets.set(cell, found);
      return found;
    },
  };
}

/** The cells of a set that has few of them. */
function few(cells: bigint): readonly number[] | undefined {
  let rest = cells;
  for (let count = 0; count < maxListed && rest !== 0n; count++) rest &= rest - 1n;
  return rest === 0n ? positionsIn(cells) : undefined;
}
