import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CompileOptions } from "../compiler/compile.ts";
import { epochMs } from "../runtime/clock.ts";
import { type ProfileName, profileNames } from "../schemas/profile-names.ts";
import { type Arguments, defaultConfig, flagValue, type Io } from "./command.ts";

/** Where a configuration is looked for, in order. */
const usualNames = [defaultConfig, "config.yaml"];

/**
 * The configuration file that a command is about: `--config`, else `CONFIG_PATH` of the environment, else the first of the
 * usual names that there is in the current folder. When there is none: the example of `--profile`, or the first of the
 * usual names, for the error to name.
 */
export function findConfig(args: Arguments, { env }: Pick<Io, "env">, exists = existsSync): string {
  return (
    flagValue(args, "config") ??
    (env["CONFIG_PATH"] || undefined) ??
    usualNames.find((name) => exists(name)) ??
    exampleOf(profileOf(args)) ??
    defaultConfig
  );
}

/** Whether a command is about the example of `--profile`, as there is no configuration. */
export function isExampleConfig(configFile: string, args: Arguments): boolean {
  return configFile === exampleOf(profileOf(args));
}

/** What the command line says about how to compile. */
export function compileOptions(args: Arguments): CompileOptions {
  return {
    profile: profileOf(args),
    strict: args.flags.has("strict"),
    explainOverlaps: args.flags.has("explain-overlaps"),
    nowMs: epochMs(),
  };
}

function profileOf(args: Arguments): ProfileName | undefined {
  const written = flagValue(args, "profile");
  return profileNames.find((name) => name === written);
}

function exampleOf(profile: ProfileName | undefined): string | undefined {
  return profile && fileURLToPath(new URL(`../policies/profiles/${profile}.toml`, import.meta.url));
}
