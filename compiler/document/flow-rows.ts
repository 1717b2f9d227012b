import { isDeepStrictEqual } from "node:util";
import type { PlanIR, RuleIR } from "../ir.ts";

/** One step on the way down: a rule, or neighbours that are shown as one. */
export type FlowRow = Readonly<{
  /** Position of the first of them, from 1. */
  from: number;
  rules: readonly [RuleIR, ...RuleIR[]];
  /** What they all do; undefined where they differ. */
  plan: PlanIR | undefined;
}>;

/** More steps than this nobody follows with their eyes; those of many rules have more in them. */
const maxRows = 40;
const maxBlocks = 24;

/** Every rule is a row; where those are too many, neighbours with the same plan are one, and if need be any neighbours. */
export function flowRows(rules: readonly RuleIR[]): readonly FlowRow[] {
  const single = rules.map((rule, index): FlowRow => ({ from: index + 1, rules: [rule], plan: rule.plan }));
  if (single.length <= maxRows) return single;
  const alike = neighboursJoined(single);
  if (alike.length <= maxRows) return alike;
  const size = Math.ceil(alike.length / maxBlocks);
  const blocks = Map.groupBy(alike.entries(), ([index]) => Math.floor(index / size));
  return [...blocks.values()].map((block) => block.map(([, row]) => row).reduce(joined));
}

function neighboursJoined(rows: readonly FlowRow[]): readonly FlowRow[] {
  const all: FlowRow[] = [];
  for (const row of rows) {
    const last = all.at(-1);
    if (last !== undefined && isDeepStrictEqual(last.plan, row.plan)) all[all.length - 1] = joined(last, row);
    else all.push(row);
  }
  return all;
}

function joined(row: FlowRow, next: FlowRow): FlowRow {
  const plan = isDeepStrictEqual(row.plan, next.plan) ? row.plan : undefined;
  return { from: row.from, rules: [...row.rules, ...next.rules], plan };
}
