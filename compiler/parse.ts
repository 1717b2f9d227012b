import { type Config, ConfigSchema } from "../schemas/config.ts";
import { type Policies, PoliciesSchema } from "../schemas/policies.ts";
import { type Shape, shapeOf } from "../schemas/shape.ts";
import type { Ast, Document } from "./ast.ts";
import { type Checked, checked, type Diagnostic, diagnostic } from "./diagnostics.ts";
import { type Node, toValue } from "./node.ts";
import { checkShape } from "./shape.ts";
import { type Source, type Sources, sourceFiles } from "./span.ts";
import { parseConfig } from "./spelling.ts";
import { type Parsed, parseTree } from "./tree.ts";

/** Text to data of the right shape, with the place of everything. Reports every file's problems at once. */
export function parse(sources: Sources): Checked<Ast> {
  const config = parseDocument<Config>(shapeOf(ConfigSchema), parseConfig(sources.config));
  const policies = sources.policies && parsePolicies(sources.policies);
  const schemas = sources.schemas.map(({ name, source }) => ({ name, source, parsed: parseTree(source) }));

  const ast: Ast = {
    config: config.document ?? emptyConfig(sources.config),
    policies: policies?.document,
    schemas: schemas.flatMap(({ name, source, parsed: { root } }) =>
      root === undefined ? [] : [{ name, file: source.file, root }],
    ),
  };
  const found = [config, policies, ...schemas.map((schema) => schema.parsed)].flatMap((one) => one?.diagnostics ?? []);
  return checked(
    ast,
    found,
    sourceFiles(sources).map((source) => source.file),
  );
}

type Outcome<T> = Readonly<{ document: Document<T> | undefined; diagnostics: readonly Diagnostic[] }>;

/** The smallest policy file that does something. */
const minimalPolicies = `A minimal policy file is:
rules:
  - name: small-prompts
    when:
      tokens_input_lt: 250
    then:
      model: gpt-4o-mini`;

function parsePolicies(source: Source): Outcome<Policies> {
  const parsed = parseTree(source);
  if (parsed.root !== undefined && isEmpty(parsed.root)) {
    const place = { file: source.file, start: 0, end: 0 };
    const found = diagnostic("AR109", place, "The policy file is empty.", { hint: minimalPolicies });
    return { document: undefined, diagnostics: [found] };
  }
  return parseDocument<Policies>(shapeOf(PoliciesSchema), parsed);
}

/** The one place where checked data gets its static type: `T` is the static type of `shape`. */
export function parseDocument<T>(shape: Shape, { root, diagnostics }: Parsed): Outcome<T> {
  if (root === undefined) return { document: undefined, diagnostics };
  const found = [...diagnostics, ...checkShape(shape, root)];
  const isWrong = found.some(({ severity }) => severity === "error");
  if (isWrong || root.kind !== "map") return { document: undefined, diagnostics: found };
  return { document: { value: toValue(root) as T, root }, diagnostics: found };
}

function isEmpty(root: Node): boolean {
  return root.kind === "null" || (root.kind === "map" && root.entries.length === 0);
}

/** Stands in while the real one is being reported. */
function emptyConfig(source: Source): Document<Config> {
  return { value: {}, root: { kind: "map", span: { file: source.file, start: 0, end: 0 }, entries: [] } };
}
