import { suggest } from "../compiler/suggest.ts";
import { ForeignFileError } from "../compiler/write.ts";
import { version } from "../runtime/version.ts";
import { buildCommand } from "./build.ts";
import { catalogCommand } from "./catalog.ts";
import { checkCommand } from "./check.ts";
import { type Command, exitCode, type Io } from "./command.ts";
import { compileCommand } from "./compile.ts";
import { diffCommand } from "./diff.ts";
import { docsCommand } from "./docs.ts";
import { explainCommand } from "./explain.ts";
import { commandHelp, overview } from "./help.ts";
import { initCommand } from "./init.ts";
import { lockCommand } from "./lock.ts";
import { isOptional, parseArguments } from "./parse-arguments.ts";
import { replayCommand } from "./replay.ts";
import { savingsCommand } from "./savings.ts";
import { serveCommand } from "./serve.ts";
import { testCommand } from "./test.ts";
import { traceOneCommand } from "./trace.ts";
import { tracesCommand } from "./traces.ts";
import { usageCommand } from "./usage.ts";
import { validateCommand } from "./validate.ts";

const commands: readonly Command[] = [
  initCommand,
  compileCommand,
  checkCommand,
  validateCommand,
  explainCommand,
  diffCommand,
  testCommand,
  lockCommand,
  catalogCommand,
  serveCommand,
  buildCommand,
  tracesCommand,
  traceOneCommand,
  usageCommand,
  savingsCommand,
  replayCommand,
  docsCommand,
];

/** The simulator reads its own options, `--help` included, and is loaded only when asked for. */
const simulator = { name: "sim", summary: "simulate the providers on this machine, to test policies and chaos" };

/** Runs the command line without the program's own name; resolves to the exit code. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || ["help", "--help", "-help", "-h"].includes(name)) {
    (name === undefined ? io.err : io.out)(overview([...commands, simulator]));
    return name === undefined ? exitCode.usage : exitCode.ok;
  }
  if (name === "--version" || name === "-version") {
    io.out(`${version}\n`);
    return exitCode.ok;
  }
  if (name === simulator.name) return (await import("./sim/command.ts")).runSimulatorCommand(rest);
  const command = commands.find((one) => one.name === name);
  return command === undefined ? unknownCommand(name, io) : runCommand(command, rest, io);
}

async function runCommand(command: Command, argv: readonly string[], io: Io): Promise<number> {
  const parsed = parseArguments(argv, command);
  if (!parsed.ok) return usageError(parsed.message, `arouter ${command.name} --help`, io);
  if (parsed.args.flags.has("help")) {
    io.out(commandHelp(command));
    return exitCode.ok;
  }
  const required = command.operands.filter((operand) => !isOptional(operand));
  if (parsed.args.operands.length < required.length) {
    return usageError(`Missing ${required.join(" ")}.`, `arouter ${command.name} --help`, io);
  }
  try {
    return await command.run(parsed.args, io);
  } catch (error) {
    if (!isOutside(error)) throw error;
    io.err(`error: ${error.message}\n`);
    return exitCode.usage;
  }
}

/** A file or socket that cannot be had is nobody's bug; anything else thrown is ours, and shows its stack. */
function isOutside(error: unknown): error is Error {
  return error instanceof ForeignFileError || (error instanceof Error && "code" in error && "syscall" in error);
}

function unknownCommand(name: string, io: Io): number {
  const names = [...commands, simulator].map((command) => command.name);
  const hint = suggest(name, names);
  const message = `Unknown command ${JSON.stringify(name)}.${hint === undefined ? "" : ` ${hint}`}`;
  return usageError(message, "arouter --help", io);
}

function usageError(message: string, help: string, io: Io): number {
  io.err(`error: ${message}\nRun: ${help}\n`);
  return exitCode.usage;
}
