import { describe, expect, test } from "bun:test";
import { TOML, YAML } from "bun";
import fc from "fast-check";
import { Value } from "typebox/value";
import { type Node, toValue } from "../../compiler/node.ts";
import { parseJson } from "../../compiler/parse-json.ts";
import { parseToml } from "../../compiler/parse-toml.ts";
import { parseYaml } from "../../compiler/parse-yaml.ts";
import { checkShape } from "../../compiler/shape.ts";
import { ConfigSchema } from "../../schemas/config.ts";
import { PoliciesSchema } from "../../schemas/policies.ts";
import { shapeOf } from "../../schemas/shape.ts";

function json(text: string) {
  return parseJson({ file: "a.json", text });
}

describe("JSON", () => {
  test("what JSON.parse accepts, with the same value, and nothing else", () => {
    const text = fc.oneof(
      fc.json(),
      fc.json().map((valid) => valid.replaceAll(":", " :\t").replaceAll(",", " ,\r\n")),
      fc
        .array(fc.constantFrom(...'{}[]",:0123.eE+-truefalsn \\u\n\t'.split("")), { maxLength: 12 })
        .map((all) => all.join("")),
      fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([valid, at, extra]) => {
        const cut = at % (valid.length + 1);
        return valid.slice(0, cut) + extra + valid.slice(cut);
      }),
    );
    fc.assert(
      fc.property(text, (written) => {
        const { root, diagnostics } = json(written);
        // JSON.parse lets the last of two equal keys win; a file with both is a mistake.
        if (diagnostics.some((one) => one.code === "AR102")) return;
        expect(root === undefined ? undefined : { value: toValue(root) }).toEqual(reference(written));
      }),
      { numRuns: 2000 },
    );
  });

  function reference(text: string): Readonly<{ value: unknown }> | undefined {
    try {
      return { value: JSON.parse(text) };
    } catch {
      return undefined;
    }
  }

  test("a place for every value", () => {
    const text = ' { "a" : [ 1 , "b" ] } ';
    const { root } = json(text);
    expect(root && places(root, text)).toEqual(['{ "a" : [ 1 , "b" ] }', '"a"', '[ 1 , "b" ]', "1", '"b"']);
  });
});

test("places of TOML keys and values", () => {
  const text = 'a.b = "x"\n[c]\nd = [1, { e = true }]\n[[f]]\ng = 1\n[[f]]\n';
  const { root } = parseToml({ file: "a.toml", text });
  expect(root && places(root, text).slice(1)).toEqual([
    "a",
    "a",
    "b",
    '"x"',
    "c",
    "[c]\nd = [1, { e = true }]",
    "d",
    "[1, { e = true }]",
    "1",
    "{ e = true }",
    "e",
    "true",
    "f",
    "[[f]]\ng = 1",
    "[[f]]\ng = 1",
    "g",
    "1",
    "[[f]]",
  ]);
  expect(root && toValue(root)).toEqual(TOML.parse(text));
});

test("places of YAML keys and values", () => {
  const text = "a:\n  - b: x\n    'c': \"y\"\n  - &n [1, true]\nd: *n\ne:\n";
  const { root } = parseYaml({ file: "a.yaml", text });
  expect(root && places(root, text).slice(1)).toEqual([
    "a",
    "- b: x\n    'c': \"y\"\n  - &n [1, true]",
    "b: x\n    'c': \"y\"",
    "b",
    "x",
    "'c'",
    '"y"',
    "[1, true]",
    "1",
    "true",
    "d",
    "[1, true]",
    "1",
    "true",
    "e",
    "",
  ]);
  expect(root && toValue(root)).toEqual(YAML.parse(text));
});

/** The text of every key and value in document order. */
function places(node: Node, text: string): readonly string[] {
  const own = text.slice(node.span.start, node.span.end);
  if (node.kind === "list") return [own, ...node.items.flatMap((item) => places(item, text))];
  if (node.kind !== "map") return [own];
  return [
    own,
    ...node.entries.flatMap(({ keySpan, value }) => [text.slice(keySpan.start, keySpan.end), ...places(value, text)]),
  ];
}

test.each([
  ["arouter.toml", ConfigSchema],
  ["policies.yaml", PoliciesSchema],
] as const)("the shape check of %s agrees with TypeBox's own", (_, schema) => {
  const shape = shapeOf(schema);
  const keys = [...JSON.stringify(shape).matchAll(/"([a-z_]+)":\{/g)].map(([, key = ""]) => key);
  const scalar = fc.oneof(
    fc.constantFrom("openai", "messages", "json_schema", "keys", "all", "bearer", "x", ""),
    fc.integer(),
    fc.constantFrom(0, 1, 1.5, 1000, 2 ** 40),
    fc.boolean(),
    fc.constant(null),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      scalar,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...keys, "zzz"), tie("value"), { maxKeys: 4 }),
    ),
  }));
  const root = fc.oneof(
    value,
    fc.dictionary(fc.constantFrom("rules", "router", "providers", "auth", "limits", "listen_addr"), value, {
      maxKeys: 3,
    }),
    fc
      // biome-ignore lint/suspicious/noThenProperty: the policy language's own word; nothing awaits this object.
      .array(fc.record({ name: value, then: fc.record({ model: value }), when: value }), { maxLength: 2 })
      .map((rules) => ({ rules })),
  );
  let accepted = 0;
  fc.assert(
    fc.property(root, (data) => {
      const { root: tree } = json(JSON.stringify(data));
      if (tree === undefined) throw new Error("not JSON");
      const isRight = checkShape(shape, tree).length === 0;
      accepted += isRight ? 1 : 0;
      expect(isRight).toBe(Value.Check(schema, data));
    }),
    { numRuns: 3000 },
  );
  expect(accepted).toBeGreaterThan(10);
});
