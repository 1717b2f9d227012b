import { readFileSync } from "node:fs";
import { type DialectFile, DialectSchema } from "../schemas/dialect.ts";
import { type DialectName, dialectNames } from "../schemas/dialect-names.ts";
import { shapeOf } from "../schemas/shape.ts";
import { toValue } from "./node.ts";
import { parseToml } from "./parse-toml.ts";
import { checkShape } from "./shape.ts";

const shape = shapeOf(DialectSchema);
const read = new Map<DialectName, DialectFile>();

/** What `schemas/dialects/<name>.toml` says of an upstream. Throws when the file is wrong, which is our mistake. */
export function dialectOf(name: DialectName): DialectFile {
  const known = read.get(name) ?? readDialect(name);
  read.set(name, known);
  return known;
}

function readDialect(name: DialectName): DialectFile {
  const file = `${name}.toml`;
  const text = readFileSync(new URL(`../schemas/dialects/${file}`, import.meta.url), "utf8");
  const { root, diagnostics } = parseToml({ file, text });
  const [problem] = [...diagnostics, ...(root === undefined ? [] : checkShape(shape, root))];
  if (root === undefined || problem !== undefined) throw new Error(`${file}: ${problem?.message}`);
  // Its shape has just been checked.
  return toValue(root) as DialectFile;
}

export function isDialectName(name: string | undefined): name is DialectName {
  return dialectNames.some((one) => one === name);
}
