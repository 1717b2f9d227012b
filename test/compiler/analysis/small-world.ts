import fc from "fast-check";
import { type Witness, witnessFacts } from "../../../compiler/analysis/witness.ts";
import { holds } from "../../../compiler/interpret.ts";
import type { ConditionIR, RuleIR } from "../../../compiler/ir.ts";
import { routeTo } from "../../support/router-ir.ts";

/** Facts of a request, each with few values: all requests of a policy that asks about them can be tried. */
const plain: Witness = {
  endpoint: "messages",
  model: "b",
  stream: false,
  hasTools: false,
  hasImage: false,
  inputTokens: 0,
  headers: {},
};

/** Every name of up to four of these characters. The last one is in no pattern. */
const names = [1, 2, 3, 4].flatMap((length) =>
  Array.from({ length: 3 ** length }, (_, number) =>
    Array.from({ length }, (_, at) => "abx"[Math.floor(number / 3 ** at) % 3]).join(""),
  ),
);

type AxisOfWorld = Readonly<{
  values: readonly ((witness: Witness) => Witness)[];
  condition: fc.Arbitrary<ConditionIR>;
}>;

const small = fc.integer({ min: 0, max: 4 });
const op = fc.constantFrom("<" as const, "<=" as const, ">" as const, ">=" as const);
const patterns = fc
  .array(fc.constantFrom("a", "b", "*", "?"), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(""));
const flag = (fact: "hasTools" | "hasImage" | "stream"): AxisOfWorld => ({
  values: [false, true].map((is) => (witness) => ({ ...witness, [fact]: is })),
  condition: fc.boolean().map((is) => ({ kind: "flag", fact, is })),
});
const header = (name: string): AxisOfWorld => ({
  values: [undefined, "a", "b"].map((value) => (witness) => ({
    ...witness,
    headers: { ...witness.headers, ...(value !== undefined && { [name]: value }) },
  })),
  condition: fc.constantFrom<string | boolean>("a", true, false).map((is) => ({ kind: "header", name, is })),
});

const axes = {
  endpoint: {
    values: (
      ["chat_completions", "messages", "responses", "generate_content", "completions", "embeddings"] as const
    ).map((endpoint) => (witness) => ({ ...witness, endpoint })),
    condition: fc
      .subarray(["messages", "completions", "embeddings"] as const, { minLength: 1 })
      .map((endpoints) => ({ kind: "endpoint", in: endpoints })),
  },
  inputTokens: {
    values: [0, 1, 2, 3, 4, 5].map((inputTokens) => (witness) => ({ ...witness, inputTokens })),
    condition: fc.record({ kind: fc.constant("input-tokens" as const), op, value: small }),
  },
  maxTokens: {
    values: [undefined, 0, 1, 2, 3, 4, 5].map((maxTokens) => (witness) => ({ ...witness, maxTokens })),
    condition: fc.record({ kind: fc.constant("max-tokens" as const), op, value: small }),
  },
  hasTools: flag("hasTools"),
  hasImage: flag("hasImage"),
  stream: flag("stream"),
  responseFormat: {
    values: [undefined, "json_schema", "text", "other"].map((responseFormat) => (witness) => ({
      ...witness,
      responseFormat,
    })),
    condition: fc.constantFrom("json_schema", "text").map((is) => ({ kind: "response-format", is })),
  },
  header: header("x"),
  otherHeader: header("y"),
  name: {
    values: ["a", "b", "ab", "x"].map((model) => (witness) => ({ ...witness, model })),
    condition: fc.subarray(["a", "b", "ab"], { minLength: 1 }).map((models) => ({ kind: "model-in" as const, models })),
  },
  model: {
    values: names.map((model) => (witness) => ({ ...witness, model })),
    condition: fc.oneof(
      fc.record({
        kind: fc.constant("model-glob" as const),
        globs: fc.array(patterns, { minLength: 1, maxLength: 2 }),
      }),
      fc.record({
        kind: fc.constant("model-in" as const),
        models: fc.array(patterns.filter(isName), { minLength: 1, maxLength: 2 }),
      }),
    ),
  },
} as const satisfies Record<string, AxisOfWorld>;

