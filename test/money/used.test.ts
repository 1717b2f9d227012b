import { describe, expect, test } from "bun:test";
import type { WireFormat } from "../../runtime/contract.ts";
import { spokenInFrame } from "../../runtime/money/spoken-chars.ts";
import { usedOf } from "../../runtime/money/used.ts";
import type { Usage } from "../../runtime/wire/canonical.ts";

const reported: Usage = {
  uncachedInput: 100,
  cacheRead: 20,
  cacheWrite: 3,
  output: 7,
  reasoning: 0,
  cacheWriteKnown: true,
};
const seen = { reported: undefined, isWhole: false, spokenChars: 0, estimatedInput: 50 };

describe("R186 what an attempt used", () => {
  test("of a whole answer is what its upstream reported", () => {
    expect(usedOf({ ...seen, reported, isWhole: true, spokenChars: 4000 })).toEqual({
      usage: reported,
      isEstimate: false,
    });
  });

  test("of an answer that broke off is what was reported, and at least what was said", () => {
    expect(usedOf({ ...seen, reported, spokenChars: 401 })).toEqual({
      usage: { ...reported, output: 101 },
      isEstimate: true,
    });
    expect(usedOf({ ...seen, reported, spokenChars: 4 })).toEqual({ usage: reported, isEstimate: true });
  });

  test("without a report it is a guess of both sides", () => {
    const guess = { uncachedInput: 50, cacheRead: 0, cacheWrite: 0, output: 3, reasoning: 0, cacheWriteKnown: false };
    for (const isWhole of [true, false]) {
      expect(usedOf({ ...seen, isWhole, spokenChars: 9 })).toEqual({ usage: guess, isEstimate: true });
    }
  });

  test("is not known where nothing was said", () => {
    expect(usedOf(seen)).toBeUndefined();
  });
});

test.each([
  ["openai-chat", '{"choices":[{"delta":{"content":"Hello"}}],"obfuscation":"xxxxxxxx"}', 5],
  ["openai-chat", '{"choices":[{"delta":{"tool_calls":[{"function":{"arguments":"{\\"a\\":1}"}}]}}]}', 9],
  ["openai-chat", '{"choices":[{"delta":{"reasoning_content":"hm"}}]}', 2],
  ["openai-chat", '{"choices":[{"delta":{},"finish_reason":"stop"}]}', 0],
  ["openai-responses", '{"type":"response.output_text.delta","delta":"Hello","item_id":"msg_1"}', 5],
  ["openai-responses", '{"type":"response.output_text.done","text":"Hello"}', 0],
  ["anthropic-messages", '{"type":"content_block_delta","delta":{"type":"text_delta","text":"Hello"}}', 5],
  ["anthropic-messages", '{"delta":{"type":"input_json_delta","partial_json":"{}"}}', 2],
  ["anthropic-messages", '{"delta":{"type":"signature_delta","signature":"AAAAAAAA"}}', 0],
  ["gemini", '{"candidates":[{"content":{"parts":[{"text":"Hel"},{"text":"lo"}]}}]}', 5],
] as const)("what is said in a frame of %s: %s", (format: WireFormat, data, chars) => {
  expect(spokenInFrame(format, data)).toBe(chars);
});
