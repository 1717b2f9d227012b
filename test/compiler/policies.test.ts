import { describe, expect, test } from "bun:test";
import type { ConditionIR } from "../../compiler/ir.ts";
import { routeTo } from "../support/router-ir.ts";
import { compileSources } from "./compile-case.ts";
import { sourcesOf } from "./sources-of.ts";

function compiled(policies: string, config = "") {
  const front = compileSources(sourcesOf(config, policies));
  if (front.ir === undefined || front.facts === undefined) throw new Error(JSON.stringify(front.diagnostics));
  return { ir: front.ir, facts: front.facts, codes: front.diagnostics.map((one) => one.code) };
}

function ruleOf(when: string, then = "model: gpt-4o-mini") {
  const [rule] = compiled(`rules:\n  - name: a\n    when: { ${when} }\n    then: { ${then} }\n`).ir.rules;
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

describe("R22 R23 R24 R25 R51 R52 R53 R61 what each key of `when` asks", () => {
  const cases: readonly (readonly [string, readonly ConditionIR[]])[] = [
    ["tokens_input_lt: 250", [{ kind: "input-tokens", op: "<", value: 250 }]],
    ["tokens_input_lte: 250", [{ kind: "input-tokens", op: "<=", value: 250 }]],
    ["tokens_input_gt: 250", [{ kind: "input-tokens", op: ">", value: 250 }]],
    ["tokens_input_gte: 250", [{ kind: "input-tokens", op: ">=", value: 250 }]],
    ["max_tokens_lt: 10", [{ kind: "max-tokens", op: "<", value: 10 }]],
    ["max_tokens_gt: 10", [{ kind: "max-tokens", op: ">", value: 10 }]],
    ["no_tools: true", [{ kind: "flag", fact: "hasTools", is: false }]],
    ["no_tools: false", [{ kind: "flag", fact: "hasTools", is: true }]],
    ["has_tools: true", [{ kind: "flag", fact: "hasTools", is: true }]],
    ["no_image: true", [{ kind: "flag", fact: "hasImage", is: false }]],
    ["no_image: false", [{ kind: "flag", fact: "hasImage", is: true }]],
    ["has_image: false", [{ kind: "flag", fact: "hasImage", is: false }]],
    ["stream: false", [{ kind: "flag", fact: "stream", is: false }]],
    ["response_format_type: json_object", [{ kind: "response-format", is: "json_object" }]],
    ["model_in: [a, b]", [{ kind: "model-in", models: ["a", "b"] }]],
    ["model_glob: 'gpt-*'", [{ kind: "model-glob", globs: ["gpt-*"] }]],
    ["model_glob: ['gpt-*', 'o?']", [{ kind: "model-glob", globs: ["gpt-*", "o?"] }]],
    ["endpoint: messages", [{ kind: "endpoint", in: ["messages"] }]],
    ["endpoint: [messages, chat_completions]", [{ kind: "endpoint", in: ["messages", "chat_completions"] }]],
    [
      "header: { X-Team: search, x-debug: true, x-old: false }",
      [
        { kind: "header", name: "x-team", is: "search" },
        { kind: "header", name: "x-debug", is: true },
        { kind: "header", name: "x-old", is: false },
      ],
    ],
    ["", []],
  ];
  test.each(cases)("%s", (when, expected) => {
    expect(ruleOf(when).when).toEqual(expected);
  });

  test("conditions keep the order they are written in", () => {
    const kinds = ruleOf("stream: true, tokens_input_lt: 9, model_in: [a], no_tools: true").when.map((one) => one.kind);
    expect(kinds).toEqual(["flag", "input-tokens", "model-in", "flag"]);
  });
});

describe("what `then` plans", () => {
  test("R48 R49 R54 R56 model, chain and validators in order", () => {
    const { plan } = ruleOf(
      "",
      "model: gpt-4o-mini, fallback_chain: [gpt-4.1, claude-x], validate: [json_schema, json_schema]",
    );
    expect(plan).toEqual({
      routes: [routeTo("openai", "gpt-4o-mini"), routeTo("openai", "gpt-4.1"), routeTo("anthropic", "claude-x")],
      validate: ["json_schema"],
      hedge: undefined,
    });
  });

  test("R55 an unknown validator warns and is skipped", () => {
    const { ir, codes } = compiled(
      "rules:\n  - name: a\n    then: { model: gpt-4o, validate: [toxicity, json_schema] }\n",
    );
    expect(codes).toEqual(["AR305"]);
    expect(ir.rules[0]?.plan.validate).toEqual(["json_schema"]);
  });

  test("a provider before the slash pins it; other prefixes belong to the model", () => {
    const { routes } = ruleOf("", "model: anthropic/gpt-4, fallback_chain: [meta/llama, openai/ft/x]").plan;
    expect(routes.map(({ offers }) => [...offers])).toEqual([
      [{ provider: "anthropic", model: "gpt-4" }],
      [{ provider: "openai", model: "meta/llama" }],
      [{ provider: "openai", model: "ft/x" }],
    ]);
  });

  test("hedge", () => {
    const { plan } = ruleOf("", "model: m, hedge: { after_ms: 300, with_model: claude-x }");
    expect(plan.hedge).toEqual({ afterMs: 300, route: routeTo("anthropic", "claude-x") });
  });
});

test("R46 R50 rules keep file order and know their lines", () => {
  const { ir } = compiled(
    "# a comment\nrules:\n  - name: b\n    then: { model: m }\n\n  - then: { model: m }\n    name: a\n",
  );
  expect(ir.rules.map(({ name, line, place }) => ({ name, line, place }))).toEqual([
    { name: "b", line: 3, place: "policies.yaml:3" },
    { name: "a", line: 6, place: "policies.yaml:6" },
  ]);
});

test("facts: token ceiling, model list, unused providers", () => {
  const config =
    '[providers.openai]\nmodels = ["gpt-x"]\n[providers.anthropic]\nmodels = ["claude-x", "plain"]\n[providers.spare]\ntype = "openai"\n';
  const policies = `rules:
  - name: a
    when: { tokens_input_lt: 250, model_in: [asked] }
    then: { model: gpt-y, fallback_chain: [anthropic/gpt-z], hedge: { after_ms: 1, with_model: openai/gpt-w } }
  - name: b
    when: { tokens_input_gte: 1000, max_tokens_gt: 5000 }
    then: { model: claude-y }
`;
  expect(compiled(policies, config).facts).toEqual({
    tokenBounds: [250, 1000],
    models: ["anthropic/gpt-z", "anthropic/plain", "asked", "claude-x", "claude-y", "gpt-w", "gpt-x", "gpt-y"],
    unusedProviders: ["spare"],
  });
  expect(compiled("rules: []\n").facts.tokenBounds).toEqual([]);
});

test("R21 aliases repeat what they stand for", () => {
  const { ir } = compiled(`rules:
  - name: a
    then: { model: &cheap gpt-4o-mini, fallback_chain: &ladder [gpt-4.1, claude-x] }
  - name: b
    when: { stream: true, model_in: *ladder }
    then: { model: *cheap, fallback_chain: *ladder }
`);
  expect(ir.rules[1]?.plan).toEqual(ir.rules[0]?.plan ?? Object());
});

test("YAML 1.2: no, off and 0o17 are text, text and 15", () => {
  expect(ruleOf("tokens_input_lt: 0o17").when).toEqual([{ kind: "input-tokens", op: "<", value: 15 }]);
  expect(ruleOf("model_in: [no, off, 'null']").when).toEqual([{ kind: "model-in", models: ["no", "off", "null"] }]);
});
