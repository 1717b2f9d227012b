import { understand } from "../compiler/compile.ts";
import { printIR } from "../compiler/print-ir.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  exitCode,
  formatFlag,
  type Io,
  profileFlag,
} from "./command.ts";
import { compileOptions, findConfig } from "./find-config.ts";
import { counted, failureCode, isJson, report } from "./report.ts";

export const checkCommand: Command = {
  name: "check",
  summary: "only check the configuration",
  operands: [],
  flags: [
    configFlag,
    profileFlag,
    formatFlag,
    { name: "print-ir", about: "print what the compiler understood instead of a summary" },
  ],
  examples: ["arouter check", "arouter check --config policies/arouter.toml --format json"],
  exitCodes: commonExitCodes,
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const understood = await understand(findConfig(args, io), compileOptions(args));
  const found = understood.ok ? understood.warnings : understood.diagnostics;
  report(found, understood.sources, args, io);
  if (!understood.ok) return failureCode(understood.diagnostics);
  if (args.flags.has("print-ir")) io.out(printIR(understood.ir));
  else if (!isJson(args)) {
    io.out(`${counted(understood.ir.rules.length, "rule")}, ${counted(found.length, "warning")}, no errors\n`);
  }
  return exitCode.ok;
}
