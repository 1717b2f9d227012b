import { type Axis, axesOf, demand, supply } from "./axes.ts";
import { type Diagnostic, diagnostic } from "./diagnostics.ts";
import type { RuleIR } from "./ir.ts";

/** Rules compared with all rules before them; later ones are left out, as the work grows with the square. */
const maxRules = 2000;

/** Subtractions spent on one rule; past this many the question is left open. */
const maxSteps = 10_000;

/** A set of requests: per axis the mask of cells. A product of sets, as conditions are AND-ed. */
type Box = readonly bigint[];

/**
 * Warnings for rules that contradict themselves and rules that earlier ones take everything from.
 * Exact over numbers, flags, words and headers; with globs, silent unless certain.
 */
export function unreachable(rules: readonly RuleIR[]): readonly Diagnostic[] {
  const examined = rules.slice(0, maxRules);
  const axes = axesOf(examined);
  const takers: Taker[] = [];
  return examined.flatMap((rule) => {
    const wanted = axes.map((axis) => demand(axis, rule.when));
    const contradicted = axes.find((_, index) => wanted[index] === 0n);
    if (contradicted !== undefined) return [neverMatches(rule, contradicted)];
    const covering = coveringRules(wanted, takers);
    takers.push({ rule, taken: axes.map((axis) => supply(axis, rule.when)) });
    return covering === undefined ? [] : [neverReached(rule, covering)];
  });
}

type Taker = Readonly<{ rule: RuleIR; taken: Box }>;

function neverMatches(rule: RuleIR, axis: Axis): Diagnostic {
  const message = `Rule ${JSON.stringify(rule.name)} can never match: its conditions on ${axis.name} exclude every value.`;
  return diagnostic("AR302", rule.span, message);
}

function neverReached(rule: RuleIR, covering: readonly RuleIR[]): Diagnostic {
  const [first] = covering;
  const who = covering.length === 1 ? `rule ${JSON.stringify(first?.name)} takes` : "earlier rules together take";
  const message = `Rule ${JSON.stringify(rule.name)} is never reached: ${who} every request that it matches.`;
  const related = covering.slice(0, 5).map(({ name, span }) => ({ message: `Rule ${JSON.stringify(name)}.`, span }));
  return diagnostic("AR301", rule.span, message, { hint: "Move it up, or remove it.", related });
}

/** The rules that together take all of `wanted`; undefined when something is left, or when that is too much to find out. */
function coveringRules(wanted: Box, takers: readonly Taker[]): readonly RuleIR[] | undefined {
  const near = takers.filter(({ taken }) => overlaps(wanted, taken));
  const single = near.find(({ taken }) => wanted.every((cells, axis) => isSubset(cells, taken[axis] ?? 0n)));
  if (single !== undefined) return [single.rule];
  const covering: RuleIR[] = [];
  let left: readonly Box[] = [wanted];
  let steps = 0;
  for (const { rule, taken } of near) {
    steps += left.length;
    if (steps > maxSteps) return undefined;
    const after = left.flatMap((box) => without(box, taken));
    if (after.length !== left.length || after.some((box, index) => box !== left[index])) covering.push(rule);
    if (after.length === 0) return covering;
    left = after;
  }
  return undefined;
}

function overlaps(box: Box, other: Box): boolean {
  return box.every((cells, axis) => (cells & (other[axis] ?? 0n)) !== 0n);
}

function isSubset(cells: bigint, of: bigint): boolean {
  return (cells & ~of) === 0n;
}

/** What is left of a box, as disjoint boxes; the same box when nothing is taken. */
function without(box: Box, taken: Box): readonly Box[] {
  if (!overlaps(box, taken)) return [box];
  const pieces: Box[] = [];
  let inside = box;
  for (const [axis, cells] of box.entries()) {
    const outside = cells & ~(taken[axis] ?? 0n);
    if (outside !== 0n) pieces.push(inside.with(axis, outside));
    inside = inside.with(axis, cells & (taken[axis] ?? 0n));
  }
  return pieces;
}
