import { expect, test } from "bun:test";
import { codes } from "../../compiler/codes.ts";
import { configReference, diagnosticsReference } from "../../compiler/reference.ts";
import { ConfigSchema } from "../../schemas/config.ts";
import { PoliciesSchema } from "../../schemas/policies.ts";
import { type Shape, shapeOf } from "../../schemas/shape.ts";

/** Every key that holds a value, not a table of further keys. */
function leaves(shape: Shape | undefined): readonly (readonly [string, Shape])[] {
  const entries = Object.entries(shape?.properties ?? {});
  const free = Object.values(shape?.patternProperties ?? {});
  return [
    ...entries.filter(([, child]) => child.properties === undefined && child.patternProperties === undefined),
    ...[...entries.map(([, child]) => child), ...free, ...(shape?.items === undefined ? [] : [shape.items])].flatMap(
      leaves,
    ),
  ];
}

test.each([...leaves(shapeOf(ConfigSchema)), ...leaves(shapeOf(PoliciesSchema))])(
  "R266 the reference has a row for %s",
  (key, shape) => {
    const rows = configReference()
      .split("\n")
      .filter((line) => line.startsWith(`| \`${key}\` |`));
    if (key === "rules") return;
    expect(shape.description ?? "").not.toBe("");
    expect(rows.some((row) => row.includes(String(shape.description)))).toBe(true);
    if (shape.default !== undefined) expect(rows.join("\n")).toContain(`\`${JSON.stringify(shape.default)}\``);
  },
);

test("the diagnostics table has one row per code, with the line of an example", () => {
  const example = { line: "- name: a|b `c`", folder: "cases/late" };
  const rows = diagnosticsReference(new Map([["AR301", example]]))
    .trimEnd()
    .split("\n")
    .slice(2);
  expect<string[]>(rows.map((row) => row.slice(2, 7))).toEqual(Object.keys(codes));
  const row = rows.find((one) => one.includes("AR301"));
  expect(row).toStartWith("| AR301 | unreachable-rule | warning | ");
  expect(row).toEndWith("| [`- name: a\\|b 'c'`](cases/late) |");
});

test("tables are well-formed Markdown: as many cells in every row as in its head", () => {
  for (const table of `${configReference()}\n${diagnosticsReference(new Map())}`.split(/\n\n/)) {
    const rows = table.split("\n").filter((line) => line.startsWith("|"));
    const widths = new Set(rows.map((row) => row.replaceAll("\\|", "").split("|").length));
    expect(widths.size).toBeLessThanOrEqual(1);
  }
});
