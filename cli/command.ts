import { profileNames } from "../schemas/profile-names.ts";
import type { Conversation } from "./terminal-conversation.ts";

/** What a command may touch of the outside, so that tests can watch it. */
export type Io = Readonly<{
  out(text: string): void;
  err(text: string): void;
  env: Readonly<Record<string, string | undefined>>;
  /** Whether standard error is a terminal. */
  isTerminal: boolean;
  /** How wide the terminal is that standard output goes to; undefined when it goes elsewhere. */
  columns?: number | undefined;
  /** Calls back with every line typed on standard input; left out where that is no terminal. */
  onTyped?: ((listener: (line: string) => void) => void) | undefined;
  /** Begins to ask questions on standard input; left out where that is no terminal. */
  converse?: (() => Conversation) | undefined;
}>;

/** A long flag. Without `value` it is a switch; `value` is the placeholder in the help text. */
export type Flag = Readonly<{
  name: string;
  value?: string;
  choices?: readonly string[];
  about: string;
}>;

/** What was typed: the values of each flag in order (a switch has one empty value), and the rest. */
export type Arguments = Readonly<{ flags: ReadonlyMap<string, readonly string[]>; operands: readonly string[] }>;

/** One word after `arouter`. `run` resolves to the exit code. */
export type Command = Readonly<{
  name: string;
  summary: string;
  operands: readonly string[];
  flags: readonly Flag[];
  examples: readonly string[];
  exitCodes: readonly string[];
  run(args: Arguments, io: Io): Promise<number>;
}>;

export const exitCode = { ok: 0, diagnostics: 1, usage: 2 } as const;

/** The last value of a flag that is given at most once. */
export function flagValue(args: Arguments, flag: string): string | undefined {
  return args.flags.get(flag)?.at(-1);
}

/** Flags and exit codes that several commands share. */
export const configFlag: Flag = {
  name: "config",
  value: "FILE",
  about: "the configuration (default: arouter.toml, else config.yaml)",
};

export const profileFlag: Flag = {
  name: "profile",
  value: "NAME",
  choices: profileNames,
  about: `whose defaults to start from: ${profileNames.join(", ")}; without a configuration, its example`,
};

export const outDirFlag: Flag = { name: "out", value: "FOLDER", about: "where to write (default: dist/gateway)" };

export const formatFlag: Flag = {
  name: "format",
  value: "pretty|json",
  choices: ["pretty", "json"],
  about: "how to print what was found (default: pretty)",
};

export const reportFormats = ["pretty", "json", "github", "sarif"] as const;

/** Of commands whose result is what was found. */
export const reportFlags: readonly Flag[] = [
  {
    name: "format",
    value: "FORMAT",
    choices: reportFormats,
    about: `how to print what was found: ${reportFormats.join(", ")} (default: pretty)`,
  },
  { name: "strict", about: "count warnings as errors" },
  { name: "notes", about: "print notes, too" },
  { name: "explain-overlaps", about: "print notes, and which rules hold for the same requests" },
];

export const watchFlag: Flag = { name: "watch", about: "once more whenever a file changes, until it is stopped" };

export const commonExitCodes = [
  "0  no errors; warnings may have been printed",
  "1  the configuration has errors",
  "2  wrong usage, or a file cannot be read or written",
] as const;

export const defaultConfig = "arouter.toml";
export const defaultOutDir = "dist/gateway";
