import { expect, test } from "bun:test";
import { type Bounds, boundsOf } from "../../../compiler/analysis/bounds.ts";
import { firstMatches } from "../../../compiler/analysis/first-matches.ts";
import { spaceOf } from "../../../compiler/analysis/space.ts";
import type { ConditionIR } from "../../../compiler/ir.ts";
import { ruleIR } from "../../support/router-ir.ts";

/** The bounds of what the last of these rules gets. */
function boundsOfLast(...rules: readonly (readonly ConditionIR[])[]) {
  const all = rules.map((when, index) => ruleIR(index + 1, when));
  const space = spaceOf(all);
  return boundsOf(space, firstMatches(space, all).at(-1)?.gets ?? []);
}

const conversations = ["chat_completions", "messages", "responses", "generate_content", "completions"] as const;
const free: Bounds = {
  endpoints: conversations,
  models: "any",
  inputTokens: { min: 0, max: Number.POSITIVE_INFINITY },
  maxTokens: { unset: true, range: { min: 0, max: Number.POSITIVE_INFINITY } },
  hasTools: [false, true],
  hasImage: [false, true],
  stream: [false, true],
  responseFormats: "any",
};

const under = (value: number): ConditionIR => ({ kind: "input-tokens", op: "<", value });
const tools = (is: boolean): ConditionIR => ({ kind: "flag", fact: "hasTools", is });

test("nothing is bounded that no rule asks about", () => {
  expect(boundsOfLast([])).toEqual(free);
});

test("what earlier rules take bounds the later ones", () => {
  const bounds = boundsOfLast([under(250)], [under(400), tools(false)], [under(1000)]);
  expect(bounds).toEqual({ ...free, inputTokens: { min: 250, max: 999 } });
  expect(boundsOfLast([under(250)], [tools(false)], [under(1000)])).toEqual({
    ...free,
    endpoints: conversations.slice(0, 4),
    inputTokens: { min: 250, max: 999 },
    hasTools: [true],
  });
});

test("models are known where all of them are spelled out", () => {
  const names: ConditionIR = { kind: "model-in", models: ["a-1", "b-1"] };
  expect(boundsOfLast([names]).models).toEqual(["a-1", "b-1"]);
  expect(boundsOfLast([{ kind: "model-glob", globs: ["a*"] }], [names]).models).toEqual(["b-1"]);
  expect(boundsOfLast([names], [{ kind: "model-glob", globs: ["a*"] }]).models).toBe("any");
});

test("an output limit that is asked for is set", () => {
  const bounds = boundsOfLast([{ kind: "max-tokens", op: ">", value: 100 }]);
  expect(bounds.maxTokens).toEqual({ unset: false, range: { min: 101, max: Number.POSITIVE_INFINITY } });
  const formats = boundsOfLast([{ kind: "response-format", is: "json_schema" }], []);
  expect(formats.responseFormats).toBe("any");
  expect(boundsOfLast([{ kind: "response-format", is: "json_schema" }]).responseFormats).toEqual(["json_schema"]);
});
