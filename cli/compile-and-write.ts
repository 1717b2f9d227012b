import { relative } from "node:path";
import { type Compiled, compile } from "../compiler/compile.ts";
import { write } from "../compiler/write.ts";
import type { Arguments, Io } from "./command.ts";
import { compileOptions, findConfig } from "./find-config.ts";
import { counted, failureCode, isJson, report } from "./report.ts";

/** Compiles the configuration that the command line is about, prints what was found, and writes `outDir`; an exit code when there were errors. */
export async function compileAndWrite(outDir: string, args: Arguments, io: Io): Promise<Compiled | number> {
  const compiled = await compile(findConfig(args, io), { outDir, ...compileOptions(args) });
  report(compiled.ok ? compiled.warnings : compiled.diagnostics, compiled.sources, args, io);
  if (!compiled.ok) return failureCode(compiled.diagnostics);
  await write(outDir, compiled.files);
  if (!isJson(args)) io.out(`${summary(compiled, outDir)}\n`);
  return compiled;
}

/** One line: what was compiled, and where it went. */
function summary(compiled: Compiled, outDir: string): string {
  const { ir, files } = compiled;
  const what = `${counted(ir.rules.length, "rule")} for ${counted(ir.providers.length, "provider")}`;
  return `Compiled ${what} into ${counted(files.length, "file")} in ${relative(".", outDir) || "."}`;
}
