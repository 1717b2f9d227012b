import { expect, test } from "bun:test";
import type { Plan, RequestFacts } from "../../runtime/contract.ts";
import { planItinerary } from "../../runtime/request/itinerary.ts";
import type { Overrides } from "../../runtime/request/overrides.ts";
import { codecs } from "../../runtime/wire/formats.ts";
import { routeTo } from "../support/router-ir.ts";

const noOverrides: Overrides = {
  model: undefined,
  fallbackChain: undefined,
  validate: undefined,
  noPolicy: false,
  strict: false,
  maxCostNanos: undefined,
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

const said = 'No configured provider serves the model "lost". GET /v1/models lists what there is.';
const openai = (type: string, code: string) => ({ error: { message: said, type, code, param: "model" } });
const google = (code: number, status: string) => ({ error: { code, message: said, status } });
const anthropic = (type: string) => ({ type: "error", error: { type, message: said } });

test.each([
  ["openai-chat", 404, openai("invalid_request_error", "model_not_found")],
  ["openai-chat", 400, openai("invalid_request_error", "model_not_found")],
  ["openai-responses", 404, openai("invalid_request_error", "model_not_found")],
  ["anthropic-messages", 404, anthropic("not_found_error")],
  ["anthropic-messages", 400, anthropic("invalid_request_error")],
  ["anthropic-messages", 502, anthropic("api_error")],
  ["gemini", 404, google(404, "NOT_FOUND")],
  ["gemini", 400, google(400, "INVALID_ARGUMENT")],
] as const)("C1 R401 what a client of %s is told of an unknown model: %s", (format, status, body) => {
  const gateway = { ...gatewayWith(undefined), catalog: { unknownModelStatus: status } };
  const found = planItinerary(gateway, { ...facts, model: "lost" }, noOverrides);
  if (!("class" in found)) throw new Error("It was found.");
  expect(codecs[format].encodeError(found, "r1")).toMatchObject({ status, body });
});
