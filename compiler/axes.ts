import { coversGlob } from "./covers-glob.ts";
import type { ConditionIR, RuleIR } from "./ir.ts";
import { matchesGlob } from "./matches-glob.ts";

/**
 * One thing that conditions ask about, cut into cells on which no condition of any rule changes its answer.
 * A set of cells is a bit mask. `name` finishes the sentence "conditions on …".
 */
export type Axis = Readonly<{
  name: string;
  cells: readonly Cell[];
  applies(condition: ConditionIR): boolean;
}>;

/**
 * One value that stands for its whole cell; `elsewhere` stands for all values that no rule names.
 * A glob's cell is all names that it matches and no rule spells out, so such cells may overlap.
 */
type Cell = Readonly<{ kind: "value"; value: unknown }> | Readonly<{ kind: "glob"; glob: string }>;

const elsewhere = Symbol("elsewhere");

/** The axes that rules ask about, each with the cells that their constants induce. A rule has at most one `model-glob`. */
export function axesOf(rules: readonly RuleIR[]): readonly Axis[] {
  const groups = Map.groupBy(
    rules.flatMap((rule) => rule.when),
    axisName,
  );
  return [...groups].map(([name, conditions]) => ({
    name,
    cells: conditions[0]?.kind.startsWith("model-") ? modelCells(conditions) : valueCells(conditions),
    applies: (condition) => axisName(condition) === name,
  }));
}

/** The cells that a rule asks for. */
export function demand(axis: Axis, conditions: readonly ConditionIR[]): bigint {
  return mask(axis, conditions, asks);
}

/** The cells that a rule certainly takes away from later ones. */
export function supply(axis: Axis, conditions: readonly ConditionIR[]): bigint {
  return mask(axis, conditions, takes);
}

type OnGlob = (condition: ConditionIR, glob: string) => boolean;

function mask(axis: Axis, conditions: readonly ConditionIR[], onGlob: OnGlob): bigint {
  const own = conditions.filter(axis.applies);
  if (own.length === 0) return (1n << BigInt(axis.cells.length)) - 1n;
  const isIn = (cell: Cell) =>
    own.every((condition) => (cell.kind === "value" ? holds(condition, cell.value) : onGlob(condition, cell.glob)));
  return axis.cells.reduce((bits, cell, index) => (isIn(cell) ? bits | (1n << BigInt(index)) : bits), 0n);
}

function axisName(condition: ConditionIR): string {
  switch (condition.kind) {
    case "input-tokens":
      return "input tokens";
    case "max-tokens":
      return "the output limit";
    case "flag":
      return { hasTools: "tools", hasImage: "images", stream: "streaming" }[condition.fact];
    case "response-format":
      return "the response format";
    case "endpoint":
      return "the endpoint";
    case "model-in":
    case "model-glob":
      return "the model";
    case "header":
      return `the header ${condition.name}`;
  }
}

function valueCells(conditions: readonly ConditionIR[]): readonly Cell[] {
  const values = new Set(conditions.flatMap(valuesNear));
  return [...values].map((value) => ({ kind: "value", value }));
}

/** Values on both sides of what a condition compares with. */
function valuesNear(condition: ConditionIR): readonly unknown[] {
  switch (condition.kind) {
    case "input-tokens":
      return [0, firstChange(condition)];
    case "max-tokens":
      return [undefined, 0, firstChange(condition)];
    case "flag":
      return [true, false];
    case "response-format":
      return [undefined, elsewhere, condition.is];
    case "endpoint":
      return ["chat_completions", "responses", "messages", "generate_content", "completions", "embeddings"];
    case "header":
      return [undefined, elsewhere, ...(typeof condition.is === "string" ? [condition.is] : [])];
    case "model-in":
    case "model-glob":
      return [];
  }
}

/** The first number for which a comparison answers otherwise than for smaller ones. */
function firstChange({ op, value }: Readonly<{ op: string; value: number }>): number {
  return op === "<" || op === ">=" ? value : value + 1;
}

function modelCells(conditions: readonly ConditionIR[]): readonly Cell[] {
  const globs = conditions.flatMap((condition) => (condition.kind === "model-glob" ? condition.globs : []));
  const names = conditions.flatMap((condition) => (condition.kind === "model-in" ? condition.models : []));
  const isName = (glob: string) => !/[*?]/.test(glob);
  return [
    ...[...new Set([...names, ...globs.filter(isName)])].map((value) => ({ kind: "value", value }) as const),
    // The star alone is the cell of all names that nothing mentions.
    ...[...new Set(["*", ...globs.filter((glob) => !isName(glob))])].map((glob) => ({ kind: "glob", glob }) as const),
  ];
}

function holds(condition: ConditionIR, value: unknown): boolean {
  switch (condition.kind) {
    case "input-tokens":
    case "max-tokens":
      return typeof value === "number" && compare(value, condition.op, condition.value);
    case "flag":
    case "response-format":
      return value === condition.is;
    case "endpoint":
      return condition.in.some((endpoint) => endpoint === value);
    case "model-in":
      return condition.models.some((model) => model === value);
    case "model-glob":
      return typeof value === "string" && condition.globs.some((glob) => matchesGlob(value, glob));
    case "header":
      return typeof condition.is === "string" ? value === condition.is : (value !== undefined) === condition.is;
  }
}

function compare(left: number, op: "<" | "<=" | ">" | ">=", right: number): boolean {
  switch (op) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

/** Whether a rule with this condition asks for names of the glob's cell by that very glob. */
function asks(condition: ConditionIR, glob: string): boolean {
  return condition.kind === "model-glob" && condition.globs.includes(glob);
}

/** Whether a condition holds for every name that the glob matches. */
function takes(condition: ConditionIR, glob: string): boolean {
  return condition.kind === "model-glob" && condition.globs.some((wider) => coversGlob(wider, glob));
}
