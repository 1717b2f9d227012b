import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Analysis } from "../../compiler/analyse.ts";
import {
  type CompileOptions,
  type Failed,
  type Understood,
  understand,
  understandSources,
} from "../../compiler/compile.ts";
import type { RouterIR } from "../../compiler/ir.ts";
import type { Findings } from "../../compiler/judge.ts";
import { loadTests } from "../../compiler/policy-tests/load-tests.ts";
import type { Sources } from "../../compiler/span.ts";
import type { ProfileName } from "../../schemas/profile-names.ts";

/** What the front half of the compiler makes of a configuration; no `ir` when there are errors. */
export type Front = Findings & Readonly<{ ir?: RouterIR; facts?: Analysis }>;

/** The same as `arouter check`, or `arouter test` where policy tests stand beside the configuration. */
export async function compileCase(configPath: string, options: CompileOptions = {}): Promise<Front> {
  const understood = await understand(configPath, options);
  const folder = dirname(configPath);
  const [file] = readdirSync(folder).filter((name) => name.endsWith(".test.yaml"));
  if (!understood.ok || file === undefined) return frontOf(understood);
  const source = { file, text: readFileSync(join(folder, file), "utf8") };
  const { sources, diagnostics } = await loadTests(source, folder, understood.ir);
  const found = [...understood.diagnostics, ...diagnostics];
  const { ir: _, ...findings } = { ...frontOf(understood), diagnostics: found };
  return diagnostics.length === 0
    ? frontOf(understood)
    : { ...findings, sources: { ...understood.sources, tests: sources } };
}

export function compileSources(sources: Sources, profile?: ProfileName): Front {
  return frontOf(understandSources(sources, { profile }));
}

function frontOf({ ok: _, ...front }: Understood | Failed): Front {
  return front;
}
