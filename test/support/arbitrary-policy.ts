import fc from "fast-check";
import type { ConditionIR, RuleIR } from "../../compiler/ir.ts";
import type { RequestFacts } from "../../runtime/contract.ts";
import { requestOf, ruleIR } from "./router-ir.ts";

/** Constants that rules compare with; requests have these and their neighbours. */
const tokenBounds = [0, 1, 250, 1000, 100_000];
const maxTokenBounds = [1, 256, 4096];
const models = ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "claude-sonnet-4-5", "o3", "", "a*b", "gpt-4o\u2028"];
const globs = [
  "*",
  "gpt-*",
  "*-mini",
  "*4*",
  "gpt-*-mini",
  "g?t-4*",
  "??",
  "a**b",
  "*a*",
  "o3",
  "",
  "*-*o*i*",
  "gpt-4o?",
];
const formats = ["json_schema", "json_object", "text"];
const headers = ["x-team", "x-tier"];
const headerValues = ["search", "", "Search"];

/** Anything a key of `when` can become. */
const condition = fc.oneof(
  fc.record({ kind: fc.constant("input-tokens" as const), op: op(), value: fc.constantFrom(...tokenBounds) }),
  fc.record({ kind: fc.constant("input-tokens" as const), op: op(), value: fc.constantFrom(...tokenBounds) }),
  fc.record({ kind: fc.constant("max-tokens" as const), op: op(), value: fc.constantFrom(...maxTokenBounds) }),
  fc.record({
    kind: fc.constant("flag" as const),
    fact: fc.constantFrom("hasTools" as const, "hasImage" as const, "stream" as const),
    is: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("response-format" as const), is: fc.constantFrom(...formats) }),
  fc.record({
    kind: fc.constant("endpoint" as const),
    in: fc.uniqueArray(fc.constantFrom("chat_completions" as const, "messages" as const, "embeddings" as const), {
      minLength: 1,
    }),
  }),
  fc.record({ kind: fc.constant("model-in" as const), models: fc.uniqueArray(fc.constantFrom(...models)) }),
  fc.record({
    kind: fc.constant("model-glob" as const),
    globs: fc.uniqueArray(fc.constantFrom(...globs), { minLength: 1 }),
  }),
  fc.record({
    kind: fc.constant("header" as const),
    name: fc.constantFrom(...headers),
    is: fc.oneof(fc.boolean(), fc.constantFrom(...headerValues)),
  }),
) satisfies fc.Arbitrary<ConditionIR>;

function op() {
  return fc.constantFrom("<" as const, "<=" as const, ">" as const, ">=" as const);
}

/** What makes two conditions the same key of `when`. */
function slot(one: ConditionIR): string {
  switch (one.kind) {
    case "input-tokens":
    case "max-tokens":
      return `${one.kind} ${one.op}`;
    case "flag":
      return `${one.fact} ${one.is}`;
    case "header":
      return one.name;
    default:
      return one.kind;
  }
}

/** The rules of a policy: few as a rule, now and then more than `manyRules`. */
export function policy(minRules: number, maxRules: number): fc.Arbitrary<readonly RuleIR[]> {
  const conditions = fc.uniqueArray(condition, { minLength: 1, maxLength: 4, selector: slot, size: "max" });
  const when = fc.oneof({ weight: 49, arbitrary: conditions }, { weight: 1, arbitrary: fc.constant([]) });
  return fc
    .array(when, { minLength: minRules, maxLength: maxRules, size: "max" })
    .map((rules) => rules.map((conditions, position) => ruleIR(position + 1, conditions)));
}

/** Every constant and its neighbours on both sides. */
function around(bounds: readonly number[]): readonly number[] {
  return [...new Set(bounds.flatMap((bound) => [bound - 1, bound, bound + 1]))];
}

const everyModel = [...models, "gpt-", "gpt-5-mini", "xgpt-4o", "gpt--mini", "gpt-4o-min", "b", "aab", "opus"];

/** One list of values for each fact, so that their product has a request for every cell the constants cut. */
export const factValues = {
  endpoint: ["chat_completions", "responses", "messages", "generate_content", "completions", "embeddings"],
  model: everyModel,
  stream: [false, true],
  hasTools: [false, true],
  hasImage: [false, true],
  responseFormat: [undefined, ...formats, "grammar"],
  maxTokens: [undefined, ...around(maxTokenBounds)],
  inputTokens: around(tokenBounds).filter((count) => count >= 0),
  team: [undefined, ...headerValues, "other"],
  tier: [undefined, ...headerValues, "other"],
} as const;

/** One value of each fact. */
export type FactChoice = Readonly<{ [Fact in keyof typeof factValues]: (typeof factValues)[Fact][number] }>;

export function requestFrom({ team, tier, ...facts }: FactChoice): RequestFacts {
  const sent = { ...(team === undefined ? {} : { "x-team": team }), ...(tier === undefined ? {} : { "x-tier": tier }) };
  return requestOf({ ...facts, headers: sent });
}

/** A request for every combination of values of the facts that a rule asks about; the others keep their first value. */
export function everyCell(rule: RuleIR): readonly RequestFacts[] {
  const asked = new Set<string>(rule.when.map(factOf));
  const choices = Object.entries<readonly unknown[]>(factValues).reduce<readonly object[]>(
    (partial, [fact, values]) =>
      partial.flatMap((one) =>
        (asked.has(fact) ? values : values.slice(0, 1)).map((value) => ({ ...one, [fact]: value })),
      ),
    [{}],
  );
  return choices.map((choice) => requestFrom(choice as FactChoice));
}

/** The one fact that a condition asks about. */
export function factOf(one: ConditionIR): keyof typeof factValues {
  switch (one.kind) {
    case "input-tokens":
      return "inputTokens";
    case "max-tokens":
      return "maxTokens";
    case "flag":
      return one.fact;
    case "response-format":
      return "responseFormat";
    case "endpoint":
      return "endpoint";
    case "model-in":
    case "model-glob":
      return "model";
    case "header":
      return one.name === "x-team" ? "team" : "tier";
  }
}
