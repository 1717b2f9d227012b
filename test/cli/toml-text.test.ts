import { expect, test } from "bun:test";
import fc from "fast-check";
import { NotTomlError, tomlText } from "../../cli/validate/toml-text.ts";
import { parseConfig } from "../../runtime/server/parse-config.ts";

const simple = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.boolean(),
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.constantFrom(Infinity, -Infinity, -0),
);
/** The configuration's reader leaves `__proto__` out, which would be no member of an ordinary object. */
const key = fc.string({ unit: "grapheme" }).filter((name) => name !== "__proto__");
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    simple,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const tables = fc.dictionary(key, value, { maxKeys: 6, noNullPrototype: true });

test("R316 whatever is written reads back the same", async () => {
  await fc.assert(
    fc.asyncProperty(tables, async (table) => {
      const text = tomlText(table);
      if (text instanceof NotTomlError) throw text;
      expect(await parseConfig("a.toml", text)).toStrictEqual({ kind: "parsed", value: table });
    }),
    { numRuns: 200, endOnFailure: true },
  );
}, 60_000);

test("simple values stand before tables, lists of tables under headers of their own", () => {
  expect(tomlText({ a: { b: 1, "c d": { e: [1, "x"] } }, f: true, g: [{ h: 0.5 }, { i: "\u007f\n" }], j: [] })).toBe(
    'f = true\nj = []\n\n[a]\nb = 1\n\n[a."c d"]\ne = [1, "x"]\n\n[[g]]\nh = 0.5\n\n[[g]]\ni = "\\u007f\\n"\n',
  );
});

test("there is no TOML for null", () => {
  expect(tomlText({ a: { b: [null] } })).toEqual(new NotTomlError("TOML has no null"));
});
