import type { Diagnostic } from "../compiler/diagnostics.ts";
import { renderJson, renderPretty } from "../compiler/render.ts";
import type { Sources } from "../compiler/span.ts";
import { type Arguments, exitCode, flagValue, type Io } from "./command.ts";

/** Prints diagnostics as `--format` says: text to standard error, JSON to standard output, even when there are none. */
export function report(
  diagnostics: readonly Diagnostic[],
  sources: Sources | undefined,
  args: Arguments,
  io: Io,
): void {
  if (isJson(args)) io.out(renderJson(diagnostics, sources));
  else if (diagnostics.length > 0) io.err(renderPretty(diagnostics, sources, { color: wantsColor(io) }));
}

/** The exit code of a run that failed: a configuration that cannot be read at all is no mistake inside it. */
export function failureCode(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.some(({ code }) => code === "AR001") ? exitCode.usage : exitCode.diagnostics;
}

export function isJson(args: Arguments): boolean {
  return flagValue(args, "format") === "json";
}

/** https://no-color.org: any value but the empty one. */
function wantsColor(io: Io): boolean {
  return io.isTerminal && !io.env["NO_COLOR"];
}

/** `1 rule`, `2 rules`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
