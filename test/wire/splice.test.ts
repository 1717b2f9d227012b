import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { spliceTopLevel } from "../../runtime/wire/splice.ts";

const utf8 = new TextEncoder();

function splice(body: string, key: string, json: string): string | undefined {
  const result = spliceTopLevel(utf8.encode(body), key, json);
  return result === undefined ? undefined : new TextDecoder("utf-8", { ignoreBOM: true }).decode(result);
}

describe("P23 only the value of the key changes", () => {
  const rows: readonly (readonly [name: string, body: string, expected: string | undefined])[] = [
    ["first key", '{"model":"a","n":1}', '{"model":"NEW","n":1}'],
    ["last key", '{"n":1,"model":"a"}', '{"n":1,"model":"NEW"}'],
    ["white space is kept", ' {\n "model" :\t"a" ,\r\n "n": 1 } ', ' {\n "model" :\t"NEW" ,\r\n "n": 1 } '],
    ["integers above 2^53", '{"seed":9007199254740993,"model":"a"}', '{"seed":9007199254740993,"model":"NEW"}'],
    ["1e400", '{"x":1e400,"model":"a"}', '{"x":1e400,"model":"NEW"}'],
    [
      "1.0 stays 1.0, \\u00e9 stays escaped",
      '{"t":1.0,"s":"\\u00e9","model":"a"}',
      '{"t":1.0,"s":"\\u00e9","model":"NEW"}',
    ],
    ["a repeated key: the last one wins", '{"model":"a","model":"b"}', '{"model":"a","model":"NEW"}'],
    ["an escaped key", '{"mod\\u0065l":"a"}', '{"mod\\u0065l":"NEW"}'],
    ["a plain key before an escaped one", '{"model":"a","\\u006dodel":"b"}', '{"model":"a","\\u006dodel":"NEW"}'],
    ["a string value equal to the key", '{"x":"model","model":"a"}', '{"x":"model","model":"NEW"}'],
    ["braces inside strings", '{"x":"}{][\\"","model":"a"}', '{"x":"}{][\\"","model":"NEW"}'],
    ["the key nested deeper only", '{"x":{"model":"a"},"y":[{"model":"b"}]}', undefined],
    ["the key nested deeper too", '{"x":{"model":"a"},"model":"b"}', '{"x":{"model":"a"},"model":"NEW"}'],
    ["an object as value", '{"model":{"a":[1,"}"]},"n":1}', '{"model":"NEW","n":1}'],
    ["null as value", '{"model":null}', '{"model":"NEW"}'],
    ["a number as value", '{"model":12}', '{"model":"NEW"}'],
    ["backslashes before the closing quote", '{"x":"\\\\","model":"a\\\\\\""}', '{"x":"\\\\","model":"NEW"}'],
    ["a longer key", '{"model_id":"a","models":"b","model":"c"}', '{"model_id":"a","models":"b","model":"NEW"}'],
    ["characters of several bytes", '{"x":"北🎉","model":"é"}', '{"x":"北🎉","model":"NEW"}'],
    ["a byte order mark", '\uFEFF{"model":"a"}', '\uFEFF{"model":"NEW"}'],
    [
      "a quote behind an escape at the walk's end",
      `{"x":"${"a".repeat(47)}\\"","model":"a"}`,
      `{"x":"${"a".repeat(47)}\\"","model":"NEW"}`,
    ],
    ["no such key", '{"n":1}', undefined],
    ["an empty object", "{}", undefined],
    ["an array", '["model"]', undefined],
    ["nothing", "", undefined],
    ["a cut object", '{"model":"a', undefined],
    ["a cut object after the value", '{"model":"a"', undefined],
    ["not JSON", '{"model" "a"}', undefined],
  ];
  for (const [name, body, expected] of rows) {
    test(name, () => expect(splice(body, "model", '"NEW"')).toBe(expected));
  }
});

const json = fc.oneof(
  fc.json(),
  fc.string().map((text) => JSON.stringify(text)),
  fc.constantFrom("1e400", "[]", "{}", "-0"),
);
const longText = fc
  .array(fc.constantFrom('"', "\\", "\\\\", "}", "lorem ipsum dolor sit amet ", "北", "\n"), {
    minLength: 10,
    maxLength: 60,
  })
  .map((parts) => JSON.stringify(parts.join("")));
const value = fc.oneof(json, longText);
const key = fc.oneof(
  fc.constantFrom("model", "m", "stream", "mod\\u0065l", "😀", "a\\\\"),
  fc.string().map((s) => JSON.stringify(s).slice(1, -1)),
);
const space = fc.constantFrom("", " ", "\n", "\t\r\n");

test("R47 P23 equals JSON.parse, set, for 3,000 bodies, and no other byte moves", () => {
  const body = fc.array(fc.tuple(space, key, space, space, value, space), { maxLength: 8 });
  fc.assert(
    fc.property(body, json, (members, value) => {
      const text = `{${members.map(([a, name, b, c, member, d]) => `${a}"${name}"${b}:${c}${member}${d}`).join(",")}}`;
      const parsed: Record<string, unknown> = JSON.parse(text);
      const result = splice(text, "model", value);
      if (!Object.hasOwn(parsed, "model")) return expect(result).toBeUndefined();
      const expected: Record<string, unknown> = { ...parsed, model: JSON.parse(value) };
      expect(JSON.parse(result ?? "")).toEqual(expected);
      const last = members.findLastIndex((member) => JSON.parse(`"${member[1]}"`) === "model");
      const changed = members.map((member, index) =>
        index === last ? ([...member.slice(0, 4), value, member[5]] as const) : member,
      );
      expect(result).toBe(
        `{${changed.map(([a, name, b, c, member, d]) => `${a}"${name}"${b}:${c}${member}${d}`).join(",")}}`,
      );
    }),
    { numRuns: 3000 },
  );
});

test("any bytes give a value, never an exception", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), (bytes, name) => {
      const result = spliceTopLevel(bytes, name, "1");
      expect(result === undefined || result instanceof Uint8Array).toBe(true);
    }),
  );
});
