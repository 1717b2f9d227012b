import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import { flowPicture } from "../../compiler/document/flow-picture.ts";
import { markdownCode, markdownText } from "../../compiler/document/markdown.ts";
import { policyMarkdown } from "../../compiler/document/policy-markdown.ts";
import { wrapText } from "../../compiler/document/wrap-text.ts";
import type { PlanIR, RuleIR } from "../../compiler/ir.ts";
import { policy } from "../support/arbitrary-policy.ts";
import { expectGolden } from "../support/golden.ts";
import { routerIR, routeTo, ruleIR } from "../support/router-ir.ts";

const golden = (name: string) => join(import.meta.dir, "golden-documents", name);

const plan = (model: string, more: Partial<PlanIR> = {}): PlanIR => ({
  routes: [routeTo("openai", model)],
  validate: [],
  hedge: undefined,
  ...more,
});

const rules: readonly RuleIR[] = [
  ruleIR(
    2,
    [
      { kind: "response-format", is: "json_schema" },
      { kind: "model-glob", globs: ["gpt-*", "*|`*"] },
    ],
    {
      name: "extract",
      plan: plan("gpt-4o-mini", {
        routes: [
          routeTo("openai", "gpt-4o-mini"),
          routeTo("openai", "gpt-4.1"),
          routeTo("anthropic", "claude-opus-4-5"),
        ],
        validate: ["json_schema", "invoice.json"],
        fallbackOn: ["validation", "error"],
        hedge: { afterMs: 1500, route: routeTo("anthropic", "claude-haiku-4-5") },
      }),
    },
  ),
  ruleIR(
    9,
    [
      { kind: "input-tokens", op: "<", value: 250_000 },
      { kind: "max-tokens", op: ">=", value: 4096 },
      { kind: "flag", fact: "hasTools", is: false },
      { kind: "flag", fact: "hasImage", is: true },
      { kind: "flag", fact: "stream", is: true },
      { kind: "endpoint", in: ["messages", "embeddings"] },
      { kind: "header", name: "x-team", is: "</text><script>" },
      { kind: "header", name: "x-tier", is: false },
    ],
    {
      name: "<b>\"&'",
      plan: plan("two", {
        routes: [
          {
            model: "two",
            offers: [
              { provider: "openai", model: "a" },
              { provider: "google", model: "b" },
            ],
          },
          routeTo("openai", "x"),
        ],
        fallbackOn: ["error"],
      }),
    },
  ),
  ruleIR(20, [{ kind: "model-in", models: "abcdefghijkl".split("") }], { name: "everything_else" }),
];

describe("what every part of a rule is in words", () => {
  test("as a table", () => expectGolden(golden("policy.md"), policyMarkdown(routerIR(rules), "policy.svg")));
  test("as a picture", () => expectGolden(golden("policy.svg"), flowPicture(rules)));
  test("without rules", () => {
    expect(policyMarkdown(routerIR([]))).toContain("0 rules, from `policies.yaml`.");
    expect(policyMarkdown(routerIR([]))).not.toContain("## Models");
    expect(flowPicture([])).toContain("no rule matches");
  });
});

/** As GitHub would show it, but for what it wraps text in. */
function shown(markdown: string): string {
  const html = Bun.markdown.html(markdown, { autolinks: true });
  const text = html.replace(/<\/?(p|code|table|thead|tbody|tr|td|th)>\n?/g, "");
  return text.replace(
    /&(lt|gt|amp|quot);/g,
    (_, name: string) => ({ lt: "<", gt: ">", amp: "&", quot: '"' })[name] ?? "",
  );
}

const markup = fc.string({
  unit: fc.constantFrom(..."ab 1.:/@#&;<>|\\`*_{}[]()+-!~$=\"'", "www.", "https://", "&lt;", "\u202e", "\n"),
  minLength: 1,
  maxLength: 20,
});

test("no text becomes markup, alone or in a table", () => {
  const plain = (text: string) => text.replace(/[\n\u202e]+/g, " ").replace(/ +/g, " ");
  fc.assert(
    fc.property(markup, (text) => {
      for (const write of [markdownText, markdownCode]) {
        expect(plain(shown(`| t |\n| --- |\n| x${write(text)}x |\n`))).toBe(`tx${plain(text)}x`);
      }
    }),
    { numRuns: 2000 },
  );
});

type Rectangle = Readonly<{ x: number; y: number; width: number; height: number }>;

/** All boxes of a picture, and the place and width of each text in a font whose characters are 0.602 of its 12 pixels. */
function geometry(
  svg: string,
): Readonly<{ boxes: readonly Rectangle[]; texts: readonly Rectangle[]; page: Rectangle }> {
  const number = (attributes: string, name: string) =>
    Number(new RegExp(` ${name}="([-\\d.]+)"`).exec(attributes)?.[1] ?? 0);
  const rectangles = [...svg.matchAll(/<rect ([^>]*)\/>/g)].map(([, found = ""]) => ({
    x: number(` ${found}`, "x"),
    y: number(` ${found}`, "y"),
    width: number(` ${found}`, "width"),
    height: number(` ${found}`, "height"),
  }));
  const texts = [...svg.matchAll(/<text( [^>]*)>([^<]*)<\/text>/g)].map(([, attributes = "", text = ""]) => {
    const width =
      Bun.stringWidth(text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))) * 12 * 0.602;
    const x = number(attributes, "x") - (attributes.includes("middle") ? width / 2 : 0);
    return { x, y: number(attributes, "y") - 9, width, height: 12 };
  });
  const [page, ...boxes] = rectangles;
  if (page === undefined) throw new Error("no page");
  return { boxes, texts, page };
}

