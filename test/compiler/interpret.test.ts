import { expect, test } from "bun:test";
import { planOf } from "../../compiler/emit-plan.ts";
import { manyRules } from "../../compiler/emit-router.ts";
import { holds, interpretRoute, matchingRule } from "../../compiler/interpret.ts";
import type { ConditionIR, RuleIR } from "../../compiler/ir.ts";
import { loadRouter } from "../support/load-router.ts";
import { requestOf, routerIR, routeTo, ruleIR } from "../support/router-ir.ts";

type Facts = Parameters<typeof requestOf>[0];
type Row = readonly [title: string, condition: ConditionIR, matching: readonly Facts[], others: readonly Facts[]];

const rows: readonly Row[] = [
  [
    "R22 R51 tokens_input_lt is strict: 249 tokens match, 250 do not",
    { kind: "input-tokens", op: "<", value: 250 },
    [{ inputTokens: 0 }, { inputTokens: 249 }],
    [{ inputTokens: 250 }, { inputTokens: 251 }],
  ],
  [
    "R22 tokens_input_lte includes its bound",
    { kind: "input-tokens", op: "<=", value: 250 },
    [{ inputTokens: 250 }],
    [{ inputTokens: 251 }],
  ],
  [
    "R22 tokens_input_gt is strict",
    { kind: "input-tokens", op: ">", value: 250 },
    [{ inputTokens: 251 }],
    [{ inputTokens: 250 }],
  ],
  [
    "R22 tokens_input_gte includes its bound",
    { kind: "input-tokens", op: ">=", value: 250 },
    [{ inputTokens: 250 }],
    [{ inputTokens: 249 }],
  ],
  ["R23 R52 no_tools", { kind: "flag", fact: "hasTools", is: false }, [{}], [{ hasTools: true }]],
  ["R23 has_tools", { kind: "flag", fact: "hasTools", is: true }, [{ hasTools: true }], [{}]],
  ["R24 no_image", { kind: "flag", fact: "hasImage", is: false }, [{}], [{ hasImage: true }]],
  ["R24 has_image", { kind: "flag", fact: "hasImage", is: true }, [{ hasImage: true }], [{}]],
  ["stream", { kind: "flag", fact: "stream", is: true }, [{ stream: true }], [{}]],
  [
    "R25 R53 response_format_type matches only that type",
    { kind: "response-format", is: "json_schema" },
    [{ responseFormat: "json_schema" }],
    [{}, { responseFormat: "json_object" }, { responseFormat: "text" }],
  ],
  [
    "R61 model_in",
    { kind: "model-in", models: ["a", "b"] },
    [{ model: "a" }, { model: "b" }],
    [{ model: "c" }, { model: "ab" }],
  ],
  [
    "model_glob",
    { kind: "model-glob", globs: ["gpt-*-mini", "o?"] },
    [{ model: "gpt-4o-mini" }, { model: "gpt--mini" }, { model: "o3" }],
    [{ model: "gpt-mini" }, { model: "gpt-4o-mini-x" }, { model: "o33" }, { model: "o" }],
  ],
  ["endpoint", { kind: "endpoint", in: ["messages"] }, [{ endpoint: "messages" }], [{ endpoint: "chat_completions" }]],
  [
    "max_tokens_lt, never without a limit",
    { kind: "max-tokens", op: "<", value: 100 },
    [{ maxTokens: 99 }],
    [{ maxTokens: 100 }, {}],
  ],
  [
    "max_tokens_gt, never without a limit",
    { kind: "max-tokens", op: ">", value: 100 },
    [{ maxTokens: 101 }],
    [{ maxTokens: 100 }, {}],
  ],
  [
    "header equals",
    { kind: "header", name: "x-a", is: "v" },
    [{ headers: { "x-a": "v" } }],
    [{}, { headers: { "x-a": "V" } }, { headers: { "x-a": "" } }],
  ],
  ["header is present", { kind: "header", name: "x-a", is: true }, [{ headers: { "x-a": "" } }], [{}]],
  ["header is absent", { kind: "header", name: "x-a", is: false }, [{}], [{ headers: { "x-a": "" } }]],
];

test.each(rows)("%s", async (_, condition, matching, others) => {
  const { route } = await loadRouter(routerIR([ruleIR(1, [condition])]));
  for (const facts of matching) {
    expect([holds(condition, requestOf(facts)), route(requestOf(facts))?.rule]).toEqual([true, "rule_1"]);
  }
  for (const facts of others) {
    expect([holds(condition, requestOf(facts)), route(requestOf(facts))]).toEqual([false, undefined]);
  }
});

