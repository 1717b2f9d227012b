import { expect, test } from "bun:test";
import { witnessFacts } from "../../../compiler/analysis/witness.ts";
import { isFinding } from "../../../compiler/codes.ts";
import { matchingRule } from "../../../compiler/interpret.ts";
import { caseNames, frontOf } from "../code-examples.ts";

/** Of these the witness is a request that another rule takes, or that a comparison is about. */
const aboutOthers = ["AR301", "AR302", "AR310", "AR311", "AR317"];

test("a finding about a rule shows a request that this very rule gets", async () => {
  let shown = 0;
  for (const name of caseNames.filter((one) => /^(warn|note)-/.test(one))) {
    const { ir, diagnostics } = await frontOf(name);
    for (const { code, span, witness } of diagnostics) {
      if (ir === undefined || witness === undefined || !isFinding(code) || aboutOthers.includes(code)) continue;
      const rule = matchingRule(ir, witnessFacts(witness));
      const about = ir.rules.find((one) => one.span.start <= span.start && span.end <= one.span.end);
      expect(rule?.name, `${name} ${code}`).toBe(about?.name);
      shown += 1;
    }
  }
  expect(shown).toBeGreaterThan(20);
}, 180_000);
