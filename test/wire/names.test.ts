import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { shorten } from "../../runtime/wire/names.ts";

describe("T11 T13 T14 names and ids an upstream accepts", () => {
  test("what fits is left alone", () => {
    expect(shorten("call_1-A", 40)).toBe("call_1-A");
    expect(shorten("a".repeat(64), 64)).toBe("a".repeat(64));
  });
  test("86 characters become 40, the same every time", () => {
    const short = shorten("call_".padEnd(86, "x"), 40);
    expect(short).toHaveLength(40);
    expect(short).toBe(shorten("call_".padEnd(86, "x"), 40));
    expect(short).toStartWith("call_xxx");
  });
  test("forbidden characters are replaced", () => {
    expect(shorten("call:1|fc_2", 64)).toBe(shorten("call:1|fc_2", 64));
    expect(shorten("call:1|fc_2", 64)).toMatch(/^call_1_fc_2_[0-9a-f]{12}$/);
  });
  test("names that differ only in forbidden characters or past the limit stay different", () => {
    const names = ["a:b", "a|b", "a_b", "x".repeat(70), `${"x".repeat(69)}y`, ""];
    expect(new Set(names.map((name) => shorten(name, 40))).size).toBe(names.length);
  });
  test("any text gives 1 to max accepted characters, and shortening twice changes nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), fc.integer({ min: 20, max: 128 }), (text, max) => {
        const short = shorten(text, max);
        expect(short).toMatch(/^[a-zA-Z0-9_-]+$/);
        expect(short.length).toBeLessThanOrEqual(max);
        expect(shorten(short, max)).toBe(short);
      }),
    );
  });
});
