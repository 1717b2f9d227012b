import { afterAll, describe, expect, test } from "bun:test";
import type { Validator } from "../../../runtime/contract.ts";
import { checkerLimits, createSchemaChecker } from "../../../runtime/validation/schema-checker.ts";
import { createValidation, type Subject, type Verdict } from "../../../runtime/validation/validation.ts";
import type { Block } from "../../../runtime/wire/canonical.ts";

/** Ample time for busy machines; what the deadline does is tested with the real one. */
const patient = { ...checkerLimits, deadlineMs: 5000, queueMs: 20_000 };

const short: Validator = Object.assign(
  (value: unknown): boolean => {
    const ok = JSON.stringify(value).length < 20;
    short.errors = ok ? null : [{ instancePath: "/text", message: "must be short" }];
    return ok;
  },
  { errors: null },
);
const broken: Validator = () => {
  throw new RangeError("stack");
};

const validation = createValidation({ "short.json": short, "broken.json": broken }, createSchemaChecker(patient));
afterAll(validation.close);

const numberA = { type: "object", properties: { a: { type: "number" } }, required: ["a"] };
const text = (value: string): Block => ({ kind: "text", text: value });
const call = (argumentsText: string): Block => ({
  kind: "tool-call",
  id: "call_1",
  name: "extract",
  tool: "function",
  argumentsText,
});
const ofText = (...blocks: Block[]): Subject => ({ blocks, schema: { schema: numberA, of: "text" } });
const ofTool = (...blocks: Block[]): Subject => ({ blocks, schema: { schema: numberA, of: "tool-input" } });
const bare = (...blocks: Block[]): Subject => ({ blocks, schema: undefined });

const passed: Verdict = { kind: "passed" };
const failed = (reason: "no-text" | "not-json" | "schema-mismatch", message: string): Verdict => ({
  kind: "failed",
  reason,
  message,
});
const unchecked = (reason: string): unknown => ({ kind: "unchecked", reason, message: expect.any(String) });

describe("R29 R48 R55 verdicts", () => {
  const fenced = '```json\n{"a":1}\n```';
  const rows: readonly [string, readonly string[], Subject, unknown][] = [
    ["valid", ["json_schema"], ofText(text('{"a":1}')), passed],
    [
      "text blocks are joined",
      ["json_schema"],
      ofText(text('{"a"'), { kind: "thinking", text: "hm" }, text(":1}")),
      passed,
    ],
    ["no schema in the request", ["json_schema"], bare(text("prose")), { kind: "not-applicable" }],
    ["no validators", [], ofText(text("prose")), { kind: "not-applicable" }],
    [
      "no text",
      ["json_schema"],
      ofText({ kind: "refusal", text: "no" }),
      failed("no-text", "The answer holds no text."),
    ],
    ["prose", ["json_schema"], ofText(text("I'm sorry")), failed("not-json", "The answer is not JSON at character 0.")],
    ["truncated", ["json_schema"], ofText(text('{"a":')), failed("not-json", "The answer ends before its JSON does.")],
    [
      "JSON, then prose",
      ["json_schema"],
      ofText(text('{"a":1} ok?')),
      failed("not-json", "The answer goes on after its JSON at character 8."),
    ],
    [
      "a fence is no JSON, though a stream may start with one",
      ["json_schema"],
      ofText(text(fenced)),
      failed("not-json", "The answer is not JSON at character 0."),
    ],
    ["mismatch", ["json_schema"], ofText(text('{"a":"1"}')), failed("schema-mismatch", "/a must be number")],
    [
      "absurd nesting",
      ["json_schema"],
      ofText(text("[".repeat(2000))),
      failed("not-json", "The answer is nested deeper than 1000 levels at character 1000."),
    ],
    ["forced tool", ["json_schema"], ofTool(text("Sure:"), call('{"a":1}')), passed],
    [
      "forced tool, mismatch",
      ["json_schema"],
      ofTool(call('{"a":1}'), call('{"a":null}')),
      failed("schema-mismatch", "/a must be number"),
    ],
    [
      "forced tool without arguments",
      ["json_schema"],
      ofTool(call("")),
      failed("schema-mismatch", "/ must have required property 'a'"),
    ],
    [
      "forced tool not called",
      ["json_schema"],
      ofTool(text('{"a":1}')),
      failed("no-text", "The answer holds no tool call."),
    ],
    [
      "schema that cannot be used",
      ["json_schema"],
      { blocks: [text("{}")], schema: { schema: { type: "no" }, of: "text" } },
      unchecked("bad-schema"),
    ],
    [
      "prose fails whatever the schema is",
      ["json_schema"],
      { blocks: [text("prose")], schema: { schema: { type: "no" }, of: "text" } },
      failed("not-json", "The answer is not JSON at character 0."),
    ],
    [
      "schema too long",
      ["json_schema"],
      { blocks: [text("{}")], schema: { schema: { description: "x".repeat(256 * 1024) }, of: "text" } },
      unchecked("bad-schema"),
    ],
    ["named validator", ["short.json"], bare(text('"short"')), passed],
    [
      "named validator, mismatch",
      ["short.json"],
      bare(text(`"${"long ".repeat(9)}"`)),
      failed("schema-mismatch", "/text must be short"),
    ],
    ["named validator on a forced tool", ["short.json"], ofTool(text("prose"), call("{}")), passed],
    [
      "named validator, prose",
      ["short.json"],
      bare(text("prose")),
      failed("not-json", "The answer is not JSON at character 0."),
    ],
    ["named validator that throws", ["broken.json"], bare(text("1")), unchecked("crashed")],
    ["unknown validator", ["nope.json"], bare(text("1")), unchecked("unknown-validator")],
    ["name of an object's own member", ["constructor"], bare(text("1")), unchecked("unknown-validator")],
    [
      "the first failure is the verdict",
      ["nope.json", "short.json", "json_schema"],
      ofText(text("prose")),
      failed("not-json", "The answer is not JSON at character 0."),
    ],
    ["passed beats not applicable", ["json_schema", "short.json", "json_schema"], bare(text("1")), passed],
    ["unchecked beats passed", ["nope.json", "short.json"], bare(text("1")), unchecked("unknown-validator")],
  ];
  test.each(rows)("%s", async (_name, ids, subject, verdict) => {
    expect(await validation.check(ids, subject)).toEqual(verdict as Verdict);
  });

  test("no message quotes the answer", async () => {
    const secret = "canary-7f3a";
    for (const answer of [secret, `{"a":"${secret}"}`, `{"a":1} ${secret}`]) {
      expect(JSON.stringify(await validation.check(["json_schema"], ofText(text(answer))))).not.toContain(secret);
    }
  });
});
