import { describe, expect, test } from "bun:test";
import { diagnostic } from "../../compiler/diagnostics.ts";
import { maskSecrets } from "../../compiler/mask-secrets.ts";
import { renderJson, renderPretty } from "../../compiler/render.ts";
import { sourcesOf } from "./sources-of.ts";

/** The two lines of a frame: the source line and its carets. */
function frameOf(text: string, start: number, end: number): readonly string[] {
  const found = diagnostic("AR101", { file: "arouter.toml", start, end }, "x");
  return renderPretty({ diagnostics: [found], sources: sourcesOf(text) }, { color: false })
    .split("\n")
    .slice(1, 3);
}

describe("frames", () => {
  test.each([
    ["a word", "ab cd ef", 3, 5, ["1 | ab cd ef", "       ^^"]],
    ["nothing", "ab", 1, 1, ["1 | ab", "     ^"]],
    ["an empty file", "", 0, 0, ["1 |", "    ^"]],
    ["the end of the file", "ab\n", 3, 3, ["2 |", "    ^"]],
    ["several lines", "ab\ncd", 1, 5, ["1 | ab", "     ^"]],
    ["a line end", "ab\r\ncd", 2, 3, ["1 | ab", "      ^"]],
    ["after a tab", "\tab", 1, 3, ["1 |     ab", "        ^^"]],
    ["after wide characters", "日本 ab", 3, 5, ["1 | 日本 ab", "         ^^"]],
    ["wide characters", "日本", 0, 2, ["1 | 日本", "    ^^^^"]],
    ["a surrogate pair", "a😀b", 3, 4, ["1 | a😀b", "       ^"]],
    ["control characters", "a\u001b[31mb", 1, 2, ["1 | a\ufffd[31mb", "     ^"]],
    ["a right-to-left override", "a\u202eb", 2, 3, ["1 | a\ufffdb", "     ^"]],
  ])("%s", (name, text, start, end, expected) => {
    const [line, carets] = frameOf(text, start, end);
    // The override has no width of its own; its stand-in has one.
    const shift = name === "a right-to-left override" ? " " : "";
    expect([line, carets]).toEqual([expected[0], `${shift}${expected[1]}`]);
  });

  test("a long line is cut around the place", () => {
    const [line = "", carets = ""] = frameOf(`${"x".repeat(5000)}HERE${"y".repeat(5000)}`, 5000, 5004);
    expect(line.length).toBeLessThan(130);
    expect(line.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toBe("HERE");
    expect(line.startsWith("1 | …") && line.endsWith("…")).toBe(true);
  });
});

test("colour wraps the same text", () => {
  const found = [diagnostic("AR111", { file: "arouter.toml", start: 0, end: 1 }, "Bad.", { hint: "Do this." })];
  const sources = sourcesOf("x");
  const colored = renderPretty({ diagnostics: found, sources }, { color: true });
  expect(colored).toContain("\u001b[31;1merror AR111 unknown-key:\u001b[0m");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape codes are what is removed.
  expect(colored.replace(/\u001b\[[0-9;]*m/g, "")).toBe(
    renderPretty({ diagnostics: found, sources }, { color: false }),
  );
});

test("control characters in messages and hints do not reach the terminal", () => {
  const found = [diagnostic("AR101", { file: "arouter.toml", start: 0, end: 0 }, "a\u001b[2Jb", { hint: "c\u0007d" })];
  expect(renderPretty({ diagnostics: found, sources: sourcesOf("") }, { color: false })).toBe(
    "arouter.toml:1:1: error AR101 syntax: a\ufffd[2Jb\n1 |\n    ^\n  help: c\ufffdd\n",
  );
});

test("the JSON report has offsets from 0, lines and columns from 1, and the end after the last character", () => {
  const span = { file: "arouter.toml", start: 4, end: 6 };
  const found = [
    diagnostic("AR201", span, "m", { hint: "h", related: [{ message: "r", span: { ...span, start: 0, end: 2 } }] }),
    diagnostic("AR301", span, "w"),
  ];
  const start = { offset: 4, line: 2, column: 1 };
  const end = { offset: 6, line: 2, column: 3 };
  const place = { file: "arouter.toml", start, end };
  const other = {
    file: "arouter.toml",
    start: { offset: 0, line: 1, column: 1 },
    end: { offset: 2, line: 1, column: 3 },
  };
  expect(JSON.parse(renderJson({ diagnostics: found, sources: sourcesOf("abc\nde") }))).toEqual({
    version: 1,
    errors: 1,
    warnings: 1,
    notes: 0,
    untold: 0,
    ignored: [],
    diagnostics: [
      {
        code: "AR201",
        name: "duplicate-rule",
        severity: "error",
        message: "m",
        ...place,
        hint: "h",
        related: [{ message: "r", ...other }],
      },
      { code: "AR301", name: "unreachable-rule", severity: "warning", message: "w", ...place },
    ],
  });
});

test.each([
  ['api_key = "abc"', 'api_key = "***"'],
  ["api_key = 'abc' # note", "api_key = '***' * ****"],
  ['api_key = "env.NAME"', 'api_key = "env.NAME"'],
  ["api_key = '$\u007bNAME}'", "api_key = '$\u007bNAME}'"],
  ['api_key = "abc', 'api_key = "***'],
  ["api_key = abc", "api_key = ***"],
  ['api_key = """\nab\ncd"""\nx = 1', 'api_key = """\n**\n**"""\nx = 1'],
  ['keys = [\n  "ab",\n  "env.B",\n]\nmode = "keys"', 'keys = [\n  "**",\n  "env.B",\n]\nmode = "keys"'],
  ['openai = { api_key = "a,}b", base_url = "u" }', 'openai = { api_key = "*,**", base_url = "u" }'],
  ['providers.openai.api_key = "abc"', 'providers.openai.api_key = "***"'],
  ['"api_key" = "abc"', '"api_key" = "***"'],
  ['apikey = "abc"\napi_kye = "abc"\ntoken = "abc"', 'apikey = "***"\napi_kye = "***"\ntoken = "***"'],
  ['x = "sk-abcdef"', 'x = "*********"'],
  ['base_url = "https://me:pw@host/v1"', 'base_url = "https://*****@host/v1"'],
  ['authorization: "Bearer abc"', 'authorization: "****** ***"'],
  ["tokens_input_lt: 250", "tokens_input_lt: 250"],
  ["apiKey: abc # note", "apiKey: *** * ****"],
  ["apiKey: env.NAME", "apiKey: env.NAME"],
  ["apiKeys: [env.NAME, abc]", "apiKeys: [env.NAME, ***]"],
  ["apiKeys: [$RANDOM_KEY]", "apiKeys: [$RANDOM_KEY]"],
  ["apiKeys:\n  - abc\n  - env.NAME\nmode: keys", "apiKeys:\n  - ***\n  - env.NAME\nmode: keys"],
  ["apiKeys: # two\n- YWJj=\n\n- 'a b'\nmode: keys", "apiKeys: * ***\n- *****\n\n- '* *'\nmode: keys"],
  ["keys:\n  - id: team\n    key: abc\n", "keys:\n  - id: team\n    key: ***\n"],
  ["apiKey: >-\n  abc\n  def\nmode: keys", "apiKey: **\n  ***\n  ***\nmode: keys"],
  ["apiKey:\n  abc\nmode: keys", "apiKey:\n  ***\nmode: keys"],
  ["allowMissingKeys: true", "allowMissingKeys: true"],
  ['{ "apiKey": "abc", "apiKeys": ["a", "b"] }', '{ "apiKey": "***", "apiKeys": ["*", "*"] }'],
  ['"api_key": { "type": "string" }', '"api_key": { "type": "string" }'],
])("masked: %p", (written, shown) => {
  expect(maskSecrets(written)).toBe(shown);
  expect(shown).toHaveLength(written.length);
});
