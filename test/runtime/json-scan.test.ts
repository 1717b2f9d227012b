import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createJsonScan, type JsonScan } from "../../runtime/request/json-scan.ts";

function scanInPieces(text: string, cuts: readonly number[]): JsonScan {
  const scan = createJsonScan();
  const ends = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of ends) {
    scan(text.slice(from, end));
    from = end;
  }
  return scan(text.slice(from));
}

describe("createJsonScan", () => {
  const rows: readonly [string, JsonScan][] = [
    ["", { kind: "partial" }],
    [" \n\t\r", { kind: "partial" }],
    ["-", { kind: "partial" }],
    ["-0", { kind: "complete" }],
    ["01", { kind: "invalid", at: 1, afterValue: true }],
    ["1.", { kind: "partial" }],
    ["1.e", { kind: "invalid", at: 2, afterValue: false }],
    ["1e+", { kind: "partial" }],
    ["1e+5", { kind: "complete" }],
    ["+1", { kind: "invalid", at: 0, afterValue: false }],
    ["tru", { kind: "partial" }],
    ["trux", { kind: "invalid", at: 3, afterValue: false }],
    ["null", { kind: "complete" }],
    ["nullx", { kind: "invalid", at: 4, afterValue: true }],
    ['"\\u12', { kind: "partial" }],
    ['"\\u12g', { kind: "invalid", at: 5, afterValue: false }],
    ['"\\x', { kind: "invalid", at: 2, afterValue: false }],
    ['"a\nb"', { kind: "invalid", at: 2, afterValue: false }],
    ['{"a" :1 , "b": [ ] }', { kind: "complete" }],
    ['{"a":1,}', { kind: "invalid", at: 7, afterValue: false }],
    ["{a:1}", { kind: "invalid", at: 1, afterValue: false }],
    ["[1,]", { kind: "invalid", at: 3, afterValue: false }],
    ["[1 2]", { kind: "invalid", at: 3, afterValue: false }],
    ["[}", { kind: "invalid", at: 1, afterValue: false }],
    ['{"a":1]', { kind: "invalid", at: 6, afterValue: false }],
    ["constructor", { kind: "invalid", at: 0, afterValue: false }],
    ["[constructor]", { kind: "invalid", at: 1, afterValue: false }],
    ["I'm sorry", { kind: "invalid", at: 0, afterValue: false }],
  ];
  test.each(rows)("%p", (text, result) => {
    expect(createJsonScan()(text)).toEqual(result);
  });

  test("accepts what JSON.parse accepts and nothing else, however it is cut", () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", "}", "]", '"', "1", "-", "e", "\\", " ", "x", "\u0001", "{"))
      .map(([text, at, insert]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + insert + text.slice(place + (at % 2));
      });
    fc.assert(
      fc.property(broken, fc.array(fc.nat(), { maxLength: 5 }), (text, cuts) => {
        const whole = createJsonScan()(text);
        expect(whole.kind === "complete").toBe(parses(text));
        expect(scanInPieces(text, cuts)).toEqual(whole);
      }),
      { numRuns: 2000 },
    );
  });

  test("a text that JSON.parse takes is never invalid before its end", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, cut) => {
        expect(createJsonScan()(text.slice(0, cut % (text.length + 1))).kind).not.toBe("invalid");
      }),
    );
  });

  test("megabytes of open brackets, letters or digits take linear time and no stack", () => {
    for (const [text, kind] of [
      ["[".repeat(2_000_000), "partial"],
      [`"${"x".repeat(2_000_000)}"`, "complete"],
      ["1".repeat(2_000_000), "complete"],
    ] as const) {
      const startMs = performance.now();
      expect(createJsonScan()(text).kind).toBe(kind);
      expect(performance.now() - startMs).toBeLessThan(8000);
    }
  }, 30_000);
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
