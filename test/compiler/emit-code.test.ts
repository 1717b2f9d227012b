import { expect, test } from "bun:test";
import fc from "fast-check";
import { commentText, type Data, literal, numberLiteral, stringLiteral } from "../../compiler/emit-code.ts";
import { identifiers } from "../../compiler/emit-names.ts";
import { matchesGlob } from "../../compiler/matches-glob.ts";
import { naughtyStrings } from "../support/naughty-strings.ts";

const start = { indent: 0, column: 0, after: 0 };

/** Runs a piece of generated text as a program of its own. */
function evaluate(source: string): unknown {
  return new Function(`"use strict"; return (${source});`)();
}

test("a literal evaluates to its value, whatever the value holds", () => {
  const json = fc.jsonValue().map((value) => value as Data);
  fc.assert(fc.property(json, (value) => Bun.deepEquals(evaluate(literal(value, start)), value, true)));
  for (const text of naughtyStrings) {
    expect(evaluate(stringLiteral(text))).toBe(text);
    expect(stringLiteral(text)).not.toMatch(/[\u2028\u2029\n\r]/);
  }
});

test("a member named __proto__ stays a member", () => {
  const value = JSON.parse('{"__proto__": 1, "constructor": {"__proto__": "x"}}');
  const read = evaluate(literal(value, start));
  expect(JSON.stringify(read)).toBe(JSON.stringify(value));
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
});

test.each([
  [0, "0"],
  [-0, "-0"],
  [9999, "9999"],
  [10_000, "10_000"],
  [150_000, "150_000"],
  [-1_234_567, "-1_234_567"],
  [1.5, "1.5"],
  [123_456.5, "123456.5"],
  [1e21, "1e21"],
  [5e-7, "5e-7"],
])("the number %p is written %s", (value, written) => {
  expect(numberLiteral(value)).toBe(written);
  expect(evaluate(numberLiteral(value))).toBe(value);
});

test("nothing in a comment ends it, hides it or commands the type checker", () => {
  for (const text of naughtyStrings) {
    const comment = commentText(text);
    expect(comment).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(comment).not.toMatch(/^@/);
  }
  expect(commentText("a\nb\u202ec")).toBe("a\\u{a}b\\u{202e}c");
  expect(commentText("@ts-nocheck")).toBe("\\u0040ts-nocheck");
});

test.each([
  ["trivial_to_mini", "trivialToMini"],
  ["Long-Context 2", "longContext2"],
  ["class", "classRule"],
  ["route", "routeRule"],
  ["undefined", "undefinedRule"],
  ["2fast", "rule7"],
  ["dịch_vụ", "rule7"],
  ["a();b", "rule7"],
  ["constructor", "constructor"],
  ["__proto__", "rule7"],
])("the rule %p becomes the identifier %s", (name, identifier) => {
  expect(identifiers()(name, "rule7")).toBe(identifier);
});

test("no identifier is handed out twice", () => {
  const next = identifiers();
  expect(["a_b", "aB", "a-b", "a_b2", "rule1", "\n"].map((name) => next(name, "rule1"))).toEqual([
    "aB",
    "aB2",
    "aB3",
    "aB22",
    "rule1",
    "rule12",
  ]);
});

test.each([
  ["*", "", true],
  ["", "", true],
  ["", "a", false],
  ["a*", "a", true],
  ["a*a", "a", false],
  ["a*a", "aa", true],
  ["?", "", false],
  ["a?c", "abc", true],
  ["*ab*ab", "abab", true],
  ["*ab*ab", "aab", false],
  ["a**b", "ab", true],
  ["[a]", "a", false],
  ["a.c", "abc", false],
])("the glob %p on %p: %p", (glob, text, matches) => {
  expect(matchesGlob(text, glob)).toBe(matches);
});

test("a glob made to backtrack takes no time", () => {
  const started = performance.now();
  expect(matchesGlob("a".repeat(5000), `${"*a".repeat(50)}*b`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
});
