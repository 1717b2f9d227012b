import type { RequestFacts } from "../../runtime/contract.ts";
import { type Bits, setBit, toBits } from "./bits.ts";
import { type Condition, holds, isFor, type Rules } from "./condition.ts";
import { listsOf } from "./lists-of.ts";
import { modelLookup } from "./model-lookup.ts";
import { remembered } from "./remembered.ts";

/** All rules that one fact of a request leaves possible. */
export type Axis = (r: RequestFacts) => Bits;

/** The facts with few values, as one: there are at most 192 shapes of request. */
export function shapeAxis(rules: Rules): Axis {
  const conditions = rules.flatMap(({ when }) => when);
  const flags = (["hasTools", "hasImage", "stream"] as const).filter((fact) =>
    conditions.some((condition) => condition.kind === "flag" && condition.fact === fact),
  );
  const formats = [...new Set(conditions.flatMap((one) => (one.kind === "response-format" ? [one.is] : [])))];
  const known = new Map<string, Bits[]>();
  return (r) => {
    const shapes = known.get(r.endpoint) ?? [];
    if (shapes.length === 0) known.set(r.endpoint, shapes);
    let shape = formats.length === 0 ? 0 : 1 + formats.indexOf(r.responseFormat ?? "");
    for (const fact of flags) shape = 2 * shape + (r[fact] ? 1 : 0);
    const bits =
      shapes[shape] ?? rulesOf(rules, (when) => isFor(r.endpoint, when) && when.every((one) => fits(one, r)));
    shapes[shape] = bits;
    return bits;
  };
}

function fits(condition: Condition, r: RequestFacts): boolean {
  const isOfShape = condition.kind === "flag" || condition.kind === "endpoint" || condition.kind === "response-format";
  return !isOfShape || holds(condition, r);
}

function rulesOf(rules: Rules, isIn: (when: readonly Condition[]) => boolean): Bits {
  const numbers = rules.flatMap(({ when }, n) => (isIn(when) ? [n] : []));
  return toBits(numbers, rules.length);
}

/** By the model asked for; absent when no rule names one. */
export function modelAxes(rules: Rules): readonly Axis[] {
  const isAsked = ({ kind }: Condition) => kind === "model-in" || kind === "model-glob";
  const asked = rules.flatMap(({ when }, n) => when.filter(isAsked).map((condition) => ({ n, condition })));
  if (asked.length === 0) return [];
  const silent = rulesOf(rules, (when) => !when.some(isAsked));
  const find = modelLookup(asked);
  const ofModel = remembered((model) => plus(silent, find(model)));
  return [(r) => ofModel(r.model)];
}

/** By each header that rules ask for. */
export function headerAxes(rules: Rules): readonly Axis[] {
  const asked = rules.flatMap(({ when }, n) =>
    when.flatMap((condition) => (condition.kind === "header" ? [[condition.name, [condition.is, n]] as const] : [])),
  );
  return [...listsOf(asked)].map(([name, pairs]) => {
    const lists = listsOf(pairs);
    const silent = rulesOf(rules, (when) => !when.some((one) => one.kind === "header" && one.name === name));
    const absent = plus(silent, lists.get(false) ?? []);
    const present = plus(silent, lists.get(true) ?? []);
    const values = new Map([...lists].map(([value, numbers]) => [value, plus(present, numbers)]));
    return (r) => {
      const value = r.header(name);
      return value === undefined ? absent : (values.get(value) ?? present);
    };
  });
}

function plus(bits: Bits, numbers: readonly number[]): Bits {
  const sum = bits.slice();
  for (const n of numbers) setBit(sum, n);
  return sum;
}
