import { expect, test } from "bun:test";
import fc from "fast-check";
import { conditionCall } from "../../compiler/emit-condition-call.ts";
import * as conditions from "../../compiler/rule-index/conditions.ts";
import { policy } from "../support/arbitrary-policy.ts";

const functions = { ...conditions };

test("a condition that is emitted as a call comes out of it as it was", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(policy(1, 20), (rules) => {
      for (const condition of rules.flatMap(({ when }) => when)) {
        const { name, args } = conditionCall(condition);
        const make = functions[name] as (...args: readonly unknown[]) => unknown;
        expect(make(...args)).toEqual(condition);
        seen.add(name);
      }
    }),
  );
  expect([...seen].sort()).toEqual(Object.keys(functions).sort());
});
