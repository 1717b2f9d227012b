import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { type CompileOptions, type Understood, understand } from "../../compiler/compile.ts";
import { type Diagnostic, diagnostic, inOrder } from "../../compiler/diagnostics.ts";
import type { Findings } from "../../compiler/judge.ts";
import { readSource, reasons } from "../../compiler/load.ts";
import { nodeAt } from "../../compiler/node.ts";
import { type LoadedTests, loadTests } from "../../compiler/policy-tests/load-tests.ts";
import { type Source, type Sources, sourceFiles } from "../../compiler/span.ts";
import { parseTree } from "../../compiler/tree.ts";
import { configFiles } from "../config-files.ts";
import type { TestFile } from "./run-suite.ts";

/** Tests that can be run under the configuration they are about. */
export type Suite = Readonly<{ config: string; understood: Understood; files: readonly TestFile[] }>;

export type LoadedSuites = Readonly<{
  suites: readonly Suite[];
  /** Mistakes in configurations and in tests; those of one configuration together. */
  problems: readonly Findings[];
  /** Every file that was read, by its absolute path. */
  read: readonly string[];
}>;

type Default = Readonly<{ config: string; options: CompileOptions }>;

/** Reads test files and the configurations they are about. Throws `UnreadableTests` where a test file cannot be read. */
export async function loadSuites(paths: readonly string[], given: Default): Promise<LoadedSuites> {
  const files = await Promise.all(paths.map((path) => readTestFile(path, given.config)));
  const groups = [...Map.groupBy(files, ({ config }) => resolve(config)).values()];
  const loaded = await Promise.all(groups.map((group) => loadSuite(group, given)));
  return {
    suites: loaded.flatMap(({ suite }) => suite ?? []),
    problems: loaded.flatMap(({ problems }) => problems ?? []),
    read: [...files.map(({ path }) => resolve(path)), ...loaded.flatMap(({ read }) => read)],
  };
}

/** The message says which file cannot be read, and why. */
export class UnreadableTests extends Error {}

/** `named` is the configuration as the file names it, where it does. */
type Named = Readonly<{ path: string; source: Source; config: string; named: Diagnostic["span"] | undefined }>;

async function readTestFile(path: string, defaultConfig: string): Promise<Named> {
  const source = await readSource(dirname(resolve(path)), basename(path));
  if (typeof source === "string") throw new UnreadableTests(`${path} ${reasons[source]}.`);
  const config = nodeAt(parseTree(source).root, ["config"]);
  if (config?.kind !== "string" || config.value === "")
    return { path, source, config: defaultConfig, named: undefined };
  return {
    path,
    source,
    config: isAbsolute(config.value) ? config.value : join(dirname(path), config.value),
    named: config.span,
  };
}

type LoadedSuite = Readonly<{ suite?: Suite; problems?: Findings; read: readonly string[] }>;

async function loadSuite(group: readonly Named[], given: Default): Promise<LoadedSuite> {
  const config = group[0]?.config ?? given.config;
  const folder = dirname(resolve(config));
  const isDefault = resolve(config) === resolve(given.config);
  const understood = await understand(config, isDefault ? given.options : {});
  const read = configFiles(config, understood.sources);
  if (!understood.ok) {
    const isMissing = understood.sources === undefined && !isDefault;
    return { problems: isMissing ? missingConfig(group, understood.diagnostics) : understood, read };
  }
  const loaded = await Promise.all(
    group.map(({ path, source }) => loadTests(renamed(source, path, folder), folder, understood.ir)),
  );
  const tests = loaded.flatMap(({ sources }) => sources);
  const sources: Sources = { ...understood.sources, tests };
  const names = sourceFiles(sources).map(({ file }) => file);
  const diagnostics = inOrder(
    loaded.flatMap((one) => one.diagnostics),
    names,
  );
  const all = [...read, ...tests.map(({ file }) => resolve(folder, file))];
  if (diagnostics.length > 0) return { problems: { sources, diagnostics }, read: all };
  return { suite: { config, understood, files: loaded.flatMap(testFile) }, read: all };
}

function testFile({ sources: [source], tests }: LoadedTests): readonly TestFile[] {
  return source === undefined ? [] : [{ source, tests }];
}

/** Files are called what they are called from the folder of their configuration. */
function renamed({ text }: Source, path: string, folder: string): Source {
  return { file: relative(folder, resolve(path)).split(sep).join("/"), text };
}

function missingConfig(group: readonly Named[], [found]: readonly Diagnostic[]): Findings {
  const [first] = group;
  const diagnostics = group.flatMap(({ named }) =>
    named === undefined ? [] : [diagnostic("AR002", named, found?.message ?? "The configuration cannot be read.")],
  );
  const sources = first && {
    config: first.source,
    policies: undefined,
    schemas: [],
    unusable: [],
    tests: group.map(({ source }) => source),
  };
  return { sources, diagnostics };
}
