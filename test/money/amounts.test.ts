import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { nanos, roundedNanos } from "../../compiler/nanos.ts";
import { usd, usdPerToken } from "../../runtime/money/usd.ts";

describe("R172 R199 R200 amounts keep the digits they were written with", () => {
  test.each([
    ["0.15", 150_000_000],
    ["0.150", 150_000_000],
    ["2.5", 2_500_000_000],
    ["10", 10_000_000_000],
    ["0", 0],
    ["00.1", 100_000_000],
    ["0.000000001", 1],
    ["123456.123456789", 123_456_123_456_789],
    [0.1, 100_000_000],
    [0.3, 300_000_000],
    [1e-7, 100],
    [1.5e-8, 15],
    [1_000_000, 1_000_000_000_000_000],
  ])("%p is %p nano-USD", (written, expected) => {
    expect(nanos(written)).toBe(expected);
  });

  test.each(["", "1e-3", "-1", "+1", " 1", "1.", ".5", "1,5", "$1", "0.0000000001", 1e-10, Number.NaN, -1])(
    "%p is none",
    (written) => {
      expect(nanos(written)).toBeUndefined();
    },
  );

  test.each([
    [2_500_000_000, "2.5", "0.0000025"],
    [150_000_000, "0.15", "0.00000015"],
    [1, "0.000000001", "0.000000000000001"],
    [0, "0", "0"],
    [1_000_000_000_000_000, "1000000", "1"],
    [10_500_000, "0.0105", "0.0000000105"],
    [-10_500_000, "-0.0105", "-0.0000000105"],
  ])("%p nano-USD read %p, and %p per token", (amount, dollars, perToken) => {
    expect(usd(amount)).toBe(dollars);
    expect(usdPerToken(amount)).toBe(perToken);
  });

  test("what was written comes back, but for zeros at the end", () => {
    const digits = fc.stringMatching(/^(0|[1-9]\d{0,5})\.\d{0,8}[1-9]$/);
    fc.assert(fc.property(digits, (written) => expect(usd(nanos(written) ?? -1)).toBe(written)));
  });

  test("no amount has an exponent", () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (amount) => expect(usd(amount)).toMatch(/^-?\d+(\.\d{1,9})?$/)));
  });
});

test.each([
  [0.1234567894, 123_456_789],
  [0.1234567895, 123_456_790],
  [1.9999999999, 2_000_000_000],
])("prices of the catalogue are rounded to nine decimals, half up: %p", (written, expected) => {
  expect(roundedNanos(written)).toBe(expected);
});
