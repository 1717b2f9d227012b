import { expect, test } from "bun:test";
import fc from "fast-check";
import { coversGlob } from "../../../compiler/covers-glob.ts";
import { matchesGlob } from "../../../compiler/matches-glob.ts";

test.each([
  ["gpt-*", "gpt-4*", true],
  ["*", "?", true],
  ["*-mini", "gpt-*-mini", true],
  ["gpt-?", "gpt-*", false],
  ["gpt-4*", "gpt-*", false],
  ["a*b", "a*", false],
  ["?*", "??", true],
  ["*?", "?*", true],
  ["a?", "ab", true],
  ["ab", "a?", false],
])("%s takes all that %s matches: %p", (wider, glob, covers) => {
  expect(coversGlob(wider, glob)).toBe(covers);
});

const pattern = fc
  .array(fc.constantFrom("a", "b", "*", "?"), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(""));
const texts = [1, 2, 3, 4, 5, 6].flatMap((length) =>
  Array.from({ length: 3 ** length }, (_, number) =>
    Array.from({ length }, (_, at) => "abx"[Math.floor(number / 3 ** at) % 3]).join(""),
  ),
);

test("a glob covers another one exactly when no name of up to six characters says otherwise", () => {
  fc.assert(
    fc.property(pattern, pattern, (wider, glob) => {
      const isCovered = texts.every((text) => !matchesGlob(text, glob) || matchesGlob(text, wider));
      expect(coversGlob(wider, glob)).toBe(isCovered);
    }),
    { numRuns: 1000, seed: 20_261_121 },
  );
});
