import { expect, test } from "bun:test";
import fc from "fast-check";
import { distance, nearest, suggest } from "../../compiler/suggest.ts";

const keys = ["tokens_input_lt", "tokens_input_lte", "tokens_input_gt", "no_tools", "has_tools", "stream", "model_in"];

test.each([
  ["token_input_lt", "tokens_input_lt"],
  ["tokens_input_tl", "tokens_input_lt"],
  ["tokensInputGt", "tokens_input_gt"],
  ["TOKENS-INPUT-GT", "tokens_input_gt"],
  ["notools", "no_tools"],
  ["steram", "stream"],
  ["xyzzy", undefined],
  ["", undefined],
])("%s: %p", (written, expected) => {
  expect<string | undefined>(nearest(written, keys)).toBe(expected);
  expect(suggest(written, keys)).toBe(expected && `Did you mean "${expected}"?`);
});

test("distance counts insertions, deletions, substitutions and swaps of neighbours", () => {
  expect(distance("kitten", "sitting")).toBe(3);
  expect(distance("ab", "ba")).toBe(1);
  expect(distance("", "abc")).toBe(3);
  expect(distance("abcdef", "a", 2)).toBe(3);
});

test("distance is symmetric, and 0 only for the same word", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      expect(distance(a, b)).toBe(distance(b, a));
      expect(distance(a, b) === 0).toBe(a === b);
    }),
  );
});
