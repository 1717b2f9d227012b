import { type Analysis, analyse } from "../../compiler/analyse.ts";
import { check } from "../../compiler/check.ts";
import { type Diagnostic, inOrder } from "../../compiler/diagnostics.ts";
import type { RouterIR } from "../../compiler/ir.ts";
import { load } from "../../compiler/load.ts";
import { lower } from "../../compiler/lower.ts";
import { parse } from "../../compiler/parse.ts";
import { type Sources, sourceFiles } from "../../compiler/span.ts";
import { withProfile } from "../../compiler/with-profile.ts";
import type { ProfileName } from "../../schemas/profile-names.ts";

/** What the front half of the compiler makes of a configuration; no `ir` when there are errors. */
export type Front = Readonly<{
  sources: Sources | undefined;
  diagnostics: readonly Diagnostic[];
  ir?: RouterIR;
  facts?: Analysis;
}>;

export async function compileCase(configPath: string): Promise<Front> {
  const loaded = await load(configPath);
  return loaded.ok ? compileSources(loaded.value) : { sources: undefined, diagnostics: loaded.diagnostics };
}

export function compileSources(sources: Sources, profile?: ProfileName): Front {
  const parsed = parse(sources);
  if (!parsed.ok) return { sources, diagnostics: parsed.diagnostics };
  const checked = check(withProfile(parsed.value, profile), sources);
  if (!checked.ok) return { sources, diagnostics: checked.diagnostics };
  const ir = lower(checked.value, sources);
  const { warnings, facts } = analyse(ir);
  const files = sourceFiles(sources).map((source) => source.file);
  return { sources, diagnostics: inOrder([...parsed.warnings, ...checked.warnings, ...warnings], files), ir, facts };
}
