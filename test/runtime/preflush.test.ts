import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createJsonPrefix, type JsonPrefix, jsonPrefix } from "../../runtime/answer/preflush.ts";

const fences = ["```json\n", "```\n", "\n ```JSON \r\n", "````json5\n"];

describe("jsonPrefix", () => {
  const rows: readonly [string, JsonPrefix][] = [
    ["", "possible"],
    [" \n", "possible"],
    ["`", "possible"],
    ["``", "possible"],
    ["```js", "possible"],
    ["```json\r", "possible"],
    ["```json\n", "possible"],
    ['```json\n{"a":1', "possible"],
    ['```json\n{"a":1}', "complete"],
    ['```json\n{"a":1}\n``', "complete"],
    ['```json\n{"a":1}\n```\n', "complete"],
    ['````\n{"a":1}\n```\n', "hopeless"],
    ['```json\n{"a":1}\nHope this helps', "hopeless"],
    ['```json\n{"a":1}\n```\nHope this helps', "hopeless"],
    ['```json\n{"a":1}\n``\nx', "hopeless"],
    ["```python\nimport os", "hopeless"],
    ["``{", "hopeless"],
    ['{"a":1}```', "hopeless"],
    ["I'm sorry, but I cannot help with that.", "hopeless"],
    ['Here is the JSON: {"a":1}', "hopeless"],
    ["{'a':1}", "hopeless"],
    ['{"a":1} Hope this helps', "hopeless"],
    ["<html>", "hopeless"],
    ["true", "complete"],
    ["truth", "hopeless"],
  ];
  test.each(rows)("%p is %p", (text, verdict) => {
    expect(jsonPrefix(text)).toBe(verdict);
    const prefix = createJsonPrefix();
    let last: JsonPrefix = prefix("");
    for (const character of text) last = prefix(character);
    expect(last, "one character at a time").toBe(verdict);
  });

  test("R33 every prefix of every JSON text, fenced or not, is possible or complete", () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom("", ...fences), fc.nat(), (json, fence, cut) => {
        const text =
          fence === "" ? `\n ${json} ` : `${fence}${json}\n${"`".repeat(fence.trim().startsWith("````") ? 4 : 3)}\n`;
        expect(jsonPrefix(text.slice(0, cut % (text.length + 1)))).not.toBe("hopeless");
        expect(jsonPrefix(text)).toBe("complete");
      }),
    );
  });

  test("JSON and then prose is hopeless, fenced or not", () => {
    const prose = fc.string({ minLength: 1 }).filter((text) => /^[\sA-Za-z]*[A-DF-Za-df-z]/.test(text));
    fc.assert(
      fc.property(fc.json(), fc.constantFrom("", ...fences), prose, (json, fence, after) => {
        expect(jsonPrefix(`${fence}${json} ${after}`)).toBe("hopeless");
      }),
    );
  });

  test("pieces and the whole agree, and hopeless stays hopeless", () => {
    const start = fc.constantFrom("", "```json\n", "```", "`", "{", '{"a":', "[1,", "No", " ");
    fc.assert(
      fc.property(start, fc.array(fc.string(), { maxLength: 6 }), (first, rest) => {
        const prefix = createJsonPrefix();
        let verdict = prefix(first);
        let text = first;
        for (const piece of rest) {
          const before = verdict;
          verdict = prefix(piece);
          text += piece;
          if (before === "hopeless") expect(verdict).toBe("hopeless");
        }
        expect(verdict).toBe(jsonPrefix(text));
      }),
      { numRuns: 1000 },
    );
  });
});
