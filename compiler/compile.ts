import { relative, resolve, sep } from "node:path";
import type { ProfileName } from "../schemas/profile-names.ts";
import { type Analysis, analyse } from "./analyse.ts";
import { lockFindings } from "./catalogue/lock-findings.ts";
import { withLock } from "./catalogue/with-lock.ts";
import { check } from "./check.ts";
import type { Code } from "./codes.ts";
import { emit, type GeneratedFile } from "./emit.ts";
import type { RouterIR } from "./ir.ts";
import { type Findings, judge } from "./judge.ts";
import { defaultLint, lintSettings } from "./lint-settings.ts";
import { load } from "./load.ts";
import { lower } from "./lower.ts";
import { parse } from "./parse.ts";
import type { Sources } from "./span.ts";
import { typecheck } from "./typecheck.ts";
import { withProfile } from "./with-profile.ts";

/** A configuration that has no errors. */
export type Understood = Findings & Readonly<{ ok: true; sources: Sources; ir: RouterIR; facts: Analysis }>;

/** One that has. */
export type Failed = Findings & Readonly<{ ok: false }>;

/** A configuration whose generated code is ready to be written. */
export type Compiled = Understood & Readonly<{ files: readonly GeneratedFile[] }>;

export type CompileOptions = Readonly<{
  /** Whose defaults to fill in; instead of the `profile` that the file names. */
  profile?: ProfileName | undefined;
  /** Whether warnings are errors, whatever the file says. */
  strict?: boolean | undefined;
  /** Whether rules that overlap are told, too (AR311). */
  explainOverlaps?: boolean | undefined;
  /** Since 1970: for the age of the lock, which is asked where the file sets a limit; without it nothing is too old. */
  nowMs?: number | undefined;
}>;

/** What is looked for only where it is asked for. */
const onRequest: readonly Code[] = ["AR311"];

/** The first five phases: everything a user can get wrong. */
export async function understand(configPath: string, options: CompileOptions = {}): Promise<Understood | Failed> {
  const loaded = await load(configPath);
  return loaded.ok ? understandSources(loaded.value, options) : { ...loaded, sources: undefined };
}

/** The same for files that have been read. */
export function understandSources(sources: Sources, options: CompileOptions = {}): Understood | Failed {
  const { profile, strict, explainOverlaps, nowMs } = options;
  const unfinished = { sources, strict, wasSought: () => false };
  const parsed = parse(sources);
  if (!parsed.ok) return { ok: false, ...judge(parsed.diagnostics, { ...unfinished, lint: defaultLint }) };
  const lint = lintSettings(parsed.value.config.root);
  const checked = check(withProfile(parsed.value, profile), sources);
  if (!checked.ok)
    return { ok: false, ...judge([...parsed.warnings, ...checked.diagnostics], { ...unfinished, lint }) };
  const unlocked = lower(checked.value, sources);
  const { ir, diagnostics: ofLock } = withLock(unlocked, sources.lock);
  const { warnings, facts } = analyse(ir, { overlaps: explainOverlaps });
  const wasSought = (code: Code) => explainOverlaps === true || !onRequest.includes(code);
  const maxAgeDays = checked.value.config.value.lint?.lock_max_age_days;
  const stale = lockFindings(unlocked, facts, sources.lock, { maxAgeDays, nowMs });
  const all = [...parsed.warnings, ...checked.warnings, ...warnings, ...ofLock, ...stale];
  const findings = judge(all, { sources, strict, lint, wasSought });
  const isWrong = findings.diagnostics.some(({ severity }) => severity === "error");
  return isWrong ? { ok: false, ...findings } : { ok: true, ...findings, sources, ir, facts };
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
