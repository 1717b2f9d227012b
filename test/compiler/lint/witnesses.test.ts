import { expect, test } from "bun:test";
import { type Witness, witnessFacts } from "../../../compiler/analysis/witness.ts";
import { type Code, isFinding } from "../../../compiler/codes.ts";
import { matchingRule } from "../../../compiler/interpret.ts";
import { caseNames, frontOf } from "../code-examples.ts";

/** Of these the witness is a request that another rule takes, or that a comparison is about. */
const aboutOthers = ["AR301", "AR302", "AR310", "AR311", "AR317"];

/** What a request must be like to show more than that the rule gets it. */
const shows: Partial<Record<Code, (witness: Witness) => boolean>> = {
  AR321: ({ inputTokens }) => inputTokens > 128_000,
  AR322: ({ hasTools }) => hasTools,
  AR323: ({ hasImage }) => hasImage,
  AR324: ({ responseFormat }) => responseFormat === "json_schema",
  AR325: ({ maxTokens = 0 }) => maxTokens > 16_384,
  AR344: ({ inputTokens }) => inputTokens < 4096,
};

test("a finding about a rule shows a request that this very rule gets", async () => {
  let shown = 0;
  for (const name of caseNames.filter((one) => /^(warn|note)-/.test(one))) {
    const { ir, diagnostics } = await frontOf(name);
    for (const { code, span, witness } of diagnostics) {
      if (ir === undefined || witness === undefined || !isFinding(code) || aboutOthers.includes(code)) continue;
      const rule = matchingRule(ir, witnessFacts(witness));
      const about = ir.rules.find((one) => one.span.start <= span.start && span.end <= one.span.end);
      expect(rule?.name, `${name} ${code}`).toBe(about?.name);
      expect(shows[code]?.(witness) ?? true, `${name} ${code}`).toBe(true);
      shown += 1;
    }
  }
  expect(shown).toBeGreaterThan(20);
}, 180_000);
