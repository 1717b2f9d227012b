import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { jsonTooDeepAt } from "../../runtime/request/json-depth.ts";

describe("jsonTooDeepAt", () => {
  const rows: readonly [string, number, number | undefined][] = [
    ["{}", 1, undefined],
    ["{}", 0, 0],
    ['{"a":[1]}', 2, undefined],
    ['{"a":[1]}', 1, 5],
    ["[[],[],[]]", 2, undefined],
    ['["[[[["]', 1, undefined],
    ['["\\"[[[["]', 1, undefined],
    ['["\\\\",[]]', 1, 6],
    ['["\\\\\\",[]]', 1, undefined],
    ['["unclosed [[[', 1, undefined],
    ["]]]][[", 1, undefined],
  ];
  test.each(rows)("%p within %p levels", (text, maxDepth, at) => {
    expect(jsonTooDeepAt(text, maxDepth)).toBe(at);
  });

  test("agrees with the depth of the parsed value", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8, noUnicodeString: false }), (text) => {
        const depth = depthOf(JSON.parse(text));
        expect(jsonTooDeepAt(text, depth)).toBeUndefined();
        if (depth > 0) expect(jsonTooDeepAt(text, depth - 1)).toBeNumber();
      }),
    );
  });

  test("strings of escaped quotes take linear time", () => {
    const text = `["${'\\"'.repeat(2_000_000)}${"\\\\".repeat(2_000_000)}"]`;
    const startMs = performance.now();
    expect(jsonTooDeepAt(text, 1)).toBeUndefined();
    expect(performance.now() - startMs).toBeLessThan(4000);
  });
});

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
