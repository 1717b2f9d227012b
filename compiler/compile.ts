import { relative, resolve, sep } from "node:path";
import type { ProfileName } from "../schemas/profile-names.ts";
import { type Analysis, analyse } from "./analyse.ts";
import { check } from "./check.ts";
import { type Diagnostic, inOrder } from "./diagnostics.ts";
import { emit, type GeneratedFile } from "./emit.ts";
import type { RouterIR } from "./ir.ts";
import { load } from "./load.ts";
import { lower } from "./lower.ts";
import { parse } from "./parse.ts";
import { type Sources, sourceFiles } from "./span.ts";
import { typecheck } from "./typecheck.ts";
import { withProfile } from "./with-profile.ts";

/** A configuration that has no errors. */
export type Understood = Readonly<{
  ok: true;
  sources: Sources;
  ir: RouterIR;
  facts: Analysis;
  warnings: readonly Diagnostic[];
}>;

/** `sources` is undefined when the configuration itself cannot be read. */
export type Failed = Readonly<{ ok: false; sources: Sources | undefined; diagnostics: readonly Diagnostic[] }>;

/** A configuration whose generated code is ready to be written. */
export type Compiled = Understood & Readonly<{ files: readonly GeneratedFile[] }>;

export type CompileOptions = Readonly<{
  /** Whose defaults to fill in; instead of the `profile` that the file names. */
  profile?: ProfileName | undefined;
}>;

/** The first five phases: everything a user can get wrong. */
export async function understand(configPath: string, { profile }: CompileOptions = {}): Promise<Understood | Failed> {
  const loaded = await load(configPath);
  if (!loaded.ok) return { ...loaded, sources: undefined };
  const sources = loaded.value;
  const parsed = parse(sources);
  if (!parsed.ok) return { ...parsed, sources };
  const checked = check(withProfile(parsed.value, profile), sources);
  if (!checked.ok) return { ...checked, sources };
  const ir = lower(checked.value, sources);
  const { warnings, facts } = analyse(ir);
  const files = sourceFiles(sources).map(({ file }) => file);
  const all = [...loaded.warnings, ...parsed.warnings, ...checked.warnings, ...warnings];
  return { ok: true, sources, ir, facts, warnings: inOrder(all, files) };
}

/** All phases but the writing: text to type-checked files for the folder `outDir`. Touches nothing on disk. */
export async function compile(
  configPath: string,
  options: CompileOptions & Readonly<{ outDir: string }>,
): Promise<Compiled | Failed> {
  const understood = await understand(configPath, options);
  if (!understood.ok) return understood;
  const files = emit(understood.ir, understood.facts, relativePath(options.outDir, configPath));
  const typed = typecheck(files);
  if (!typed.ok) return { ...typed, sources: understood.sources };
  return { ...understood, files: typed.value };
}

function relativePath(folder: string, file: string): string {
  const path = relative(resolve(folder), resolve(file));
  return path.split(sep).join("/");
}
