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
import { ruleCostList, ruleCostTable } from "./rule-cost-table.ts";

export const checkCommand: Command = {
  name: "check",
  summary: "only check the configuration",
  operands: [],
  flags: [
    configFlag,
    profileFlag,
    ...reportFlags,
    watchFlag,
    { name: "costs", about: "tell what one request of each rule can cost at worst, with all its calls" },
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
  const costs = understood.ok && args.flags.has("costs") ? { costs: ruleCostList(understood.ir) } : {};
  report(understood, args, io, costs);
  const { sources } = understood;
  if (!understood.ok) return { sources, code: failureCode(understood.diagnostics), summary: tally(understood) };
  const { ir } = understood;
  if (args.flags.has("print-ir")) return { sources, code: exitCode.ok, summary: printIR(ir).trimEnd() };
  const table = args.flags.has("costs") ? ruleCostTable(ir, io.columns) : "";
  const summary = `${table}${counted(ir.rules.length, "rule")}, ${tally(understood)}`;
  return { sources, code: exitCode.ok, summary };
}
