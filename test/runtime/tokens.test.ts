import { beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encode } from "gpt-tokenizer/encoding/cl100k_base";
import { countTokens, loadTokenizer } from "../../runtime/tokens.ts";

const many = 1_000_000;

function reference(text: string): number {
  return encode(text, { disallowedSpecial: new Set() }).length;
}

beforeAll(loadTokenizer);

describe("countTokens", () => {
  // Published examples: platform.openai.com/tokenizer and the tiktoken README and tests (cl100k_base).
  const rows: readonly [string, number][] = [
    ["", 0],
    ["hello world", 2],
    ["tiktoken is great!", 6],
    ["antidisestablishmentarianism", 6],
    ["2 + 2 = 4", 7],
    ["お誕生日おめでとう", 9],
    ["rer", 1],
    ["'rer", 2],
    ["today\n ", 2 + 1],
    ["today\n \n", 2],
    ["today\n  \n", 2],
  ];
  test.each(rows)("R22 %p has %p tokens", (text, count) => {
    expect(countTokens([text], many)).toBe(count);
  });

  test("special tokens are ordinary text", () => {
    expect(countTokens(["<|endoftext|>"], many)).toBe(7);
    expect(countTokens(["a <|im_start|> b"], many)).toBeGreaterThan(3);
  });

  test("R22 R51 the count stops at the ceiling: 249, 250 and 251 words against 250", () => {
    const words = (count: number) => Array.from({ length: count }, () => " word").join("");
    expect(countTokens([words(249)], 250)).toBe(249);
    expect(countTokens([words(250)], 250)).toBe(250);
    expect(countTokens([words(251)], 250)).toBe(250);
    expect(countTokens([words(100), words(100), words(49)], 250)).toBe(249);
    expect(countTokens([words(100), words(100), words(51)], 250)).toBe(250);
  });

  test("R178 equals the library on any text without long runs, for any ceiling", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 300 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), fc.integer({ min: 1, max: 400 }), (texts, ceiling) => {
        const exact = texts.reduce((sum, each) => sum + reference(each), 0);
        expect(countTokens(texts, ceiling)).toBe(Math.min(exact, ceiling));
      }),
    );
  });

  test("R178 runs up to 255 characters are never cut, longer ones are off by little", () => {
    for (const unit of ["a", "x", "!", " ", "\n", "中", "𝕏", "é"]) {
      for (let shift = 0; shift < 256; shift += 51) {
        const short = `${"- ".repeat(shift)}${unit.repeat(Math.floor(254 / unit.length))} end`;
        expect(countTokens([short], many)).toBe(reference(short));
        const long = `${"- ".repeat(shift)}${unit.repeat(2000)} end`;
        const cuts = (2000 * unit.length) / 256;
        expect(Math.abs(countTokens([long], many) - reference(long))).toBeLessThanOrEqual(3 * cuts);
      }
    }
  });

  test.each(["a", "!", " ", "\n", "\t ", "中", "𝕏", "\u0300", "\ud800"])(
    "a megabyte of %p takes linear time, and none when the ceiling is low",
    (unit) => {
      const text = unit.repeat(1_000_000 / unit.length);
      const startMs = performance.now();
      expect(countTokens([text], many)).toBeGreaterThan(5000);
      expect(performance.now() - startMs).toBeLessThan(10_000);
      const lowMs = performance.now();
      expect(countTokens([text], 250)).toBe(250);
      expect(performance.now() - lowMs).toBeLessThan(10);
    },
  );
});
