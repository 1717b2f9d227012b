import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { editBody } from "../../../runtime/adapt/edit-body.ts";
import type { BodyEdits, WireFormat } from "../../../runtime/contract.ts";

function edited(text: string, edit: (body: BodyEdits) => void, format: WireFormat = "openai-chat"): string {
  return new TextDecoder().decode(editBody(new TextEncoder().encode(text), format, edit));
}

const everything = (body: BodyEdits) => {
  body.strip("/a/*/b");
  body.stripEverywhere("c");
  body.set("d", [1]);
  body.fallback("e", "x");
  body.rename("f", "g");
  body.thinking("stub");
};

describe("only what changes is written anew", () => {
  const rows: readonly [string, string, (body: BodyEdits) => void, string][] = [
    ["a member that is not there", '{ "a" : 1 }', (body) => body.strip("/b"), '{ "a" : 1 }'],
    ["a member", '{ "a" : 1e400, "b":2 , "c":3}', (body) => body.strip("/b"), '{ "a" : 1e400, "c":3}'],
    ["a repeated member", '{"b":1,"a":1,"b":2}', (body) => body.strip("/b"), '{"a":1}'],
    ["a member spelled with an escape", '{"a":1,"\\u0062":2}', (body) => body.strip("/b"), '{"a":1}'],
    [
      "inside one member, and big numbers stay in the others",
      '{"n":9007199254740993,"m":[{"x":1,"y":2},{"y":3}]}',
      (body) => body.strip("/m/*/y"),
      '{"n":9007199254740993,"m":[{"x":1},{}]}',
    ],
    ["an item by its number", '{"m":[1,2,3]}', (body) => body.strip("/m/1"), '{"m":[1,3]}'],
    ["names with slashes and tildes", '{"a/b":{"c~d":1,"e":2}}', (body) => body.strip("/a~1b/c~0d"), '{"a/b":{"e":2}}'],
    [
      "every member",
      '{"m":{"a":{"x":1},"b":{"x":2,"y":3}}}',
      (body) => body.strip("/m/*/x"),
      '{"m":{"a":{},"b":{"y":3}}}',
    ],
    ["set what is there", '{ "a":1, "b" : 2 }', (body) => body.set("a", { x: null }), '{ "a":{"x":null}, "b" : 2 }'],
    ["set what is not", '{ "a":1 }', (body) => body.set("b", "x"), '{ "a":1 ,"b":"x"}'],
    ["set in nothing", " { } ", (body) => body.set("b", true), ' { "b":true} '],
    [
      "a default, only where there is none",
      '{"a":null}',
      (body) => {
        body.fallback("a", 1);
        body.fallback("b", 2);
      },
      '{"a":null,"b":2}',
    ],
    ["rename", '{"a":1,"b":2}', (body) => body.rename("a", "c"), '{"b":2,"c":1}'],
    ["rename to what is there already", '{"a":1,"c":2}', (body) => body.rename("a", "c"), '{"c":2}'],
    [
      "one edit sees what another did",
      '{"a":1}',
      (body) => {
        body.rename("a", "b");
        body.strip("/b");
        body.fallback("b", 3);
      },
      '{"b":3}',
    ],
    ["everywhere", '{"x":[{"c":1,"y":{"c":2}}],"c":3}', (body) => body.stripEverywhere("c"), '{"x":[{"y":{}}]}'],
    [
      "everywhere but in what is the user's",
      '{"tools":[{"c":1,"parameters":{"c":2}}],"input":[{"c":3,"arguments":"c"}]}',
      (body) => body.stripEverywhere("c"),
      '{"tools":[{"parameters":{"c":2}}],"input":[{"arguments":"c"}]}',
    ],
  ];
  test.each(rows)("%s", (_name, text, edit, expected) => {
    expect(edited(text, edit)).toBe(expected);
  });

  test.each(["", "[]", "null", '{"a":', "\u0000", '"c"', "{}x"])("what is no JSON object stays: %p", (text) => {
    expect(edited(text, everything)).toBe(text);
  });

  test("any JSON object gives JSON, and doing it twice is doing it once", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const once = edited(JSON.stringify(value), everything);
        expect(edited(once, everything)).toBe(once);
        expect(JSON.parse(once)).toMatchObject({ d: [1] });
      }),
    );
  });
});

describe("R346 R347 past thinking", () => {
  const rows: readonly [string, WireFormat, "strip" | "stub", object, object][] = [
    [
      "redacted blocks and those called reasoning go too; a message of nothing else goes whole",
      "anthropic-messages",
      "strip",
      {
        messages: [
          { role: "assistant", content: [{ type: "redacted_thinking", data: "x" }, { type: "reasoning" }] },
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: "t" },
              { type: "text", text: "a" },
            ],
          },
          { role: "user", content: "thinking" },
        ],
      },
      {
        messages: [
          { role: "assistant", content: [{ type: "text", text: "a" }] },
          { role: "user", content: "thinking" },
        ],
      },
    ],
    [
      "no new thinking is asked for",
      "anthropic-messages",
      "strip",
      { thinking: { type: "enabled", budget_tokens: 1024 }, messages: [] },
      { thinking: { type: "disabled" }, messages: [] },
    ],
    [
      "a stub before blocks without one; text and users' blocks stay",
      "anthropic-messages",
      "stub",
      {
        messages: [
          { role: "assistant", content: "text" },
          { role: "assistant", content: [{ type: "text", text: "a" }] },
          { role: "user", content: [{ type: "text", text: "b" }] },
        ],
      },
      {
        messages: [
          { role: "assistant", content: "text" },
          {
            role: "assistant",
            content: [
              { type: "thinking", thinking: "", signature: "" },
              { type: "text", text: "a" },
            ],
          },
          { role: "user", content: [{ type: "text", text: "b" }] },
        ],
      },
    ],
    [
      "reasoning of chat messages",
      "openai-chat",
      "strip",
      { messages: [{ role: "assistant", content: "a", reasoning_content: "r", reasoning_details: [] }] },
      { messages: [{ role: "assistant", content: "a" }] },
    ],
    [
      "an empty one beside tool calls",
      "openai-chat",
      "stub",
      { messages: [{ role: "assistant", reasoning_content: "r", tool_calls: [{ id: "c" }] }] },
      { messages: [{ role: "assistant", tool_calls: [{ id: "c" }], reasoning_content: "" }] },
    ],
    [
      "reasoning items",
      "openai-responses",
      "strip",
      {
        input: [
          { type: "reasoning", id: "rs" },
          { role: "user", content: "a" },
        ],
      },
      { input: [{ role: "user", content: "a" }] },
    ],
    [
      "thoughts",
      "gemini",
      "strip",
      { contents: [{ role: "model", parts: [{ text: "t", thought: true }, { text: "a" }] }] },
      { contents: [{ role: "model", parts: [{ text: "a" }] }] },
    ],
  ];
  test.each(rows)("%s", (_name, format, treatment, before, after) => {
    const text = JSON.stringify(before);
    expect(edited(text, (body) => body.thinking(treatment), format)).toBe(JSON.stringify(after));
  });
});
