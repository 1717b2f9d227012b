import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { JsonObject } from "../../runtime/wire/canonical.ts";
import { parseExactArguments, parseExactly, withExactArguments } from "../../runtime/wire/exact-json.ts";
import { withoutForeignHistory } from "../../runtime/wire/foreign-history.ts";

const utf8 = new TextEncoder();

describe("numbers that a double does not hold are written as they were read", () => {
  test.each([
    '{"n":12345678901234567890}',
    '{"n":-9007199254740993}',
    "[1e400,-1E+400,1e-400]",
    '{"deep":[{"f":0.12345678901234567890}]}',
    '{"__proto__":12345678901234567890,"":[],"a":"12345678901234567890"}',
  ])("%s", (text) => expect(JSON.stringify(parseExactly(text))).toBe(text));

  test.each([
    ["9007199254740991", 9007199254740991],
    ["0.1234567890123456", 0.1234567890123456],
    ["1.7976931348623157e+308", 1.7976931348623157e308],
    ["1e21", 1e21],
    ["1.0", 1],
  ])("what a double does hold stays a number: %s", (text, value) => {
    expect<unknown>(parseExactly(`{"n":${text},"long":12345678901234567890}`)).toMatchObject({ n: value });
  });

  test("alone it is a number, which is no object of arguments", () => {
    expect(parseExactly("12345678901234567890")).toBe(12345678901234567000);
  });

  test.each(["", "{", '{"n":12345678901234567890', "[".repeat(100_000)])("no JSON is undefined", (text) => {
    expect([parseExactly(text), parseExactArguments(text)]).toEqual([undefined, undefined]);
  });
});

const big = "12345678901234567890";
const rounded = "12345678901234567000";

describe("of what is read, only arguments and results of tools keep them", () => {
  test.each([
    [
      `{"type":"tool_use","input":{"n":${big}},"seed":${big}}`,
      `{"type":"tool_use","input":{"n":${big}},"seed":${rounded}}`,
    ],
    [`{"functionCall":{"args":{"n":[${big}]}},"n":${big}}`, `{"functionCall":{"args":{"n":[${big}]}},"n":${rounded}}`],
    [`{"function_response":{"response":{"n":${big}}}}`, `{"function_response":{"response":{"n":${big}}}}`],
    [
      `{"type":"embedding","input":[${big}],"x":"\\"tool_use\\""}`,
      `{"type":"embedding","input":[${rounded}],"x":"\\"tool_use\\""}`,
    ],
  ])("%s", (text, expected) => expect(JSON.stringify(parseExactArguments(text))).toBe(expected));

  test("of a request that is parsed already, its conversation is parsed anew; members of the URL stay", () => {
    const text = `{"contents":[{"parts":[{"functionCall":{"args":{"n":${big}}}}]}],"generationConfig":{"seed":${big}}}`;
    const parsed: JsonObject = { ...JSON.parse(text), model: "gemini", stream: true };
    expect(JSON.stringify(withExactArguments(parsed, utf8.encode(text)))).toBe(
      `{"contents":[{"parts":[{"functionCall":{"args":{"n":${big}}}}]}],"generationConfig":{"seed":${rounded}},"model":"gemini","stream":true}`,
    );
  });

  test("a request without such numbers, or without a call, is left as it is", () => {
    for (const text of [
      `{"messages":[],"seed":${big}}`,
      '{"messages":[{"content":[{"type":"tool_use","input":{"n":1}}]}]}',
    ]) {
      const parsed: JsonObject = JSON.parse(text);
      expect(withExactArguments(parsed, utf8.encode(text))).toBe(parsed);
    }
  });
});

test("a number becomes the same text whatever stands beside it, so that a history keeps its bytes as it grows", () => {
  const number = fc.oneof(
    fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
    fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).map(String),
    fc.tuple(fc.nat(), fc.integer({ min: -400, max: 400 })).map(([digits, exponent]) => `${digits}e${exponent}`),
  );
  fc.assert(
    fc.property(number, fc.array(number), (one, others) => {
      const alone = JSON.stringify(parseExactly(`{"n":${one}}`));
      const among = JSON.stringify(parseExactly(`{"n":${one},"o":[${[...others, "1e400"].join()}]}`));
      expect(among.slice(0, alone.length - 1)).toBe(alone.slice(0, -1));
      const [, text = ""] = /:(.*)}/.exec(alone) ?? [];
      expect([text, Number(text)]).toEqual([text, Number(one) + 0]);
    }),
  );
});

test("any JSON and any text read as JSON.parse reads them, long numbers aside", () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      let plain: unknown;
      try {
        plain = JSON.parse(text);
      } catch {
        plain = undefined;
      }
      if (/[\d.]{16}|\d[eE][+-]?\d{3}/.test(text)) return;
      expect<unknown>([parseExactly(text), parseExactArguments(text)]).toEqual([plain, plain]);
    }),
  );
});

test("a history that has to be cleaned for its own vendor keeps them, too", () => {
  const text = `{"contents":[{"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":${big},"x":1e400}}}]}]}`;
  const dialect = { vendor: true, streamOptions: true, maxTokensField: "auto" } as const;
  expect(withoutForeignHistory(utf8.encode(text), "gemini", { model: "gemini-3-pro-preview", dialect })).toEqual({
    contents: `[{"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":${big},"x":1e400}},"thoughtSignature":"skip_thought_signature_validator"}]}]`,
  });
});
