import type { Diagnostic } from "./diagnostics.ts";
import type { Node } from "./node.ts";
import { parseJson } from "./parse-json.ts";
import { parseToml } from "./parse-toml.ts";
import { parseYaml } from "./parse-yaml.ts";
import type { Source } from "./span.ts";

/** What a text parser returns: no root means at least one error. */
export type Parsed<Root extends Node = Node> = Readonly<{ root: Root | undefined; diagnostics: readonly Diagnostic[] }>;

/** Several phases look into one file, and large ones take a while. */
const known = new WeakMap<Source, Parsed>();

/** Text to tree by file extension; every format ends in the same kind of tree. A source is parsed once. */
export function parseTree(source: Source): Parsed {
  const parse = Object.entries(parsers).find(([extension]) => source.file.endsWith(extension))?.[1] ?? parseYaml;
  const parsed = known.get(source) ?? parse(source);
  known.set(source, parsed);
  return parsed;
}

const parsers = {
  ".toml": parseToml,
  ".yaml": parseYaml,
  ".yml": parseYaml,
  ".json": parseJson,
} as const satisfies Record<string, (source: Source) => Parsed>;
