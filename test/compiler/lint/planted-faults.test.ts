import { expect, test } from "bun:test";
import { witnessFacts } from "../../../compiler/analysis/witness.ts";
import { matchingRule } from "../../../compiler/interpret.ts";
import { plantedConfig, plantedPolicy } from "../../support/planted-policy.ts";
import { compileSources } from "../compile-case.ts";
import { sourcesOf } from "../sources-of.ts";

test.each([1, 7, 2026])(
  "of 500 rules with 30 faults all are found, and nothing else (seed %d)",
  (seed) => {
    const { text, planted } = plantedPolicy(seed, 500);
    const { ir, diagnostics } = compileSources(sourcesOf(plantedConfig, text));
    expect(ir?.rules).toHaveLength(500);
    expect(planted).toHaveLength(30);
    const ruleOf = (start: number) => ir?.rules.find(({ span }) => span.start <= start && start < span.end)?.name;
    expect(diagnostics.map(({ code, span }) => `${code} ${ruleOf(span.start)}`).sort()).toEqual(planted.flat().sort());
    for (const { code, span, witness } of diagnostics) {
      if (ir === undefined || witness === undefined || code === "AR301") continue;
      expect(matchingRule(ir, witnessFacts(witness))?.name, code).toBe(ruleOf(span.start) ?? "");
    }
  },
  180_000,
);
