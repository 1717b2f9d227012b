import type { RequestFacts } from "../../runtime/contract.ts";
import type { Axis } from "./axis.ts";
import { type Bits, hasBit, intersect, setBit, toBits, union } from "./bits.ts";
import type { Condition, Rules } from "./condition.ts";

/** What a condition compares with; for headers true and false stand for present and absent. */
type Key = string | boolean;

/**
 * `keysOf` names the values a condition accepts, or undefined when it asks about something else; `keysIn` what a request has.
 */
export function keyedAxis(
  rules: Rules,
  keysOf: (condition: Condition) => readonly Key[] | undefined,
  keysIn: (r: RequestFacts) => readonly Key[],
): readonly Axis[] {
  const lists = new Map<Key, number[]>();
  const indifferent: number[] = [];
  for (const [n, rule] of rules.entries()) {
    const keys = rule.when.map(keysOf);
    if (keys.every((accepted) => accepted === undefined)) indifferent.push(n);
    for (const key of new Set(keys.flatMap((accepted) => accepted ?? []))) {
      const list = lists.get(key);
      if (list === undefined) lists.set(key, [n]);
      else list.push(n);
    }
  }
  if (lists.size === 0) return [];
  const others = toBits(indifferent, rules.length);
  const sets = new Map<Key, RuleSet>([...lists].map(([key, list]) => [key, ruleSet(list, others)]));
  const narrow: Axis = (r, candidates) => {
    let allowed = others;
    const kept: number[] = [];
    for (const key of keysIn(r)) {
      const set = sets.get(key);
      if (set === undefined) continue;
      if (set.kind === "many") allowed = allowed === others ? set.bits : union(allowed, set.bits);
      else for (const n of set.list) if (hasBit(candidates, n)) kept.push(n);
    }
    intersect(candidates, allowed);
    for (const n of kept) setBit(candidates, n);
  };
  return [narrow];
}

/** Many rules are kept as bits, together with those that do not ask; a few as a list, so that all lists take no more room than the rules. */
type RuleSet = Readonly<{ kind: "many"; bits: Bits }> | Readonly<{ kind: "few"; list: readonly number[] }>;

function ruleSet(list: readonly number[], others: Bits): RuleSet {
  if (list.length <= others.length) return { kind: "few", list };
  return { kind: "many", bits: union(others, toBits(list, others.length * 32)) };
}
