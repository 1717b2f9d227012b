import { beforeAll, describe, expect, test } from "bun:test";
import { requestFacts } from "../../runtime/facts.ts";
import { loadTokenizer } from "../../runtime/tokens.ts";
import type { BodyFacts } from "../../runtime/wire/codec.ts";

beforeAll(loadTokenizer);

function facts(texts: readonly string[], tokenCeiling = 251, onTexts: () => void = () => undefined) {
  const body: BodyFacts = {
    stream: true,
    hasTools: true,
    hasImage: false,
    responseFormat: "json_schema",
    maxTokens: 64,
    texts: () => {
      onTexts();
      return texts;
    },
    outputSchema: () => undefined,
  };
  const headers = new Headers({ "X-Team": "search" });
  return requestFacts({ endpoint: "messages", model: "claude-opus-5", body, headers, tokenCeiling });
}

describe("requestFacts", () => {
  test("R23 R24 R25 R52 R53 hands the body's facts and headers on", () => {
    const { endpoint, model, stream, hasTools, hasImage, responseFormat, maxTokens, header } = facts([]);
    expect({ endpoint, model, stream, hasTools, hasImage, responseFormat, maxTokens }).toEqual({
      endpoint: "messages",
      model: "claude-opus-5",
      stream: true,
      hasTools: true,
      hasImage: false,
      responseFormat: "json_schema",
      maxTokens: 64,
    });
    expect(header("x-team")).toBe("search");
    expect(header("x-other")).toBeUndefined();
  });

  test("R22 R51 a rule at the ceiling can tell below, equal and above", () => {
    const counts = [249, 250, 251, 400].map((count) => facts([" word".repeat(count)], 251).inputTokens);
    expect(counts).toEqual([249, 250, 251, 251]);
  });

  test("R22 tokens are counted on first read and once", () => {
    let reads = 0;
    const each = facts(["hello world"], 250, () => reads++);
    expect(each.header("x-team")).toBe("search");
    expect(reads).toBe(0);
    expect(each.inputTokens + each.inputTokens).toBe(4);
    expect(reads).toBe(1);
  });
});
