import { expect, test } from "bun:test";
import Ajv2020 from "ajv/dist/2020";
import type { Json, JsonObject } from "../../cli/sim/json.ts";
import { jsonFromSchema } from "../../cli/sim/json-from-schema.ts";

const string = { type: "string" };
const rows: readonly (readonly [string, JsonObject, Json])[] = [
  [
    "properties by name",
    { type: "object", properties: { city: string, ok: { type: "boolean" } } },
    { city: "city", ok: true },
  ],
  ["required without a schema", { type: "object", required: ["x"] }, { x: "x" }],
  ["an enum's first", { type: "object", properties: { unit: { enum: ["C", "F"] } } }, { unit: "C" }],
  ["a constant", { type: "object", properties: { kind: { const: 7 } } }, { kind: 7 }],
  ["a choice's first", { type: "object", properties: { a: { anyOf: [{ type: "integer" }, string] } } }, { a: 1 }],
  ["all of a conjunction", { allOf: [{ type: "object", properties: { a: string } }] }, { a: "a" }],
  ["a list of types", { type: "object", properties: { a: { type: ["string", "null"] } } }, { a: "a" }],
  [
    "a reference",
    { type: "object", properties: { a: { $ref: "#/$defs/n" } }, $defs: { n: { type: "number" } } },
    { a: 1 },
  ],
  [
    "the smallest numbers",
    {
      type: "object",
      properties: {
        a: { type: "integer", minimum: 18 },
        b: { type: "number", exclusiveMaximum: 0 },
        c: { type: "integer", multipleOf: 5 },
      },
    },
    { a: 18, b: -1, c: 5 },
  ],
  [
    "lengths",
    { type: "object", properties: { a: { type: "string", minLength: 3 }, name: { type: "string", maxLength: 2 } } },
    { a: "axx", name: "na" },
  ],
  [
    "as many items as it must",
    { type: "object", properties: { tags: { type: "array", items: string, minItems: 2 } } },
    { tags: ["tags 1", "tags 2"] },
  ],
  [
    "no item where none is allowed",
    { type: "object", properties: { tags: { type: "array", items: string, maxItems: 0 } } },
    { tags: [] },
  ],
  [
    "formats",
    { type: "object", properties: { day: { type: "string", format: "date" }, id: { type: "string", format: "uuid" } } },
    { day: "2026-01-31", id: "00000000-0000-4000-8000-000000000000" },
  ],
];

test.each([...rows])("fills in %s", (_title, schema, expected) => {
  const value = jsonFromSchema(schema, schema);
  expect(value).toEqual(expected);
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  expect(ajv.validate(schema, value)).toBe(true);
});

test("a recursive schema ends", () => {
  const node = {
    type: "object",
    properties: { next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] } },
    required: ["next"],
  };
  const schema = { ...node, $defs: { node } };
  const value = jsonFromSchema(schema, schema);
  expect(new Ajv2020().validate(schema, value)).toBe(true);
  expect(JSON.stringify(value)).toEndWith('{"next":null}}}}}}}'.slice(-13));
});
