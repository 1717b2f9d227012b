import { expect, test } from "bun:test";
import fc from "fast-check";
import { explain } from "../../compiler/explain.ts";
import { matchingRule } from "../../compiler/interpret.ts";
import { allKnown, type ForgettableFact, type KnownFacts } from "../../compiler/known-facts.ts";
import { placeOf } from "../../compiler/place-of.ts";
import { everyCell, policy } from "../support/arbitrary-policy.ts";
import { requestOf, routerIR, ruleIR } from "../support/router-ir.ts";

const text = "rules:\n  - name: a\n    when: { has_tools: true, max_tokens_gt: 5 }\n";
const sources = { config: { file: "policies.yaml", text }, policies: undefined, schemas: [], unusable: [] };
const place = placeOf(sources);
const span = (written: string) => ({ file: "policies.yaml", start: text.indexOf(written), end: 0 });
const ir = routerIR([
  ruleIR(
    1,
    [
      { kind: "flag", fact: "hasTools", is: true },
      { kind: "max-tokens", op: ">", value: 5 },
    ],
    { span: span("name: a"), whenSpans: [span("has_tools"), span("max_tokens_gt")] },
  ),
  ruleIR(7, [{ kind: "model-in", models: ["gpt-4o"] }]),
  ruleIR(9, []),
  ruleIR(11, [{ kind: "input-tokens", op: "<", value: 250 }]),
]);

test("R47 every clause of every rule has its place, and what the request has there", () => {
  const { rules, candidates } = explain(ir, allKnown(requestOf({ hasTools: true, inputTokens: 250 })), place);
  expect(rules).toEqual([
    {
      rule: "rule_1",
      place: "policies.yaml:2:5",
      verdict: "does_not_match",
      clauses: [
        { condition: "tools", place: "policies.yaml:3:13", verdict: "holds", actual: "tools" },
        { condition: "max tokens > 5", place: "policies.yaml:3:30", verdict: "fails", actual: "no output limit" },
      ],
    },
    {
      rule: "rule_7",
      place: "policies.yaml:1:1",
      verdict: "matches",
      clauses: [{ condition: "model gpt-4o", place: "policies.yaml:1:1", verdict: "holds", actual: "model gpt-4o" }],
    },
    { rule: "rule_9", place: "policies.yaml:1:1", verdict: "too_late", clauses: [] },
    {
      rule: "rule_11",
      place: "policies.yaml:1:1",
      verdict: "does_not_match",
      clauses: [
        { condition: "input tokens < 250", place: "policies.yaml:1:1", verdict: "fails", actual: "250 input tokens" },
      ],
    },
  ]);
  expect(candidates.map((rule) => rule?.name)).toEqual(["rule_7"]);
});

const open = (unknown: readonly ForgettableFact[], least: number, most: number): KnownFacts => ({
  facts: requestOf({ model: "o3", inputTokens: least }),
  unknown: new Set(unknown),
  maxInputTokens: () => most,
});

test.each([
  ["all is known", open([], 3, 3), ["rule_9"]],
  ["no flag is known, but another clause fails", open(["hasTools"], 3, 3), ["rule_9"]],
  ["two facts of a rule are not known", open(["hasTools", "maxTokens"], 3, 3), ["rule_1", "rule_9"]],
] as const)("who decides when %s", (_, known, names) => {
  expect(explain(ir, known, place).candidates.map((rule) => rule?.name)).toEqual([...names]);
});

const tokens = routerIR([ruleIR(1, [{ kind: "input-tokens", op: "<", value: 250 }])]);
test.each([
  [0, 249, "holds", "0 to 249 input tokens"],
  [249, 250, "unknown", "249 to 250 input tokens"],
  [250, Number.POSITIVE_INFINITY, "fails", "at least 250 input tokens"],
  [0, Number.POSITIVE_INFINITY, "unknown", null],
  [7, Number.POSITIVE_INFINITY, "unknown", "at least 7 input tokens"],
] as const)("between %d and %d input tokens", (least, most, verdict, actual) => {
  const { rules, candidates } = explain(tokens, open([], least, most), place);
  expect(rules[0]?.clauses[0]).toMatchObject({ verdict, actual });
  const decided = { holds: ["rule_1"], fails: [undefined], unknown: ["rule_1", undefined] } as const;
  expect(candidates.map((rule) => rule?.name)).toEqual([...decided[verdict]]);
});

test("what decides is what the interpreter says; where less is known it is among what may", () => {
  const facts = fc.subarray<ForgettableFact>(["hasTools", "hasImage", "responseFormat", "maxTokens", "header"]);
  fc.assert(
    fc.property(policy(1, 6), facts, (rules, unknown) => {
      for (const request of rules.flatMap((rule) => everyCell(rule).slice(0, 200))) {
        const first = matchingRule({ rules }, request);
        expect(explain({ rules }, allKnown(request), place).candidates).toEqual([first]);
        const known = { ...allKnown(request), unknown: new Set(unknown) };
        expect(explain({ rules }, known, place).candidates).toContain(first);
      }
    }),
    { numRuns: 50 },
  );
}, 180_000);
