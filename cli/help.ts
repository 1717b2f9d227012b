import type { Command, Flag } from "./command.ts";

/** The text of `arouter --help`. */
export function overview(commands: readonly Pick<Command, "name" | "summary">[]): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(9)}${summary}`);
  return `arouter: an LLM gateway whose configuration is compiled.

Usage: arouter <command> [options]

${lines.join("\n")}

arouter <command> --help describes a command. arouter --version prints the version.
`;
}

/** The text of `arouter <command> --help`. */
export function commandHelp(command: Command): string {
  const usage = ["arouter", command.name, ...command.operands, "[options]"].join(" ");
  const flags: readonly Flag[] = [...command.flags, { name: "help", about: "this text" }];
  const written = flags.map(({ name, value }) => `--${name}${value === undefined ? "" : ` ${value}`}`);
  const width = Math.max(...written.map((text) => text.length)) + 2;
  return `arouter ${command.name}: ${command.summary}

Usage: ${usage}

${flags.map(({ about }, position) => `  ${(written[position] ?? "").padEnd(width)}${about}`).join("\n")}

Examples:
${command.examples.map((line) => `  ${line}`).join("\n")}

Exit codes:
${command.exitCodes.map((line) => `  ${line}`).join("\n")}
`;
}
