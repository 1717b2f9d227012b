import { ConfigSchema } from "../schemas/config.ts";
import { type ApiName, dialectNames } from "../schemas/dialect-names.ts";
import { PoliciesSchema } from "../schemas/policies.ts";
import { type Shape, shapeOf } from "../schemas/shape.ts";
import { allCodes, type Code, codes } from "./codes.ts";
import { dialectOf } from "./dialects.ts";

/** Markdown tables of every key of arouter.toml and of the policy file, from the schemas that check them. */
export function configReference(): string {
  const config = shapeOf(ConfigSchema);
  const rule = shapeOf(PoliciesSchema).properties?.["rules"]?.items;
  return [
    ...tablesOf(config).map(([head, shape]) => section(head, shape)),
    section("Policy file: an entry of `rules`", rule),
    section("`when`", rule?.properties?.["when"]),
    section("`then`", rule?.properties?.["then"]),
    section("`then.hedge`", rule?.properties?.["then"]?.properties?.["hedge"]),
  ].join("\n");
}

const apiTitles = {
  openai: "Chat Completions",
  "openai-responses": "Responses",
  anthropic: "Messages",
  gemini: "Gemini",
} as const satisfies Record<ApiName, string>;

/** A Markdown table of the upstreams that are known, from their files. */
export function dialectsReference(): string {
  const rows = dialectNames.map((name) => {
    const { label, base_url, surfaces, notes = "", checked, sources } = dialectOf(name);
    const apis = surfaces.map(({ api, path }) => `${apiTitles[api]}${path === undefined ? "" : ` at \`${path}\``}`);
    const links = sources.map((source, index) => `[${index + 1}](${source})`).join(" ");
    const address = base_url === undefined ? "your own" : `\`${base_url}\``;
    return [`\`${name}\``, label, address, apis.join("; "), notes, `${checked} ${links}`];
  });
  return table(["`type`", "Upstream", "Address", "APIs, the main one first", "Notes", "Checked"], rows);
}

/** A line that a code is found in, and the folder that has it. */
export type CodeExample = Readonly<{ line: string; folder: string }>;

/** A Markdown table of every diagnostic, with an example where there is one. */
export function diagnosticsReference(examples: ReadonlyMap<Code, CodeExample>): string {
  const rows = allCodes.map((code) => {
    const { name, severity, about } = codes[code];
    return [code, name, severity, about, exampleText(examples.get(code))];
  });
  return table(["Code", "Name", "Severity", "Meaning", "Example"], rows);
}

const maxExampleLength = 70;

function exampleText(example: CodeExample | undefined): string {
  if (example === undefined) return "";
  const { line, folder } = example;
  const shown = line.length > maxExampleLength ? `${line.slice(0, maxExampleLength)}…` : line;
  return `[${shown === "" ? "here" : `\`${shown.replaceAll("`", "'")}\``}](${folder})`;
}

/** A shape and the tables inside it, each with its heading; a table of free names is `<name>`, one of a list `[[name]]`. */
function tablesOf(shape: Shape, head = "`arouter.toml`", name = ""): readonly (readonly [string, Shape])[] {
  const inner = Object.entries(shape.properties ?? {}).flatMap(([key, child]) => {
    const path = name === "" ? key : `${name}.${key}`;
    const entry = Object.values(child.patternProperties ?? {})[0];
    if (entry !== undefined && !isTable(child)) return tablesOf(entry, `\`[${path}.<name>]\``, `${path}.<name>`);
    if (isTable(child.items)) return tablesOf(child.items, `\`[[${path}]]\``, path);
    return isTable(child) ? tablesOf(child, `\`[${path}]\``, path) : [];
  });
  return [[head, shape], ...inner];
}

function section(title: string, shape: Shape | undefined): string {
  const own = Object.entries(shape?.properties ?? {}).filter(([, child]) => !isTable(child));
  if (own.length === 0) return "";
  const free = Object.values(shape?.patternProperties ?? {}).map((child) => ["<name>", child] as const);
  const keys = [...own, ...free];
  const required = shape?.required ?? [];
  const rows = keys.map(([key, child]) => [
    `\`${key}\``,
    typeName(child),
    required.includes(key) ? "required" : defaultOf(child),
    child["x-env"] === undefined ? "" : `\`${child["x-env"]}\``,
    child.description ?? "",
  ]);
  const about = shape?.description === undefined ? "" : `${shape.description}\n\n`;
  return `### ${title}\n\n${about}${table(["Key", "Type", "Default", "Environment", "Meaning"], rows)}`;
}

/** Tables get a section of their own. */
function isTable(shape: Shape | undefined): shape is Shape {
  return shape?.properties !== undefined;
}

function typeName(shape: Shape): string {
  if (shape.anyOf !== undefined) return shape.anyOf.map(typeName).join(" or ");
  if (shape.enum !== undefined) return shape.enum.map((word) => `\`${word}\``).join(", ");
  if (isTable(shape.items)) return "list of tables";
  if (shape.type === "array") return `list: ${shape.items === undefined ? "anything" : typeName(shape.items)}`;
  const entry = Object.values(shape.patternProperties ?? {})[0];
  if (entry !== undefined) return isTable(entry) ? "tables" : `table of ${typeName(entry)}`;
  return (
    (shape.type === undefined ? "anything" : undefined) ??
    { integer: "whole number", number: "number", boolean: "true or false", string: "text" }[shape.type ?? ""] ??
    "table"
  );
}

function defaultOf(shape: Shape): string {
  return shape.default === undefined ? "" : `\`${JSON.stringify(shape.default)}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("");
}
