import { stringify } from "yaml";
import { type Node, nodeAt, type Path, writtenPath } from "../../compiler/node.ts";
import type { Source } from "../../compiler/span.ts";
import { parseConfig as parseTree } from "../../compiler/spelling.ts";
import { parseConfig } from "../../runtime/server/parse-config.ts";
import type { ContextRow } from "./compare-contexts.ts";
import { type NotTomlError, tomlText } from "./toml-text.ts";

/** What a configuration can be written as, by the end of its file's name. */
const writers: Readonly<Record<string, Writer>> = {
  ".toml": tomlText,
  // Its anchors are resolved by now, and so are not written either.
  ".yaml": (value) => stringify(value, { aliasDuplicateObjects: false }),
  ".yml": (value) => stringify(value, { aliasDuplicateObjects: false }),
  ".json": (value) => `${JSON.stringify(value, null, 2)}\n`,
};

type Table = Readonly<Record<string, unknown>>;
type Writer = (value: Table) => string | NotTomlError;

export const writableExtensions = Object.keys(writers);

export function writerOf(path: string): Writer | undefined {
  return Object.entries(writers).find(([extension]) => path.endsWith(extension))?.[1];
}

/**
 * The configuration as plain data with the contexts that have changed; all else as it was written, `env.` references and
 * the user's own spelling of keys included.
 */
export async function refreshedConfig(source: Source, rows: readonly ContextRow[]): Promise<Table> {
  const { root } = parseTree(source);
  const parsed = await parseConfig(source.file, source.text);
  // It has been compiled by now.
  if (root === undefined || parsed.kind === "invalid" || !isTable(parsed.value)) return {};
  const models = nodeAt(root, ["models"]);
  const items = models?.kind === "list" ? models.items : [];
  return items.reduce<Table>((config, item, index) => {
    const changed = rows.find((row) => row.status === "changed" && isOf(row, item));
    if (changed === undefined) return config;
    return withValue(config, writtenPath(root, ["models", index, "context"]), changed.new);
  }, parsed.value);
}

function isOf({ provider, model, old }: ContextRow, item: Node): boolean {
  const textAt = (key: string) => {
    const node = nodeAt(item, [key]);
    return node?.kind === "string" ? node.value : undefined;
  };
  const context = nodeAt(item, ["context"]);
  return (
    textAt("provider") === provider &&
    (textAt("upstream_model") ?? textAt("name")) === model &&
    (context?.kind === "number" ? context.value : undefined) === old
  );
}

function withValue(table: Table, path: Path, value: unknown): Table {
  const [step, ...rest] = path;
  return { ...table, [String(step)]: withItem(table[String(step)], rest, value) };
}

function withItem(under: unknown, path: Path, value: unknown): unknown {
  if (path.length === 0) return value;
  if (!Array.isArray(under)) return withValue(isTable(under) ? under : {}, path, value);
  const [index, ...rest] = path;
  return under.map((item, at) => (at === index ? withItem(item, rest, value) : item));
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
