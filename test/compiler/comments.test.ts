import { expect, test } from "bun:test";
import fc from "fast-check";
import { commentsOf } from "../../compiler/comments.ts";
import { ignoreComments } from "../../compiler/ignore-comments.ts";

const textsOf = (file: string, text: string) =>
  commentsOf({ file, text }).map(({ start, end }) => text.slice(start, end));

test.each([
  [
    "on lines and behind values",
    "# one\na: 1 # two\n  # three\nb: [2] # four",
    ["# one", "# two", "# three", "# four"],
  ],
  ["not in quotes", "a: '# no'\nb: \"# no\" # yes", ["# yes"]],
  ["not in block scalars, but behind their heads", "a: |  # yes\n  # no\n  text # no\nb: >\n  # no\n", ["# yes"]],
  ["not without a space before it", "a: b#no\nc: d #yes", ["#yes"]],
  ["in several flow lines", "a: [ # one\n  1, # two\n]\n", ["# one", "# two"]],
  ["behind characters of two units", "a: 😀 # 😀 yes", ["# 😀 yes"]],
  ["none where characters are that YAML does not allow", "a: \u0018 # no\n", []],
  ["with Windows line ends", "# one\r\na: 1 # two\r\n", ["# one", "# two"]],
])("comments of YAML: %s", (_, text, expected) => {
  expect(textsOf("policies.yaml", text)).toEqual(expected);
});

test.each([
  ["on lines and behind values", '# one\na = "# no" # two\n[t] # three\n', ["# one", "# two", "# three"]],
  ["not in long texts", "a = \"\"\"\n# no\n\"\"\"\nb = '''\n# no\n'''\n", []],
  ["none where the text is not valid", "# one\na = = 1", []],
])("comments of TOML: %s", (_, text, expected) => {
  expect(textsOf("arouter.toml", text)).toEqual(expected);
});

test("JSON has no comments", () => {
  expect(commentsOf({ file: "config.json", text: '{ "a": "# arouter-ignore AR301: no" }' })).toEqual([]);
});

/** What each comment says and covers. */
const ignoresOf = (file: string, text: string) =>
  ignoreComments({ file, text }).map(({ codes, reason, covers }) => ({
    codes: codes.map(({ written }) => written),
    reason,
    covers: text.slice(covers.start, covers.end),
  }));

const rules = `rules:
  # arouter-ignore AR301, unreachable-rule: two: words
  # said about it
  - name: a
    then:
      model: b # arouter-ignore AR303: this line
      # arouter-ignore AR302 : the list
      fallback_chain:
        - c
  - name: d
    then: # arouter-ignore AR304: all of it
      model: e
`;

test("a comment is about what begins on its own line, or else on the next that is none", () => {
  expect(ignoresOf("policies.yaml", rules)).toEqual([
    {
      codes: ["AR301", "unreachable-rule"],
      reason: "two: words",
      covers:
        "  - name: a\n    then:\n      model: b # arouter-ignore AR303: this line\n      # arouter-ignore AR302 : the list\n      fallback_chain:\n        - c",
    },
    { codes: ["AR303"], reason: "this line", covers: "      model: b # arouter-ignore AR303: this line\n" },
    { codes: ["AR302"], reason: "the list", covers: "      fallback_chain:\n        - c" },
    { codes: ["AR304"], reason: "all of it", covers: "    then: # arouter-ignore AR304: all of it\n      model: e" },
  ]);
});

test("in TOML it is about a table, an entry or a line", () => {
  const text = `# arouter-ignore AR306: inside the cluster
listen_addr = "0.0.0.0:80"
# arouter-ignore AR304: waiting for it
[providers.openai.connection]
max_idle_per_host = 4

[[models]] # arouter-ignore AR309: both
name = "a"
alias = [
  "b", # arouter-ignore AR308: only b
  "c",
]
`;
  expect(ignoresOf("arouter.toml", text).map(({ covers }) => covers.trimEnd())).toEqual([
    'listen_addr = "0.0.0.0:80"',
    "[providers.openai.connection]\nmax_idle_per_host = 4",
    text.slice(text.indexOf("[[models]]")).trimEnd(),
    '  "b", # arouter-ignore AR308: only b',
  ]);
});

test.each([
  ["# arouter-ignore", [], ""],
  ["#arouter-ignore: why", [], "why"],
  ["# arouter-ignore AR301", ["AR301"], ""],
  ["# arouter-ignore AR301:  ", ["AR301"], ""],
  ["# arouter-ignore AR301,AR302 AR303: why", ["AR301", "AR302", "AR303"], "why"],
])("what %p says", (comment, codes, reason) => {
  expect(ignoresOf("policies.yaml", `${comment}\na: 1\n`)).toEqual([{ codes, reason, covers: "a: 1\n" }]);
});

test.each(["# arouter-ignored AR301: no", "# see arouter-ignore AR301: no", "a: '# arouter-ignore AR301: no'"])(
  "%p is an ordinary text",
  (text) => {
    expect(ignoresOf("policies.yaml", `${text}\nb: 1\n`)).toEqual([]);
  },
);

test("a comment behind everything is about nothing", () => {
  expect(ignoresOf("policies.yaml", "a: 1\n# arouter-ignore AR301: late\n")[0]?.covers).toBe("");
});

const piece = fc.oneof(
  fc.constantFrom(
    "# arouter-ignore AR301: why",
    "#",
    "a: ",
    "- ",
    "|\n",
    ">-\n",
    "\n",
    "\r\n",
    "  ",
    "\t",
    "'",
    '"',
    '"""',
    "[",
    "]",
  ),
  fc.constantFrom(
    "{",
    "}",
    "[a]\n",
    "a = 1",
    "---\n",
    "...\n",
    "&a ",
    "*a",
    "!t ",
    "%YAML 1.2\n",
    "\ufeff",
    "\u0002",
    "\u001f",
    "\u0018",
  ),
  fc.string({ unit: "grapheme", maxLength: 5 }),
);

test.each(["policies.yaml", "arouter.toml", "config.json"])(
  "whatever stands in %s, comments are within it and begin with #",
  (file) => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join("");
        for (const { start, end } of commentsOf({ file, text })) {
          expect(text.slice(start, end)).toMatch(/^#[^\n]*$/);
        }
        for (const { covers, codes } of ignoreComments({ file, text })) {
          for (const span of [covers, ...codes.map((code) => code.span)]) {
            expect(0 <= span.start && span.start <= span.end && span.end <= text.length).toBe(true);
          }
          for (const { written, span } of codes) expect(text.slice(span.start, span.end)).toBe(written);
        }
      }),
      { numRuns: 1000 },
    );
  },
);
