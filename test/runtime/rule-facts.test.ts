import { expect, test } from "bun:test";
import { requestFacts } from "../../runtime/request/facts.ts";
import { noOverrides, type Overrides, overriddenBy } from "../../runtime/request/overrides.ts";
import { ruleFacts } from "../../runtime/request/rule-facts.ts";
import { defaultPreferences, type RoutingAsk } from "../../runtime/routing/preferences.ts";
import { tokenizer } from "../../runtime/tokens.ts";
import { codecs } from "../../runtime/wire/formats.ts";

const nothingAsked: RoutingAsk = { preferences: defaultPreferences, models: [], hedge: undefined };
const body = codecs["openai-chat"].facts({ model: "m", messages: [{ role: "user", content: "one two three" }] });

function asked(...tokenBounds: number[]) {
  const headers = new Headers();
  return requestFacts({ endpoint: "chat_completions", model: "m", body, headers }, { tokenBounds, tokenizer });
}

test("R51 tokens are told as far as a rule had them counted", async () => {
  await tokenizer.load();
  const read = (...bounds: number[]) => {
    const request = asked(...bounds);
    return [request.inputTokens, ruleFacts(request, noOverrides, nothingAsked).inputTokens];
  };
  expect(ruleFacts(asked(10), noOverrides, nothingAsked).inputTokens).toEqual({ least: 0, most: undefined });
  expect(read(3, 4)).toEqual([3, { least: 3, most: 3 }]);
  expect(read(2)).toEqual([2, { least: 2, most: 13 }]);
});

test("what a request wishes is told by name", () => {
  const wishes = {
    preferences: { ...defaultPreferences, zdr: true },
    models: ["x"],
    hedge: { afterMs: 1, model: "y" },
  };
  const { overrides } = ruleFacts(asked(0), { ...noOverrides, noPolicy: true }, wishes);
  expect(overrides).toEqual(["x-arouter-no-policy", "provider", "models", "x-arouter-hedge"]);
});

test.each<readonly [Partial<Overrides>, readonly string[]]>([
  [{}, []],
  [{ model: "x" }, ["x-arouter-model"]],
  [{ fallbackChain: [] }, ["x-arouter-fallback-chain"]],
  [{ validate: [] }, ["x-arouter-require-validators"]],
  [{ strict: true, maxCostNanos: 0 }, ["x-arouter-strict", "x-arouter-max-cost-usd"]],
])("%j is named %j", (overrides, names) => {
  expect(overriddenBy({ ...noOverrides, ...overrides })).toEqual([...names]);
});
