import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type MemberChanges, spliceMembers } from "../../runtime/wire/splice.ts";

const utf8 = new TextEncoder();

function splice(body: string, changes: MemberChanges): string | undefined {
  const result = spliceMembers(utf8.encode(body), changes);
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
    [
      "a repeated key: all of them, so that no reader sees the old value",
      '{"model":"a","n":1,"model":"b"}',
      '{"model":"NEW","n":1,"model":"NEW"}',
    ],
    ["an escaped key", '{"mod\\u0065l":"a"}', '{"mod\\u0065l":"NEW"}'],
    ["a plain key before an escaped one", '{"model":"a","\\u006dodel":"b"}', '{"model":"NEW","\\u006dodel":"NEW"}'],
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
    test(name, () => expect(splice(body, { model: '"NEW"' })).toBe(expected));
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

type Member = readonly [
  before: string,
  key: string,
  afterKey: string,
  beforeValue: string,
  value: string,
  after: string,
];

function object(members: readonly Member[]): string {
  return `{${members.map(([before, key, afterKey, beforeValue, value, after]) => `${before}"${key}"${afterKey}:${beforeValue}${value}${after}`).join(",")}}`;
}

function name(member: Member): unknown {
  return JSON.parse(`"${member[1]}"`);
}

const members: fc.Arbitrary<readonly Member[]> = fc.array(fc.tuple(space, key, space, space, value, space), {
  maxLength: 8,
});

test("R47 P23 equals JSON.parse, set, for 3,000 bodies, and no other byte moves", () => {
  fc.assert(
    fc.property(members, json, (written, value) => {
      const result = splice(object(written), { model: value });
      if (!written.some((member) => name(member) === "model")) return expect(result).toBeUndefined();
      const changed = written.map((member): Member => {
        const [before, key, afterKey, beforeValue, , after] = member;
        return name(member) === "model" ? [before, key, afterKey, beforeValue, value, after] : member;
      });
      expect(result).toBe(object(changed));
    }),
    { numRuns: 3000 },
  );
});

describe("R47 members the gateway reads do not reach the upstream", () => {
  const removed = { model: '"NEW"', provider: undefined, models: undefined, route: undefined };
  const rows: readonly (readonly [name: string, body: string, expected: string])[] = [
    ["in front", '{"provider":{"sort":"price"},"model":"a"}', '{"model":"NEW"}'],
    ["behind", '{"model":"a","provider":{"sort":"price"}}', '{"model":"NEW"}'],
    ["between", '{"n":1,"provider":{},"model":"a"}', '{"n":1,"model":"NEW"}'],
    ["neighbours in front", '{"provider":{},"models":[],"model":"a"}', '{"model":"NEW"}'],
    ["neighbours behind", '{"model":"a","models":["b"],"route":"fallback"}', '{"model":"NEW"}'],
    ["on both sides", '{"route":"fallback","model":"a","models":["b"]}', '{"model":"NEW"}'],
    ["repeated", '{"provider":1,"model":"a","provider":2,"n":1,"provider":3}', '{"model":"NEW","n":1}'],
    ["an escaped key", '{"pro\\u0076ider":1,"model":"a"}', '{"model":"NEW"}'],
    ["nested ones stay", '{"x":{"provider":1},"model":"a"}', '{"x":{"provider":1},"model":"NEW"}'],
    ["longer keys stay", '{"providers":1,"model":"a"}', '{"providers":1,"model":"NEW"}'],
    ["none of them there", '{"model":"a","seed":9007199254740993}', '{"model":"NEW","seed":9007199254740993}'],
    [
      "white space of the others stays",
      '{\n  "provider": {},\n  "model": "a",\n  "models": [],\n  "n": 1.0\n}',
      '{\n  "model": "NEW",\n  "n": 1.0\n}',
    ],
    ["white space at the end stays", '{\n  "model": "a" ,\n  "route": "fallback"\n} ', '{\n  "model": "NEW"\n} '],
  ];
  for (const [name, body, expected] of rows) {
    test(name, () => expect(splice(body, removed)).toBe(expected));
  }

  test("all there is", () =>
    expect(splice('{ "provider":1 , "models":2 }', { provider: undefined, models: undefined })).toBe("{  }"));
  test("a body cut after a removed member", () => expect(splice('{"model":"a","provider":1', removed)).toBeUndefined());
  test("one of two to replace is not there", () =>
    expect(splice('{"model":"a","n":1}', { model: "1", stream: "true" })).toBeUndefined());
  test("nothing to do gives the same bytes back, not a copy", () => {
    const body = utf8.encode('{"model":"a"}');
    expect(spliceMembers(body, { provider: undefined })).toBe(body);
  });

  test("for 3,000 bodies, the members that stay keep every byte", () => {
    fc.assert(
      fc.property(members, (written) => {
        const result = splice(object(written), { model: undefined, stream: undefined }) ?? "";
        const kept = written.filter((member) => name(member) !== "model" && name(member) !== "stream");
        const parsed: unknown = JSON.parse(result);
        expect(parsed).toEqual(JSON.parse(object(kept)));
        let at = 0;
        for (const [, key, afterKey, beforeValue, value] of kept) {
          const found = result.indexOf(`"${key}"${afterKey}:${beforeValue}${value}`, at);
          expect(found).toBeGreaterThanOrEqual(at);
          at = found + 1;
        }
        const bare = (text: string) => text.length - (text.match(/[ \t\r\n]/g)?.length ?? 0);
        expect(bare(result)).toBe(bare(object(kept)));
      }),
      { numRuns: 3000 },
    );
  });
});

test("any bytes give a value, never an exception", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), (bytes, name) => {
      const result = spliceMembers(bytes, { [name]: "1" });
      expect(result === undefined || result instanceof Uint8Array).toBe(true);
    }),
  );
});
