import type { RuleIR } from "../ir.ts";
import { positionsIn } from "./axis.ts";
import { type Box, isWithin, type Region, subtract, within, without } from "./region.ts";
import type { Space } from "./space.ts";

/** What becomes of one rule. */
export type FirstMatch = Readonly<{
  rule: RuleIR;
  /** The requests that meet its conditions, some of them perhaps impossible. */
  box: Box;
  /** Those of them that are possible. */
  wanted: Region;
  /** Those that no earlier rule takes. Undefined where that was too much to find out. */
  gets: Region | undefined;
  /** The earlier rules that take some of what it wants, in order; each is needed to take all that they take together. */
  takenBy: readonly RuleIR[];
}>;

/** Boxes compared for one rule, and for all of those of a policy with few constants: seconds in the worst case. */
const maxSteps = 20_000;
const maxWork = 12_000_000;

/** An axis on which a rule accepts more cells than this does not help to find the rules that it meets. */
const maxListedCells = 16;

/** What each rule of a policy really gets, as the first match wins. In file order. */
export function firstMatches(space: Space, rules: readonly RuleIR[]): readonly FirstMatch[] {
  const boxes = rules.map((rule) => space.boxOf(rule));
  const near = nearby(space, boxes);
  let left = maxWork / weightOf(space);
  return rules.map((rule, index) => {
    const box = boxes[index] ?? [];
    const wanted = within(space.universe, box);
    if (space.open.has(rule) || left <= 0) return { rule, box, wanted, gets: undefined, takenBy: [] };
    const earlier = near(index).filter((at) => !space.open.has(rules[at] ?? rule));
    const { region, takers, steps } = remainder(wanted, earlier, boxes, Math.min(maxSteps, left));
    left -= steps;
    const takenBy = takers.map((at) => rules[at]).filter((taker) => taker !== undefined);
    return { rule, box, wanted, gets: region, takenBy };
  });
}

type Remainder = Readonly<{ region: Region | undefined; takers: readonly number[]; steps: number }>;

/** What earlier boxes leave of a region, and which of them are needed for that. */
function remainder(wanted: Region, earlier: readonly number[], boxes: readonly Box[], maxSteps: number): Remainder {
  const alone = earlier.find((at) => wanted.every((box) => isWithin(box, boxes[at] ?? [])));
  const tried = earlier.length;
  if (alone !== undefined) return { region: [], takers: [alone], steps: tried };
  const boxAt = (at: number): Box => boxes[at] ?? [];
  const { left, takers, steps } = subtract(wanted, earlier.map(boxAt), maxSteps);
  const numbers = takers.map((position) => earlier[position] ?? 0);
  return { region: left, takers: left?.length === 0 ? needed(wanted, numbers, boxAt) : numbers, steps: tried + steps };
}

/** So many covering rules at most are tried without; more would not be read. */
const maxTried = 30;

/** The rules that take everything, without those that are not needed for it. */
function needed(wanted: Region, takers: readonly number[], boxAt: (at: number) => Box): readonly number[] {
  if (takers.length > maxTried) return takers;
  return takers.reduceRight<readonly number[]>((kept, at) => {
    const others = kept.filter((one) => one !== at);
    return others.reduce((region, other) => without(region, boxAt(other)), wanted).length === 0 ? others : kept;
  }, takers);
}

/** For each box the earlier ones that it may meet, found through the axis on which the fewest do. */
function nearby({ axes }: Space, boxes: readonly Box[]): (index: number) => readonly number[] {
  const lists = axes.map((axis, at) => {
    const accepted = boxes.map((box) => few(box[at] ?? 0n));
    const byCell = axis.cells.map((): number[] => []);
    const anywhere: number[] = [];
    for (const [index, positions] of accepted.entries()) {
      if (positions === undefined) anywhere.push(index);
      else for (const position of positions) byCell[position]?.push(index);
    }
    return { accepted, byCell, anywhere };
  });
  return (index) => {
    let best: readonly (readonly number[])[] | undefined;
    let size = index;
    for (const { accepted, byCell, anywhere } of lists) {
      const positions = accepted[index];
      if (positions === undefined) continue;
      const found = [anywhere, ...positions.map((position) => byCell[position] ?? [])];
      const total = found.reduce((sum, list) => sum + list.length, 0);
      if (total < size) [best, size] = [found, total];
    }
    if (best === undefined) return [...boxes.keys()].slice(0, index);
    return [...new Set(best.flat())].filter((other) => other < index).sort((a, b) => a - b);
  };
}

/** The cells of a set that has few of them. */
function few(cells: bigint): readonly number[] | undefined {
  let rest = cells;
  for (let count = 0; count < maxListedCells && rest !== 0n; count++) rest &= rest - 1n;
  return rest === 0n ? positionsIn(cells) : undefined;
}

/** How much longer than for a handful of rules it takes to compare two boxes. */
export function weightOf({ axes }: Space): number {
  return 1 + axes.reduce((sum, { cells }) => sum + cells.length / 1000, 0);
}

/** What no rule takes; undefined where that was too much to find out. */
export function unmatched(space: Space, rules: readonly RuleIR[]): Region | undefined {
  if (rules.some((rule) => space.open.has(rule))) return undefined;
  return subtract(
    space.universe,
    rules.map((rule) => space.boxOf(rule)),
    maxWork / weightOf(space),
  ).left;
}
