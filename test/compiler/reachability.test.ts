import { expect, test } from "bun:test";
import fc from "fast-check";
import { matchingRule } from "../../compiler/interpret.ts";
import type { ConditionIR, RuleIR } from "../../compiler/ir.ts";
import { unreachable } from "../../compiler/reachability.ts";
import type { RequestFacts } from "../../runtime/contract.ts";
import { compileSources } from "./compile-case.ts";
import { sourcesOf } from "./sources-of.ts";

const small = fc.integer({ min: 0, max: 4 });
const op = fc.constantFrom("<" as const, "<=" as const, ">" as const, ">=" as const);
const names = ["gpt-4", "gpt-5", "o3"];
const globs = ["*", "gpt-*", "*-4", "gpt-?", "g*4", "o3", "?", "*-*", "o*"];

const exact: fc.Arbitrary<ConditionIR> = fc.oneof(
  fc.record({ kind: fc.constant("input-tokens" as const), op, value: small }),
  fc.record({ kind: fc.constant("max-tokens" as const), op, value: small }),
  fc.record({
    kind: fc.constant("flag" as const),
    fact: fc.constantFrom("hasTools" as const, "stream" as const),
    is: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("response-format" as const), is: fc.constantFrom("json_schema", "text") }),
  fc.record({ kind: fc.constant("model-in" as const), models: fc.subarray(names, { minLength: 1 }) }),
  fc.record({
    kind: fc.constant("header" as const),
    name: fc.constant("x"),
    is: fc.constantFrom<string | boolean>("a", true, false),
  }),
);
const glob: fc.Arbitrary<ConditionIR> = fc.record({
  kind: fc.constant("model-glob" as const),
  globs: fc.subarray(globs, { minLength: 1, maxLength: 2 }),
});

/** Every request that the constants above can tell apart. */
const requests: readonly RequestFacts[] = product(
  [0, 1, 2, 3, 4, 5],
  [undefined, 0, 1, 2, 3, 4, 5],
  [true, false],
  [true, false],
  [undefined, "json_schema", "text", "other"],
  ["gpt-4", "gpt-5", "o3", "gpt-9", "other", "x-4", "x", "gpt-44", "g4", "o4"],
  [undefined, "a", "b"],
).map(([inputTokens, maxTokens, hasTools, stream, responseFormat, model, header]) => ({
  endpoint: "messages",
  hasImage: false,
  inputTokens: Number(inputTokens),
  maxTokens: typeof maxTokens === "number" ? maxTokens : undefined,
  hasTools: hasTools === true,
  stream: stream === true,
  responseFormat: typeof responseFormat === "string" ? responseFormat : undefined,
  model: String(model),
  header: () => (typeof header === "string" ? header : undefined),
}));

function product(...axes: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] {
  return axes.reduce<readonly (readonly unknown[])[]>(
    (rows, axis) => rows.flatMap((row) => axis.map((value) => [...row, value])),
    [[]],
  );
}

function rulesOf(conditions: readonly (readonly ConditionIR[])[]): readonly RuleIR[] {
  return conditions.map((when, index) => ({
    name: String(index),
    when,
    plan: { routes: [{ model: "m", offers: [{ provider: "p", model: "m" }] }], validate: [], hedge: undefined },
    span: { file: "policies.yaml", start: index, end: index + 1 },
    line: 1,
    place: "policies.yaml:1",
  }));
}

/** Names of rules that no request reaches, by trying all of them. */
function unreachedByTrying(rules: readonly RuleIR[]): readonly string[] {
  const { ir } = compileSources(sourcesOf("", "rules: []\n"));
  if (ir === undefined) throw new Error("the empty policy does not compile");
  const reached = new Set(requests.map((request) => matchingRule({ ...ir, rules }, request)?.name));
  return rules.map((rule) => rule.name).filter((name) => !reached.has(name));
}

function unreachedByAnalysis(rules: readonly RuleIR[]): readonly string[] {
  return unreachable(rules).map((found) => String(found.span.start));
}

test("without globs exactly the rules that no request reaches are reported", () => {
  const policies = fc.array(fc.array(exact, { maxLength: 3 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(policies, (conditions) => {
      const rules = rulesOf(conditions);
      expect(unreachedByAnalysis(rules)).toEqual(unreachedByTrying(rules));
    }),
    { numRuns: 60 },
  );
});

test("with globs only rules that no request reaches are reported", () => {
  const policies = fc.array(
    // As in a policy: `model_glob` is one key of a rule.
    fc.tuple(fc.array(exact, { maxLength: 2 }), fc.array(glob, { maxLength: 1 })).map((parts) => parts.flat()),
    { minLength: 1, maxLength: 6 },
  );
  fc.assert(
    fc.property(policies, (conditions) => {
      const rules = rulesOf(conditions);
      expect(unreachedByTrying(rules)).toEqual(expect.arrayContaining([...unreachedByAnalysis(rules)]));
    }),
    { numRuns: 60 },
  );
});

test.each([
  ["gpt-*", "gpt-4*", true],
  ["*", "?", true],
  ["*-mini", "gpt-*-mini", true],
  ["gpt-?", "gpt-*", false],
  ["gpt-4*", "gpt-*", false],
  ["a*b", "a*", false],
])("a rule for %s takes all of a later rule for %s: %p", (wider, narrower, taken) => {
  const rules = rulesOf([[{ kind: "model-glob", globs: [wider] }], [{ kind: "model-glob", globs: [narrower] }]]);
  expect(unreachedByAnalysis(rules)).toEqual(taken ? ["1"] : []);
});

test("two thousand rules are analysed before the test times out", () => {
  const rules = rulesOf(
    Array.from({ length: 2000 }, (_, index) => [
      { kind: "model-in", models: [`m${index % 1999}`] },
      { kind: "input-tokens", op: "<", value: index % 1999 },
    ]),
  );
  expect(unreachedByAnalysis(rules)).toEqual(["0", "1999"]);
}, 30_000);
