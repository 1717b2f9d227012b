import type { RuleIR } from "../ir.ts";
import { positionsIn } from "./axis.ts";
import { type BoxIndex, boxIndex } from "./box-index.ts";
import { type Box, isWithin, overlaps, type Region, subtract, within, without } from "./region.ts";
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
  /** Whether it gets any; known more often than which. */
  isReached: boolean | undefined;
  /** Where it gets none, the earlier rules that take all of it, in order; each of them is needed for that. */
  takenBy: readonly RuleIR[];
}>;

/** Boxes compared for one rule, and for all of those of a policy with few constants: a second or two in the worst case. */
const maxSteps = 20_000;
const maxWork = 6_000_000;

/** What each rule of a policy really gets, as the first match wins. In file order. `allowed` bounds the boxes compared. */
export function firstMatches(space: Space, rules: readonly RuleIR[], allowed = maxWork): readonly FirstMatch[] {
  const boxes = rules.map((rule) => space.boxOf(rule));
  const boxAt = (at: number): Box => boxes[at] ?? [];
  const index = boxIndex(space.axes, boxes);
  const unread = new Set(rules.flatMap((rule, at) => (space.open.has(rule) ? [at] : [])));
  const isRead = (at: number) => !unread.has(at);
  let left = allowed / weightOf(space);
  return rules.map((rule, own) => {
    const box = boxAt(own);
    const wanted = within(space.universe, box);
    const unknown = { rule, box, wanted, gets: undefined, isReached: undefined, takenBy: [] };
    const never = { rule, box, wanted, gets: [], isReached: false };
    if (space.open.has(rule)) return unknown;
    if (wanted.length === 0) return { ...never, takenBy: [] };
    const alone = index.covering(own).find((at) => isRead(at) && isWithin(box, boxAt(at)));
    if (alone !== undefined) return { ...never, takenBy: rules.slice(alone, alone + 1) };
    if (left > 0) {
      const meeting = index.meeting(own);
      const earlier = meeting.filter(isRead);
      const subtracted = subtract(wanted, earlier.map(boxAt), Math.min(maxSteps, left));
      left -= subtracted.steps;
      const gets = subtracted.left;
      const isSure = meeting.every((at) => isRead(at) || gets?.some((one) => overlaps(one, boxAt(at))) !== true);
      if (gets !== undefined && gets.length > 0 && isSure) {
        return { rule, box, wanted, gets, isReached: true, takenBy: [] };
      }
      if (gets?.length === 0) {
        const takers = subtracted.takers.map((position) => earlier[position] ?? own);
        return { ...never, takenBy: needed(wanted, takers, boxAt).flatMap((at) => rules[at] ?? []) };
      }
    }
    const isFree = wanted.some((part) => freePoint(part, own, index, boxAt));
    return { ...unknown, isReached: isFree || undefined };
  });
}

/** Changes of a request before it is given up to find one that no earlier rule takes. */
const maxChanges = 50;

/** Whether a box has a request that no earlier box has, as far as a few changes away from its plainest one. */
function freePoint(box: Box, own: number, index: BoxIndex, boxAt: (at: number) => Box): boolean {
  let point = box.map(lowest);
  for (let change = 0; change < maxChanges; change++) {
    const taker = index.holder(point, own);
    if (taker === undefined) return true;
    // Away from that rule, along an axis on which it accepts less than the box: another one each time.
    const free = box.map((cells, axis) => cells & ~(boxAt(taker)[axis] ?? 0n));
    const ways = free.flatMap((cells, axis) => (cells === 0n ? [] : [axis]));
    const axis = ways[change % Math.max(1, ways.length)];
    if (axis === undefined) return false;
    point = point.with(axis, lowest(free[axis] ?? 0n));
  }
  return false;
}

function lowest(cells: bigint): number {
  return positionsIn(cells & -cells)[0] ?? 0;
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