function isName(pattern: string): boolean {
  return !/[*?]/.test(pattern);
}

type AxisName = keyof typeof axes;

/** Policies about a few facts, and every request that can tell them apart. */
export type SmallWorld = Readonly<{ rules: readonly RuleIR[]; axes: readonly AxisName[] }>;

const facts = (Object.keys(axes) as AxisName[]).filter((name) => name !== "name" && name !== "model");

/** Of at most three facts and perhaps the model, as all requests are tried. */
const someAxes: fc.Arbitrary<readonly AxisName[]> = fc.oneof(
  { weight: 3, arbitrary: fc.shuffledSubarray(facts, { minLength: 1, maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.shuffledSubarray(facts, { maxLength: 2 }).map((some): readonly AxisName[] => [...some, "name"]),
  },
  {
    weight: 1,
    arbitrary: fc.shuffledSubarray(facts, { maxLength: 1 }).map((some): readonly AxisName[] => [...some, "model"]),
  },
);

export function smallWorld(maxRules: number): fc.Arbitrary<SmallWorld> {
  return someAxes.chain((chosen) => {
    const condition = fc.oneof(...chosen.map((name): fc.Arbitrary<ConditionIR> => axes[name].condition));
    return fc
      .array(fc.array(condition, { maxLength: 3 }), { minLength: 1, maxLength: maxRules })
      .map((conditions) => ({ axes: chosen, rules: conditions.map(ruleOf) }));
  });
}

function ruleOf(when: readonly ConditionIR[], index: number): RuleIR {
  return {
    name: `r${index}`,
    when,
    plan: { routes: [routeTo("p", `m${index % 3}`)], validate: [], hedge: undefined },
    span: { file: "policies.yaml", start: index * 100, end: index * 100 + 1 },
    whenSpans: when.map((_, at) => ({ file: "policies.yaml", start: index * 100 + at + 1, end: index * 100 + at + 2 })),
    line: index,
    place: `policies.yaml:${index}`,
  };
}

/** All requests that there are in a small world. */
export function allRequests({ axes: chosen }: SmallWorld): readonly Witness[] {
  const asked = chosen.includes("endpoint") ? chosen : (["endpoint", ...chosen] as const);
  const every = asked.reduce<readonly Witness[]>(
    (witnesses, name) => witnesses.flatMap((witness) => axes[name].values.map((put) => put(witness))),
    [plain],
  );
  return every.filter(isPossible);
}

/** A completion has neither tools nor images nor a format; an embedding has none of what makes a conversation. */
function isPossible({ endpoint, hasTools, hasImage, responseFormat, stream, maxTokens }: Witness): boolean {
  const isPlain = !hasTools && !hasImage && responseFormat === undefined;
  if (endpoint === "completions") return isPlain;
  return endpoint !== "embeddings" || (isPlain && !stream && maxTokens === undefined);
}

/** Whether a rule's conditions hold, as the policy language says it: what names no endpoint is about conversations. */
export function matches({ when }: Pick<RuleIR, "when">, request: Witness): boolean {
  const namesEndpoint = when.some(({ kind }) => kind === "endpoint");
  if (!namesEndpoint && request.endpoint === "embeddings") return false;
  const facts = witnessFacts(request);
  return when.every((condition) => holds(condition, facts));
}

/** For each rule the requests, by number, for which its conditions hold. */
export function matchTable(rules: readonly Pick<RuleIR, "when">[], requests: readonly Witness[]): readonly boolean[][] {
  const told = new Map<string, readonly boolean[]>();
  const facts = requests.map(witnessFacts);
  const answers = (condition: ConditionIR) => {
    const key = JSON.stringify(condition);
    const known = told.get(key) ?? facts.map((one) => holds(condition, one));
    told.set(key, known);
    return known;
  };
  return rules.map(({ when }) => {
    const namesEndpoint = when.some(({ kind }) => kind === "endpoint");
    const columns = when.map(answers);
    return requests.map(
      ({ endpoint }, at) =>
        (namesEndpoint || endpoint !== "embeddings") && columns.every((column) => column[at] === true),
    );
  });
}
