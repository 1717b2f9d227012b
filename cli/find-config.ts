import { existsSync } from "node:fs";
import { type Arguments, defaultConfig, flagValue, type Io } from "./command.ts";

/** Where a configuration is looked for, in order. */
const usualNames = [defaultConfig, "config.yaml"];

/**
 * The configuration file that a command is about: `--config`, else `CONFIG_PATH` of the environment, else the first of the
 * usual names that there is in the current folder; the first of them when there is none, for the error to name.
 */
export function findConfig(args: Arguments, { env }: Pick<Io, "env">, exists = existsSync): string {
  return (
    flagValue(args, "config") ??
    (env["CONFIG_PATH"] || undefined) ??
    usualNames.find((name) => exists(name)) ??
    defaultConfig
  );
}
