import { checkCommand } from "./check.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  defaultOutDir,
  exitCode,
  flagValue,
  type Io,
  outDirFlag,
  profileFlag,
  reportFlags,
  watchFlag,
} from "./command.ts";
import { compileAndWrite, compileSummary } from "./compile-and-write.ts";
import { failureCode, tally } from "./report.ts";
import { type Round, rounds } from "./rounds.ts";

export const compileCommand: Command = {
  name: "compile",
  summary: "check the configuration and write the gateway as TypeScript",
  operands: [],
  flags: [
    configFlag,
    profileFlag,
    outDirFlag,
    ...reportFlags,
    watchFlag,
    { name: "print-ir", about: "print what the compiler understood, and write nothing" },
  ],
  examples: ["arouter compile", "arouter compile --config policies/arouter.toml --out dist/gateway"],
  exitCodes: commonExitCodes,
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  if (args.flags.has("print-ir")) return await checkCommand.run(args, io);
  return await rounds(round, args, io);
}

async function round(args: Arguments, io: Io): Promise<Round> {
  const outDir = flagValue(args, "out") ?? defaultOutDir;
  const compiled = await compileAndWrite(outDir, args, io);
  const { sources } = compiled;
  return compiled.ok
    ? { sources, code: exitCode.ok, summary: compileSummary(compiled, outDir) }
    : { sources, code: failureCode(compiled.diagnostics), summary: tally(compiled) };
}