const overlap = (a: Rectangle, b: Rectangle) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const inside = (a: Rectangle, b: Rectangle) =>
  a.x >= b.x && a.x + a.width <= b.x + b.width && a.y >= b.y && a.y + a.height <= b.y + b.height;

function expectReadable(svg: string): void {
  const { boxes, texts, page } = geometry(svg);
  for (const [index, box] of boxes.entries()) {
    expect(inside(box, page)).toBe(true);
    for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false);
  }
  for (const [index, text] of texts.entries()) {
    expect(inside(text, page)).toBe(true);
    for (const box of boxes.filter((one) => overlap(one, text))) expect(inside(text, box)).toBe(true);
    for (const other of texts.slice(index + 1)) expect(overlap(text, other)).toBe(false);
  }
}

/** Tags are closed in their order, and nothing else is markup. */
function expectWellFormed(svg: string): void {
  const open: string[] = [];
  const text = svg
    .replace(/^<!--[^>]*-->/, "")
    .replace(/<(\/?)([a-z]+)((?: [a-zA-Z-]+="[^"<&]*")*)(\/?)>/g, (_, end, name, __, alone) => {
      if (end === "/") expect(open.pop()).toBe(name);
      else if (alone !== "/") open.push(name);
      return "";
    });
  expect(open).toEqual([]);
  expect(text).not.toMatch(/[<]|&(?!#\d+;)/);
}

const anyName = fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 });
const anyRoute = anyName.map((model) => routeTo("openai", model));
const anyPlan: fc.Arbitrary<PlanIR> = fc.record({
  routes: fc.tuple(anyRoute, fc.array(anyRoute, { maxLength: 3 })).map(([first, rest]) => [first, ...rest] as const),
  validate: fc.array(anyName, { maxLength: 3 }),
  fallbackOn: fc.constantFrom(undefined, ["error"] as const, ["validation", "error"] as const),
  hedge: fc.option(fc.record({ afterMs: fc.integer({ min: 0, max: 2_147_483_647 }), route: anyRoute }), {
    nil: undefined,
  }),
});

test("whatever rules and models are called, no text leaves its box and nothing overlaps", () => {
  fc.assert(
    fc.property(
      policy(0, 12),
      fc.array(fc.tuple(anyName, anyPlan), { minLength: 12, maxLength: 12 }),
      (plain, said) => {
        const named = plain.map((rule, index) => ({
          ...rule,
          name: said[index]?.[0] ?? "",
          plan: said[index]?.[1] ?? rule.plan,
        }));
        const svg = flowPicture(named);
        expectWellFormed(svg);
        expectReadable(svg);
      },
    ),
    { numRuns: 60 },
  );
}, 180_000);

describe("many rules", () => {
  const many = (count: number, models: number) =>
    Array.from({ length: count }, (_, n) => ruleIR(n + 1, [], { plan: plan(`model-${n % models}`) }));
  const rowsOf = (svg: string) => svg.split('class="rule"').length - 1;

  test("40 have a row each, neighbours with one plan share one", () => {
    expect(rowsOf(flowPicture(many(40, 1)))).toBe(41);
    const one = flowPicture(many(41, 1));
    expect(rowsOf(one)).toBe(2);
    expect(one).toContain(">1 to 41: 41 rules</text>");
  });

  test("500 are blocks that tell how many rules lead where", () => {
    const svg = flowPicture(many(500, 9));
    expect(rowsOf(svg)).toBe(25);
    expect(svg).toContain(">1 to 21: 21 rules</text>");
    expect(svg).toContain(">model-0 (3)</text>");
    expect(svg).toContain(">and 3 more models</text>");
    expectWellFormed(svg);
    expectReadable(svg);
    expect(
      policyMarkdown(routerIR(many(500, 9)))
        .split("\n")
        .filter((line) => line.startsWith("| ")),
    ).toHaveLength(502 + 1 + 11);
  });

  test("the same rules give the same text", () => {
    expect(flowPicture(many(100, 7))).toBe(flowPicture(many(100, 7)));
  });
});

test.each([
  ["one two three", 7, 3, ["one two", "three"]],
  ["one two three", 7, 1, ["one tw…"]],
  ["abcdefghij k", 4, 9, ["abcd", "efgh", "ij k"]],
  ["日本語日本語", 4, 9, ["日本", "語日", "本語"]],
  ["日本語", 5, 1, ["日本…"]],
  ["  a\n\u202eb  ", 9, 1, ["a b"]],
  ["", 9, 1, [""]],
] as const)("%j in lines of %d columns, at most %d", (text, columns, lines, expected) => {
  expect(wrapText(text, columns, lines)).toEqual([...expected]);
});
