import { relative } from "node:path";
import { type Compiled, compile } from "../compiler/compile.ts";
import { printIR } from "../compiler/print-ir.ts";
import { write } from "../compiler/write.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  defaultConfig,
  defaultOutDir,
  exitCode,
  flagValue,
  formatFlag,
  type Io,
  outDirFlag,
} from "./command.ts";
import { counted, failureCode, isJson, report } from "./report.ts";

export const compileCommand: Command = {
  name: "compile",
  summary: "check the configuration and write the gateway as TypeScript",
  operands: [],
  flags: [
    configFlag,
    outDirFlag,
    formatFlag,
    { name: "print-ir", about: "print what the compiler understood, and write nothing" },
  ],
  examples: ["arouter compile", "arouter compile --config policies/arouter.toml --out dist/gateway"],
  exitCodes: commonExitCodes,
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const outDir = flagValue(args, "out") ?? defaultOutDir;
  const compiled = await compile(flagValue(args, "config") ?? defaultConfig, { outDir });
  const found = compiled.ok ? compiled.warnings : compiled.diagnostics;
  if (compiled.ok && args.flags.has("print-ir")) {
    report(found, compiled.sources, { ...args, flags: new Map() }, io);
    io.out(printIR(compiled.ir));
    return exitCode.ok;
  }
  report(found, compiled.sources, args, io);
  if (!compiled.ok) return failureCode(compiled.diagnostics);
  await write(outDir, compiled.files);
  if (!isJson(args)) io.out(`${summary(compiled, outDir)}\n`);
  return exitCode.ok;
}

/** One line: what was compiled, and where it went. */
export function summary(compiled: Compiled, outDir: string): string {
  const { ir, files } = compiled;
  const what = `${counted(ir.rules.length, "rule")} for ${counted(ir.providers.length, "provider")}`;
  return `Compiled ${what} into ${counted(files.length, "file")} in ${relative(".", outDir) || "."}`;
}
