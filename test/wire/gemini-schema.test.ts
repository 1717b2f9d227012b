import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import { fromGeminiSchema } from "../../runtime/wire/gemini/decode-schema.ts";
import { toParametersSchema, toResponseSchema } from "../../runtime/wire/gemini/encode-schema.ts";
import { arrayOf, isObject } from "../../runtime/wire/json.ts";

describe("R206 a client's schema becomes JSON Schema", () => {
  const rows: readonly (readonly [string, JsonObject, JsonObject])[] = [
    [
      "types in upper case at every depth",
      { type: "OBJECT", properties: { a: { type: "ARRAY", items: { type: "INTEGER" } } } },
      { type: "object", properties: { a: { type: "array", items: { type: "integer" } } } },
    ],
    ["nullable is a union of types", { type: "STRING", nullable: true }, { type: ["string", "null"] }],
    [
      "a nullable enum may be null",
      { type: "STRING", format: "enum", enum: ["a"], nullable: true },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    [
      "a nullable union gets one more branch",
      { nullable: true, any_of: [{ type: "STRING" }, { type: "NUMBER" }] },
      { anyOf: [{ type: "string" }, { type: "number" }, { type: "null" }] },
    ],
    [
      "counts are written as strings",
      { type: "ARRAY", minItems: "1", max_items: "3" },
      { type: "array", minItems: 1, maxItems: 3 },
    ],
    ["other formats stay", { type: "STRING", format: "date-time" }, { type: "string", format: "date-time" }],
    [
      "an order of properties and an unspecified type say nothing",
      { type: "TYPE_UNSPECIFIED", propertyOrdering: ["a"] },
      {},
    ],
    ["an example is one of several", { type: "STRING", example: "x" }, { type: "string", examples: ["x"] }],
    [
      "properties that are called like keywords are properties",
      {
        type: "OBJECT",
        properties: { type: { type: "STRING" }, nullable: { type: "BOOLEAN" }, any_of: { type: "STRING" } },
      },
      {
        type: "object",
        properties: { type: { type: "string" }, nullable: { type: "boolean" }, any_of: { type: "string" } },
      },
    ],
    [
      "JSON Schema stays as it is",
      {
        $schema: "http://json-schema.org/draft-07/schema#",
        type: "object",
        properties: { a: { const: 1 } },
        additionalProperties: false,
      },
      {
        $schema: "http://json-schema.org/draft-07/schema#",
        type: "object",
        properties: { a: { const: 1 } },
        additionalProperties: false,
      },
    ],
  ];
  test.each([...rows])("%s", (_title, from, to) => {
    expect(fromGeminiSchema(from)).toEqual(to);
  });

  test("read twice it is the same", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keywords), fc.jsonValue()), (value) => {
        const schema: JsonObject = JSON.parse(JSON.stringify(value));
        const once = fromGeminiSchema(schema);
        expect(fromGeminiSchema(once)).toEqual(once);
      }),
    );
  });
});

const keywords = [
  "type",
  "properties",
  "items",
  "anyOf",
  "enum",
  "const",
  "$ref",
  "nullable",
  "format",
  "minItems",
  "required",
];

describe("R206 a schema of parameters", () => {
  const rows: readonly (readonly [string, JsonObject | undefined, JsonObject | undefined])[] = [
    ["none", undefined, undefined],
    ["no properties", { type: "object", properties: {} }, undefined],
    [
      "no properties, closed",
      { $schema: "x", type: "object", properties: {}, required: [], additionalProperties: false },
      undefined,
    ],
    [
      "a map has values",
      { type: "object", patternProperties: { "^a": {} } },
      { type: "object", patternProperties: { "^a": {} } },
    ],
    [
      "const is an enum of one",
      { type: "object", properties: { a: { const: "x" }, b: { anyOf: [{ const: null }] } } },
      { type: "object", properties: { a: { enum: ["x"] }, b: { anyOf: [{ enum: [null] }] } } },
    ],
    [
      "nothing but $ keywords beside a reference",
      { type: "object", properties: { a: { $ref: "#/$defs/A", description: "d" } }, $defs: { A: { const: 1 } } },
      { type: "object", properties: { a: { $ref: "#/$defs/A" } }, $defs: { A: { enum: [1] } } },
    ],
    [
      "a property called const is a property",
      { properties: { const: { type: "string" } } },
      { properties: { const: { type: "string" } } },
    ],
  ];
  test.each([...rows])("%s", (_title, from, to) => {
    expect(toParametersSchema(from)).toEqual(to);
  });
});

describe("R206 a schema of the answer", () => {
  const rows: readonly (readonly [string, JsonObject, JsonObject, boolean])[] = [
    [
      "what is understood stays",
      {
        type: "object",
        properties: { a: { type: "integer", minimum: 0 } },
        required: ["a"],
        additionalProperties: false,
      },
      {
        type: "object",
        properties: { a: { type: "integer", minimum: 0 } },
        required: ["a"],
        additionalProperties: false,
      },
      true,
    ],
    [
      "what forbids nothing goes without a word",
      { $schema: "x", type: "string", default: "a" },
      { type: "string" },
      true,
    ],
    [
      "other limits are told",
      { type: "string", description: "A name.", pattern: "^a", minLength: 2 },
      { type: "string", description: 'A name.\npattern: "^a", minLength: 2' },
      false,
    ],
    [
      "allOf of one is that one",
      { allOf: [{ $ref: "#/definitions/A" }], definitions: { A: { const: 1 } } },
      { $defs: { A: { enum: [1] } }, $ref: "#/$defs/A" },
      true,
    ],
    [
      "allOf of two is told",
      { type: "object", allOf: [{ type: "object" }, {}] },
      { type: "object", description: 'allOf: [{"type":"object"},{}]' },
      false,
    ],
    [
      "a property called pattern is a property",
      { properties: { pattern: { type: "string" } } },
      { properties: { pattern: { type: "string" } } },
      true,
    ],
  ];
  test.each([...rows])("%s", (_title, from, to, exact) => {
    expect(toResponseSchema(from)).toEqual({ schema: to, exact });
  });

  test("nowhere a keyword that the API does not understand", () => {
    const schema = fc.letrec<{ node: JsonObject }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<JsonObject>(
          { type: "string" },
          { const: 1 },
          { pattern: "a" },
          { $ref: "#/$defs/A", title: "t" },
        ),
        fc.record({ properties: fc.dictionary(fc.string(), tie("node")), not: tie("node") }, { requiredKeys: [] }),
        fc.record(
          { anyOf: fc.array(tie("node")), items: tie("node"), allOf: fc.array(tie("node")) },
          { requiredKeys: [] },
        ),
      ),
    })).node;
    fc.assert(fc.property(schema, (value) => expect(foreignKeywords(toResponseSchema(value).schema)).toEqual([])));
  });
});

const forbidden = new Set(["const", "pattern", "not", "allOf"]);

function foreignKeywords(schema: JsonObject): readonly string[] {
  const inner = [
    ...Object.values(isObject(schema["properties"]) ? schema["properties"] : {}),
    ...arrayOf(schema["anyOf"]),
    schema["items"] ?? null,
  ];
  const besideReference = schema["$ref"] === undefined ? [] : Object.keys(schema).filter((key) => !key.startsWith("$"));
  return [
    ...Object.keys(schema).filter((key) => forbidden.has(key)),
    ...besideReference,
    ...inner.filter(isObject).flatMap(foreignKeywords),
  ];
}
