import { expect, test } from "bun:test";
import { firstMatches } from "../../../compiler/analysis/first-matches.ts";
import { spaceOf } from "../../../compiler/analysis/space.ts";
import type { ConditionIR } from "../../../compiler/ir.ts";
import { ruleIR } from "../../support/router-ir.ts";

/** Rules with globs that combine in too many ways, each with these conditions besides, and a last rule for short requests. */
function lastOf(more: readonly ConditionIR[]) {
  const entangled = [..."abcdefghijklmnopqrstuvw"].map((letter, index) =>
    ruleIR(index + 1, [{ kind: "model-glob", globs: [`*${letter}*`] }, ...more]),
  );
  const rules = [...entangled, ruleIR(100, [{ kind: "input-tokens", op: "<", value: 100 }])];
  const space = spaceOf(rules);
  const matches = firstMatches(space, rules);
  return { open: space.open.size, last: matches.at(-1) };
}

test("what a rule gets is not known where an earlier one that cannot be read may take it", () => {
  const { open, last } = lastOf([]);
  expect(open).toBeGreaterThan(10);
  expect([last?.gets, last?.isReached]).toEqual([undefined, undefined]);
});

test("it is known to be reached where none of them may take some request", () => {
  const { last } = lastOf([{ kind: "flag", fact: "hasTools", is: true }]);
  expect([last?.gets, last?.isReached]).toEqual([undefined, true]);
});

test("and all is known where none of them may take any", () => {
  const { last } = lastOf([{ kind: "input-tokens", op: ">=", value: 100 }]);
  expect(last?.isReached).toBe(true);
  // Conversations and completions.
  expect(last?.gets).toHaveLength(2);
});
