import type { Sources } from "../compiler/span.ts";
import { monotonicMs } from "../runtime/clock.ts";
import type { Arguments, Io } from "./command.ts";
import { configFiles } from "./config-files.ts";
import { findConfig } from "./find-config.ts";
import { isForPrograms } from "./report.ts";
import { runOnChange } from "./run-on-change.ts";

/** One look at the configuration. */
export type Round = Readonly<{
  sources: Sources | undefined;
  code: number;
  /** What it came to, for people. */
  summary: string;
}>;

/**
 * Runs `round` once and resolves to its exit code; with `--watch` once more whenever a file of the configuration has
 * changed, with one line after each that says how long it took, and until the process is ended.
 */
export async function rounds(
  round: (args: Arguments, io: Io) => Promise<Round>,
  args: Arguments,
  io: Io,
): Promise<number> {
  const say = isForPrograms(args) ? io.err : io.out;
  if (args.flags.has("watch")) {
    return runOnChange(async () => {
      const startMs = monotonicMs();
      const { sources, summary } = await round(args, io);
      say(`${summary} (${Math.round(monotonicMs() - startMs)} ms)\n`);
      return configFiles(findConfig(args, io), sources);
    });
  }
  const { code, summary } = await round(args, io);
  if (code === 0 && !isForPrograms(args)) say(`${summary}\n`);
  return code;
}
