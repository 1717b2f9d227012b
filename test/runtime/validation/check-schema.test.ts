import { describe, expect, test } from "bun:test";
import { createSchemaCheck, type SchemaOutcome } from "../../../runtime/validation/check-schema.ts";

const check = createSchemaCheck();
const on = (schema: unknown, value: unknown): SchemaOutcome =>
  check({ schema: JSON.stringify(schema), value: JSON.stringify(value) });
const mismatch = (message: string): SchemaOutcome => ({ kind: "mismatch", message });
const valid: SchemaOutcome = { kind: "valid" };

const invoice = {
  type: "object",
  properties: { items: { type: "array", items: { $ref: "#/$defs/item" } } },
  required: ["items"],
  additionalProperties: false,
  $defs: { item: { type: "object", properties: { price: { type: "number" } }, required: ["price"] } },
};

describe("values against schemas", () => {
  const draft7 = "http://json-schema.org/draft-07/schema#";
  const rows: readonly [string, unknown, unknown, SchemaOutcome][] = [
    ["R29 valid", invoice, { items: [{ price: 1 }] }, valid],
    ["R29 first error only", invoice, { items: [{ price: "1" }, {}] }, mismatch("/items/0/price must be number")],
    ["R29 missing", invoice, {}, mismatch("/ must have required property 'items'")],
    ["R29 additional", invoice, { items: [], x: 1 }, mismatch("/ must NOT have additional properties")],
    ["empty", {}, 1, valid],
    ["prefixItems of 2020-12", { prefixItems: [{ type: "string" }] }, [1], mismatch("/0 must be string")],
    ["items list of draft-07", { $schema: draft7, items: [{ type: "string" }] }, [1], mismatch("/0 must be string")],
    [
      "definitions",
      { $ref: "#/definitions/a", definitions: { a: { const: 1 } } },
      2,
      mismatch("/ must be equal to constant"),
    ],
    ["unknown format is an annotation", { type: "string", format: "no-such-format" }, "x", valid],
    ["known format is an annotation", { type: "string", format: "email" }, "x", valid],
    ["unknown keyword", { type: "string", "x-order": 3 }, "x", valid],
    ["pattern", { pattern: "^a+$" }, "ab", mismatch('/ must match pattern "^a+$"')],
    ["two patterns", { allOf: [{ pattern: "^a" }, { pattern: "b$" }] }, "ac", mismatch('/ must match pattern "b$"')],
    ["pattern only valid without the u flag", { pattern: "^[\\w\\-]+$" }, "a-b", valid],
    [
      "recursive",
      { properties: { next: { $ref: "#" } }, required: ["v"] },
      { v: 1, next: {} },
      mismatch("/next must have required property 'v'"),
    ],
    [
      "default does not change the value",
      { properties: { a: { default: 1 } }, required: ["a"] },
      {},
      mismatch("/ must have required property 'a'"),
    ],
    ["no coercion", { type: "number" }, "1", mismatch("/ must be number")],
    [
      "__proto__ is an ordinary name",
      { properties: JSON.parse('{"__proto__":{"type":"string"}}') },
      JSON.parse('{"__proto__":1}'),
      valid,
    ],
  ];
  test.each(rows)("%s", (_name, schema, value, outcome) => {
    expect(on(schema, value)).toEqual(outcome);
  });
});

describe("schemas that cannot be used", () => {
  const nested = (levels: number): unknown => (levels === 0 ? {} : { items: nested(levels - 1) });
  const named = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, {}]));
  const rows: readonly [string, unknown, string][] = [
    ["unknown type", { type: "text" }, "schema/type must be equal to one of the allowed values"],
    ["bad pattern", { pattern: "(" }, "Invalid regular expression"],
    ["reference to nowhere", { $ref: "#/$defs/none" }, "can't resolve reference #/$defs/none"],
    ["reference to another host", { $ref: "http://example.com/s" }, "can't resolve reference http://example.com/s"],
    ["$async", { $async: true, type: "string" }, "asynchronous schemas are not supported"],
    ["itself", { $ref: "#" }, "call stack"],
    [
      "a pair that is each other",
      { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } },
      "call stack",
    ],
    ["too deep", nested(65), "nested deeper than 64 levels"],
    ["too many properties", { properties: named(1001) }, "more than 1000 properties"],
    [
      "too many properties in all",
      { properties: { a: { properties: named(600) }, b: { properties: named(600) } } },
      "more than 1000 properties",
    ],
    ["too many enum values", { enum: Array.from({ length: 501 }, (_, at) => at) }, "more than 500 enum values"],
  ];
  test.each(rows)("%s", (_name, schema, message) => {
    expect(on(schema, "x")).toEqual({ kind: "bad-schema", message: expect.stringContaining(message) });
    expect(on(schema, "x"), "from the cache").toMatchObject({ kind: "bad-schema" });
  });

  test("the caps themselves are allowed", () => {
    expect(on({ properties: named(1000) }, {})).toEqual(valid);
    expect(on(nested(63), 1)).toEqual(valid);
  });

  test("two schemas that claim one $id do not disturb each other", () => {
    expect(on({ $id: "https://schemas.test/x", type: "string" }, 1)).toEqual(mismatch("/ must be string"));
    expect(on({ $id: "https://schemas.test/x", type: "number" }, 1)).toEqual(valid);
    expect(on({ $id: "https://schemas.test/x", type: "string" }, 1)).toEqual(mismatch("/ must be string"));
  });

  test("a schema that names itself the metaschema changes nothing for others", () => {
    on({ $id: "https://json-schema.org/draft/2020-12/schema", type: "string" }, 1);
    expect(on({ type: "nonsense" }, 1)).toMatchObject({ kind: "bad-schema" });
  });
});

test("a regex engine that gives up is not believed", () => {
  // JavaScriptCore answers false here, after some hundred milliseconds; the right answer is true.
  const outcome = on({ type: "string", pattern: "^(?:(?:a+)+b|a{40}!)$" }, `${"a".repeat(40)}!`);
  expect(outcome).toEqual({ kind: "gave-up", message: "a pattern takes too long to match" });
});