const toolRule = ruleIR(1, [{ kind: "flag", fact: "hasTools", is: false }]);
const mixedRule = ruleIR(2, [
  { kind: "endpoint", in: ["embeddings", "responses"] },
  { kind: "model-glob", globs: ["*-small", "*-large"] },
]);
const embeddingsRule = ruleIR(3, [{ kind: "endpoint", in: ["embeddings"] }]);

// Few rules become a chain of conditions, many an index: the law is the same.
test.each([
  ["a chain", []],
  ["an index", Array.from({ length: manyRules }, (_, n) => ruleIR(n + 4, [{ kind: "model-in", models: [`m${n}`] }]))],
])("R204 for embeddings only rules count that name the endpoint, in %s", async (_, more) => {
  const rule = async (rules: readonly RuleIR[], facts: Parameters<typeof requestOf>[0]) => {
    const ir = routerIR([...rules, ...more]);
    const said = (await loadRouter(ir)).route(requestOf(facts))?.rule;
    expect(matchingRule(ir, requestOf(facts))?.name).toBe(said);
    return said;
  };
  const all = [toolRule, mixedRule, embeddingsRule];
  const small = "text-embedding-3-small";
  expect(await rule([toolRule], { endpoint: "embeddings" })).toBeUndefined();
  expect(await rule(all, { endpoint: "embeddings", model: small })).toBe("rule_2");
  expect(await rule(all, { endpoint: "embeddings", model: "ada" })).toBe("rule_3");
  expect(await rule(all, { endpoint: "responses", model: small })).toBe("rule_1");
  expect(await rule(all, { endpoint: "responses", model: small, hasTools: true })).toBe("rule_2");
  expect(await rule(all, { endpoint: "messages", model: small, hasTools: true })).toBeUndefined();
  expect(await rule([ruleIR(1, []), embeddingsRule], { endpoint: "embeddings" })).toBe("rule_3");
  expect(await rule([ruleIR(1, []), embeddingsRule], { endpoint: "completions" })).toBe("rule_1");
});

test("R26 R27 R46 R47 R54 R55 R56 the first rule that matches decides, with its whole plan; none means none", async () => {
  const small = ruleIR(1, [{ kind: "input-tokens", op: "<", value: 10 }], {
    plan: {
      routes: [routeTo("openai", "gpt-4o-mini"), routeTo("openai", "gpt-4.1"), routeTo("anthropic", "claude-3")],
      validate: ["json_schema"],
      hedge: { afterMs: 300, route: routeTo("openai", "o3") },
    },
  });
  const ir = routerIR([small, ruleIR(2, [{ kind: "input-tokens", op: "<", value: 20 }])]);
  const { route } = await loadRouter(ir);
  for (const evaluate of [route, (facts: ReturnType<typeof requestOf>) => interpretRoute(ir, facts)]) {
    const plan = evaluate(requestOf({ inputTokens: 5 }));
    expect(plan).toEqual(planOf(small));
    expect(plan?.routes.map(({ model }) => model)).toEqual(["gpt-4o-mini", "gpt-4.1", "claude-3"]);
    expect(evaluate(requestOf({ inputTokens: 15 }))?.rule).toBe("rule_2");
    expect(evaluate(requestOf({ inputTokens: 25 }))).toBeUndefined();
  }
});

test("tokens are counted only when everything else of a rule holds", async () => {
  const tokens: ConditionIR = { kind: "input-tokens", op: "<", value: 10 };
  const rules = [
    ruleIR(1, [tokens, { kind: "flag", fact: "hasTools", is: true }]),
    ruleIR(2, [{ kind: "model-in", models: ["o3"] }]),
  ];
  const counting = (facts: Facts) => {
    let counted = 0;
    const request = requestOf(facts);
    const watched = {
      ...request,
      get inputTokens() {
        counted++;
        return 5;
      },
    };
    return { watched, counted: () => counted };
  };
  const many = Array.from({ length: 100 }, (_, n) =>
    ruleIR(n + 3, [{ kind: "header", name: "x-n", is: `${n}` }, tokens]),
  );
  for (const extra of [[], many]) {
    const { route } = await loadRouter(routerIR([...rules, ...extra]));
    const without = counting({ model: "o3" });
    expect([route(without.watched)?.rule, without.counted()]).toEqual(["rule_2", 0]);
    const nothing = counting({});
    expect([route(nothing.watched), nothing.counted()]).toEqual([undefined, 0]);
    const needed = counting({ hasTools: true });
    expect(route(needed.watched)?.rule).toBe("rule_1");
    expect(needed.counted()).toBeGreaterThan(0);
  }
});
