import type { ConditionIR } from "../ir.ts";
import type { Interval } from "./number-axis.ts";
import type { Witness } from "./witness.ts";

/** One thing that conditions ask about, cut into cells in each of which every condition of every rule answers alike. */
export type Axis = Readonly<{
  /** Finishes the sentence "conditions on …". */
  name: string;
  /** No request is in two of them, and each is in one. The first ones make the plainest examples. */
  cells: readonly Cell[];
  /** Whether a condition is about this. */
  asks(condition: ConditionIR): boolean;
  /** The cells, as bits, in which a condition holds that is about this. */
  where(condition: ConditionIR): bigint;
  /** What values these cells stand for, in words. Not asked about all of them. */
  words(cells: bigint): string;
  /** Of an axis of numbers, what each cell holds. */
  intervals?: readonly Interval[];
  /** Of the axis of models, the cells that are one name each. */
  spelled?: ReadonlySet<number>;
  /** Of the axis of models, the cell that a name is in. */
  cellOf?(model: string): number;
}>;

export type Cell = Readonly<{
  /** Makes a request one of this cell. */
  put(witness: Witness): Witness;
}>;

export function allCells({ cells }: Pick<Axis, "cells">): bigint {
  return (1n << BigInt(cells.length)) - 1n;
}

export function bit(position: number): bigint {
  return 1n << BigInt(position);
}

const fewPositions = 8;

/** The set of these positions, all below `size`. Bit by bit, sets of thousands would take seconds. */
export function cellsAt(positions: readonly number[], size: number): bigint {
  if (positions.length < fewPositions) return positions.reduce((cells, position) => cells | bit(position), 0n);
  const digits = new Uint8Array(Math.ceil(size / 4));
  for (const position of positions) {
    const at = digits.length - 1 - (position >> 2);
    digits[at] = (digits[at] ?? 0) | (1 << (position & 3));
  }
  return digits.length === 0 ? 0n : BigInt(`0x${Array.from(digits, (digit) => digit.toString(16)).join("")}`);
}

/** The positions of the bits that are set, lowest first. */
export function positionsIn(cells: bigint): readonly number[] {
  const digits = cells.toString(16);
  const positions: number[] = [];
  for (let at = 0; at < digits.length; at++) {
    const digit = digits[digits.length - 1 - at] ?? "0";
    if (digit === "0") continue;
    const four = Number.parseInt(digit, 16);
    for (let place = 0; place < 4; place++) if ((four >> place) & 1) positions.push(4 * at + place);
  }
  return positions;
}
