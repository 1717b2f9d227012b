import { relative } from "node:path";
import { type Compiled, compile, type Failed } from "../compiler/compile.ts";
import { write } from "../compiler/write.ts";
import type { Arguments, Io } from "./command.ts";
import { compileOptions, findConfig } from "./find-config.ts";
import { counted, report } from "./report.ts";

/** Compiles the configuration that the command line is about, prints what was found, and writes `outDir`. */
export async function compileAndWrite(outDir: string, args: Arguments, io: Io): Promise<Compiled | Failed> {
  const compiled = await compile(findConfig(args, io), { outDir, ...compileOptions(args) });
  report(compiled, args, io);
  if (compiled.ok) await write(outDir, compiled.files);
  return compiled;
}

/** One line: what was compiled, and where it went. */
export function compileSummary(compiled: Compiled, outDir: string): string {
  const { ir, files } = compiled;
  const what = `${counted(ir.rules.length, "rule")} for ${counted(ir.providers.length, "provider")}`;
  return `Compiled ${what} into ${counted(files.length, "file")} in ${relative(".", outDir) || "."}`;
}
