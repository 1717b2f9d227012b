import { expect, test } from "bun:test";
import type { Plan, RequestFacts } from "../../runtime/contract.ts";
import { planItinerary } from "../../runtime/itinerary.ts";
import type { Overrides } from "../../runtime/overrides.ts";
import { routeTo } from "../support/router-ir.ts";

const noOverrides: Overrides = {
  model: undefined,
  fallbackChain: undefined,
  validate: undefined,
  noPolicy: false,
  strict: false,
};
const plan: Plan = {
  rule: "extract",
  routes: [routeTo("openai", "mini"), routeTo("openai", "big")],
  validate: ["json_schema"],
};

function gatewayWith(matched: Plan | undefined): Parameters<typeof planItinerary>[0] {
  return {
    catalog: { unknownModelStatus: 404 },
    route: () => matched,
    resolve: (model) =>
      model.startsWith("lost") ? undefined : routeTo(model.startsWith("claude-") ? "anthropic" : "openai", model),
  };
}

const facts: RequestFacts = {
  endpoint: "chat_completions",
  model: "gpt-4o",
  stream: false,
  hasTools: false,
  hasImage: false,
  responseFormat: undefined,
  maxTokens: undefined,
  inputTokens: 0,
  header: () => undefined,
};

function itinerary(matched: Plan | undefined, overrides: Partial<Overrides>, model = "gpt-4o") {
  return planItinerary(
    gatewayWith(matched),
    { ...facts, model },
    {
      ...noOverrides,
      ...overrides,
    },
  );
}

test.each([
  [
    "R47 no rule: the asked model, as it is",
    undefined,
    {},
    { rule: "none", models: ["gpt-4o"], validate: [], rewritten: false },
  ],
  [
    "R48 R49 R54 R56 a rule: its model, chain and validators",
    plan,
    {},
    { rule: "extract", models: ["mini", "big"], validate: ["json_schema"], rewritten: true },
  ],
  [
    "R62 a chain in the request replaces the rule's",
    plan,
    { fallbackChain: ["claude-x"] },
    { rule: "extract", models: ["mini", "claude-x"], validate: ["json_schema"], rewritten: true },
  ],
  [
    "R63 validators in the request replace the rule's",
    plan,
    { validate: [] },
    { rule: "extract", models: ["mini", "big"], validate: [], rewritten: true },
  ],
  [
    "R63 a pin replaces the first model only",
    plan,
    { model: "claude-y" },
    { rule: "extract", models: ["claude-y", "big"], validate: ["json_schema"], rewritten: true },
  ],
  ["R63 no policy", plan, { noPolicy: true }, { rule: "none", models: ["gpt-4o"], validate: [], rewritten: false }],
  [
    "neighbours that repeat are tried once",
    plan,
    { fallbackChain: ["mini", "mini", "big", "mini"] },
    { rule: "extract", models: ["mini", "big", "mini"], validate: ["json_schema"], rewritten: true },
  ],
  [
    "a rule that names the asked model rewrites nothing",
    { ...plan, routes: [routeTo("openai", "gpt-4o")] as const },
    {},
    { rule: "extract", models: ["gpt-4o"], validate: ["json_schema"], rewritten: false },
  ],
] as const)("%s", (_name, matched, overrides, expected) => {
  const result = itinerary(matched, overrides);
  if ("class" in result) throw new Error(result.message);
  const { rule, routes, validate, rewritten } = result;
  expect({ rule, models: routes.map(({ model }) => model), validate, rewritten }).toEqual({
    ...expected,
    models: [...expected.models],
    validate: [...expected.validate],
  });
});

test.each([
  ["the asked model", {}, "lost-1"],
  ["a model of the request's chain", { fallbackChain: ["lost-2"] }, "gpt-4o"],
  ["a pinned model", { model: "lost-3" }, "gpt-4o"],
])("a model no provider serves is 404: %s", (_name, overrides, model) => {
  expect(itinerary(undefined, overrides, model)).toMatchObject({
    class: "not-found",
    status: 404,
    code: "model_not_found",
  });
});
