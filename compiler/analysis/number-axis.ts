import type { Comparison, ConditionIR } from "../ir.ts";
import { type Axis, allCells, bit, type Cell, positionsIn } from "./axis.ts";

type NumberKind = "input-tokens" | "max-tokens";
type NumberCondition = Extract<ConditionIR, { kind: NumberKind }>;

/** Whole numbers from `min` to `max`, or that there is none. */
export type Interval = Readonly<{ min: number; max: number }> | "unset";

/** In how many tokens the plainest example of an interval that begins with 0 has. */
const fewTokens = 100;

/**
 * Numbers of tokens are cut where the answer of some comparison changes. A request may name no output limit, and then no
 * comparison with it holds.
 */
export function numberAxis(kind: NumberKind, conditions: readonly ConditionIR[]): Axis {
  const isOfKind = (condition: ConditionIR): condition is NumberCondition => condition.kind === kind;
  const starts = [...new Set([0, ...conditions.filter(isOfKind).map(firstChange)])].sort((a, b) => a - b);
  const ranges = starts.map((min, index) => ({ min, max: (starts[index + 1] ?? Number.POSITIVE_INFINITY) - 1 }));
  const unset = kind === "max-tokens" ? (["unset"] as const) : [];
  const intervals: readonly Interval[] = [...unset, ...ranges];
  const cells = intervals.map((interval) => cell(kind, interval));
  const positions = new Map(starts.map((start, index) => [start, index + unset.length]));
  const numbers = allCells({ cells }) & ~allCells({ cells: cells.slice(0, unset.length) });
  return {
    name: kind === "input-tokens" ? "input tokens" : "the output limit",
    cells,
    intervals,
    asks: isOfKind,
    where: (condition) => {
      if (!isOfKind(condition)) return 0n;
      const below = bit(positions.get(firstChange(condition)) ?? 0) - 1n;
      return condition.op === "<" || condition.op === "<=" ? numbers & below : numbers & ~below;
    },
    words: (chosen) =>
      runs(positionsIn(chosen).map((position) => intervals[position] ?? "unset"))
        .map((interval) => intervalWords(kind, interval))
        .join(" or "),
  };
}

/** The first number for which a comparison answers otherwise than for smaller ones. */
function firstChange({ op, value }: Readonly<{ op: Comparison; value: number }>): number {
  return op === "<" || op === ">=" ? value : value + 1;
}

function cell(kind: NumberKind, interval: Interval): Cell {
  const value =
    interval === "unset" ? undefined : interval.min === 0 ? Math.min(interval.max, fewTokens) : interval.min;
  if (kind === "max-tokens") return { put: (witness) => ({ ...witness, maxTokens: value }) };
  return { put: (witness) => ({ ...witness, inputTokens: value ?? 0 }) };
}

/** Neighbours as one. */
function runs(intervals: readonly Interval[]): readonly Interval[] {
  const found: Interval[] = [];
  for (const interval of intervals) {
    const last = found.at(-1);
    if (interval !== "unset" && last !== undefined && last !== "unset" && last.max + 1 === interval.min) {
      found[found.length - 1] = { min: last.min, max: interval.max };
    } else found.push(interval);
  }
  return found;
}

function intervalWords(kind: NumberKind, interval: Interval): string {
  const noun = kind === "input-tokens" ? "input tokens" : "max tokens";
  if (interval === "unset") return "no max tokens";
  const { min, max } = interval;
  if (min === max) return `exactly ${min} ${noun}`;
  if (max === Number.POSITIVE_INFINITY) return `${min} ${noun} or more`;
  return min === 0 ? `at most ${max} ${noun}` : `${min} to ${max} ${noun}`;
}
