import { beforeAll, describe, expect, test } from "bun:test";
import { requestFacts } from "../../runtime/request/facts.ts";
import { tokenizer } from "../../runtime/tokens.ts";
import type { BodyFacts } from "../../runtime/wire/codec.ts";

beforeAll(() => tokenizer.load());

const plainBody = {
  stream: true,
  hasTools: true,
  hasImage: false,
  responseFormat: "json_schema",
  maxTokens: 64,
  outputSchema: () => undefined,
} as const;

function facts(texts: readonly string[], tokenBounds = [250], onTexts: () => void = () => undefined) {
  const body: BodyFacts = {
    ...plainBody,
    texts: () => {
      onTexts();
      return texts;
    },
  };
  const headers = new Headers({ "X-Team": "search" });
  return requestFacts({ endpoint: "messages", model: "claude-opus-5", body, headers }, { tokenBounds, tokenizer });
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

  test("R22 R51 rules can tell below, equal and above", () => {
    // `<` and `>=` ask for 250, `<=` and `>` for 251.
    const bounds = [250, 251];
    const counts = [249, 250, 251, 400].map((count) => facts([" word".repeat(count)], bounds).inputTokens);
    expect(counts.map((count) => [count < 250, count <= 250])).toEqual([
      [true, true],
      [false, true],
      [false, false],
      [false, false],
    ]);
  });

  test("tokens that a policy has no tokenizer for are nobody's to read", () => {
    const body = { ...plainBody, texts: () => ["x"] };
    const asked = requestFacts({ endpoint: "messages", model: "m", body, headers: new Headers() }, { tokenBounds: [] });
    expect(() => asked.inputTokens).toThrow("no tokenizer");
  });

  test("R22 tokens are counted on first read and once", () => {
    let reads = 0;
    const each = facts(["hello world"], [2], () => reads++);
    expect(each.header("x-team")).toBe("search");
    expect(reads).toBe(0);
    expect(each.inputTokens + each.inputTokens).toBe(4);
    expect(reads).toBe(1);
  });
});
