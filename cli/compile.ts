import { checkCommand } from "./check.ts";
import {
  type Arguments,
  type Command,
  commonExitCodes,
  configFlag,
  defaultOutDir,
  exitCode,
  flagValue,
  formatFlag,
  type Io,
  outDirFlag,
  profileFlag,
} from "./command.ts";
import { compileAndWrite } from "./compile-and-write.ts";

export const compileCommand: Command = {
  name: "compile",
  summary: "check the configuration and write the gateway as TypeScript",
  operands: [],
  flags: [
    configFlag,
    profileFlag,
    outDirFlag,
    formatFlag,
    { name: "print-ir", about: "print what the compiler understood, and write nothing" },
  ],
  examples: ["arouter compile", "arouter compile --config policies/arouter.toml --out dist/gateway"],
  exitCodes: commonExitCodes,
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  if (args.flags.has("print-ir")) return await checkCommand.run(args, io);
  const compiled = await compileAndWrite(flagValue(args, "out") ?? defaultOutDir, args, io);
  return typeof compiled === "number" ? compiled : exitCode.ok;
}
