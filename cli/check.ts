import { understand } from "../compiler/compile.ts";
import { printIR } from "../compiler/print-ir.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  exitCode,
  type Io,
  profileFlag,
  reportFlags,
  watchFlag,
} from "./command.ts";
import { compileOptions, findConfig } from "./find-config.ts";
import { counted, failureCode, report, tally } from "./report.ts";
import { type Round, rounds } from "./rounds.ts";

export const checkCommand: Command = {
  name: "check",
  summary: "only check the configuration",
  operands: [],
  flags: [
    configFlag,
    profileFlag,
    ...reportFlags,
    watchFlag,
    { name: "print-ir", about: "print what the compiler understood instead of a summary" },
  ],
  examples: [
    "arouter check",
    "arouter check --config policies/arouter.toml --format sarif",
    "arouter check --strict --watch",
  ],
  exitCodes: commonExitCodes,
  run: (args, io) => rounds(round, args, io),
};

async function round(args: Arguments, io: Io): Promise<Round> {
  const understood = await understand(findConfig(args, io), compileOptions(args));
  report(understood, args, io);
  const { sources } = understood;
  if (!understood.ok) return { sources, code: failureCode(understood.diagnostics), summary: tally(understood) };
  const { ir } = understood;
  const summary = args.flags.has("print-ir")
    ? printIR(ir).trimEnd()
    : `${counted(ir.rules.length, "rule")}, ${tally(understood)}`;
  return { sources, code: exitCode.ok, summary };
}
