import { beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import ranks from "gpt-tokenizer/bpeRanks/cl100k_base";
import { encode } from "gpt-tokenizer/encoding/cl100k_base";
import { tokenizer } from "../../runtime/tokens.ts";

function reference(text: string): number {
  return encode(text, { disallowedSpecial: new Set() }).length;
}

function exact(...texts: readonly string[]): number {
  const { least, most } = tokenizer.count(texts, "all");
  expect(most).toBe(least);
  return least;
}

beforeAll(() => tokenizer.load());

describe("the tokenizer", () => {
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
    expect(exact(text)).toBe(count);
  });

  test("special tokens are ordinary text", () => {
    expect(exact("<|endoftext|>")).toBe(7);
    expect(exact("a <|im_start|> b")).toBeGreaterThan(3);
  });

  test("every token of cl100k_base has 1 to 128 bytes, and every byte is one", () => {
    const lengths = ranks.map((token) => (typeof token === "string" ? Buffer.byteLength(token) : token.length));
    expect(ranks.length).toBe(100_256);
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([1, 128]);
    expect(lengths.filter((length) => length === 1).length).toBe(256);
  });

  test("R22 R51 a bound is exact: 249, 250 and 251 words against 250", () => {
    const words = (count: number) => " word".repeat(count);
    const reaches = (...texts: readonly string[]) => tokenizer.count(texts, [250]).least >= 250;
    expect([249, 250, 251].map((count) => reaches(words(count)))).toEqual([false, true, true]);
    expect(reaches(words(100), words(100), words(49))).toBe(false);
    expect(reaches(words(100), words(100), words(51))).toBe(true);
  });

  // One byte a token at least, 128 at most: nothing is encoded.
  test("bytes alone decide what they can, on both sides", () => {
    const untouched = (text: string) => ({ least: Math.ceil(text.length / 128), most: text.length });
    const [short, long] = ["x".repeat(249), " ".repeat(128 * 249 + 1)];
    expect(tokenizer.count([short], [250])).toEqual(untouched(short));
    expect(tokenizer.count([long], [250])).toEqual(untouched(long));
    const between = tokenizer.count([`${short}x`], [250]);
    expect(between.most).toBeLessThan(250);
    expect(tokenizer.count(["one two three"], [])).toEqual({ least: 1, most: 13 });
    expect(tokenizer.count([], [1])).toEqual({ least: 0, most: 0 });
  });

  test("between two bounds counting ends at the lower one", () => {
    const { least, most } = tokenizer.count([" word".repeat(5000)], [250, 150_000]);
    expect([least, most]).toEqual([250, 25_000]);
  });

  test("R178 equals the library on any text without long runs, for any bounds", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 300 });
    const bounds = fc.uniqueArray(fc.integer({ min: 0, max: 600 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), bounds, (texts, asked) => {
        const count = texts.reduce((sum, each) => sum + reference(each), 0);
        expect(exact(...texts)).toBe(count);
        const { least, most } = tokenizer.count(
          texts,
          asked.sort((a, b) => a - b),
        );
        expect([least <= count, count <= most]).toEqual([true, true]);
        for (const bound of asked) expect([least >= bound, most >= bound]).toEqual([count >= bound, count >= bound]);
      }),
    );
  });

  test("R178 runs up to 255 characters are never cut, longer ones are off by little", () => {
    for (const unit of ["a", "x", "!", " ", "\n", "中", "𝕏", "é"]) {
      for (let shift = 0; shift < 256; shift += 51) {
        const short = `${"- ".repeat(shift)}${unit.repeat(Math.floor(254 / unit.length))} end`;
        expect(exact(short)).toBe(reference(short));
        const long = `${"- ".repeat(shift)}${unit.repeat(2000)} end`;
        const cuts = (2000 * unit.length) / 256;
        expect(Math.abs(exact(long) - reference(long))).toBeLessThanOrEqual(3 * cuts);
      }
    }
  });

  test.each(["a", "!", " ", "\n", "\t ", "中", "𝕏", "\u0300", "\ud800"])(
    "a megabyte of %p takes linear time, and none against a low bound",
    (unit) => {
      const text = unit.repeat(1_000_000 / unit.length);
      const startMs = performance.now();
      expect(exact(text)).toBeGreaterThan(5000);
      expect(performance.now() - startMs).toBeLessThan(10_000);
      expect(tokenizer.count([text], [250]).least).toBeGreaterThanOrEqual(250);
    },
  );
});
