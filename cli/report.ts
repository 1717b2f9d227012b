import { dirname, relative, resolve, sep } from "node:path";
import type { Severity } from "../compiler/codes.ts";
import type { Diagnostic } from "../compiler/diagnostics.ts";
import type { Findings } from "../compiler/judge.ts";
import { renderJson, renderPretty } from "../compiler/render.ts";
import { renderGithub } from "../compiler/render-github.ts";
import { renderSarif } from "../compiler/render-sarif.ts";
import { withoutNotes } from "../compiler/without-notes.ts";
import { version } from "../runtime/version.ts";
import { type Arguments, exitCode, flagValue, type Io, reportFormats } from "./command.ts";
import { findConfig } from "./find-config.ts";

/**
 * Prints what was found as `--format` says: text to standard error, else to standard output, even when there is nothing. `more` are
 * further members of JSON.
 */
export function report(
  findings: Findings,
  args: Arguments,
  io: Io,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const text = rendered(findings, args, io, more);
  (formatOf(args) === "pretty" ? io.err : io.out)(text);
}

function rendered(findings: Findings, args: Arguments, io: Io, more: Readonly<Record<string, unknown>>): string {
  const wantsNotes = args.flags.has("notes") || args.flags.has("explain-overlaps");
  const shown = wantsNotes ? findings : withoutNotes(findings);
  switch (formatOf(args)) {
    case "pretty":
      return renderPretty(shown, { color: wantsColor(io) });
    case "json":
      return renderJson(findings, more);
    case "github":
      return renderGithub(shown, { folder: folderOf(args, io) });
    case "sarif":
      return renderSarif(findings, { folder: folderOf(args, io), version });
  }
}

/** The exit code of a run that failed: a configuration that cannot be read at all is no mistake inside it. */
export function failureCode(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.some(({ code }) => code === "AR001") ? exitCode.usage : exitCode.diagnostics;
}

export function isJson(args: Arguments): boolean {
  return formatOf(args) === "json";
}

/** Whether standard output is one document, which a summary for people would spoil. */
export function isForPrograms(args: Arguments): boolean {
  return ["json", "sarif"].includes(formatOf(args));
}

/** How much was found, such as `1 warning, 2 errors`. */
export function tally({ diagnostics, untold = 0, ignored = [] }: Findings): string {
  const count = (severity: Severity) => diagnostics.filter((one) => one.severity === severity).length;
  const parts = [
    counted(count("warning"), "warning"),
    ...(count("note") === 0 ? [] : [counted(count("note"), "note")]),
    ...(ignored.length === 0 ? [] : [`${ignored.length} ignored`]),
    count("error") === 0 ? "no errors" : counted(count("error"), "error"),
    ...(untold === 0 ? [] : [`${untold} more`]),
  ];
  return parts.join(", ");
}

function formatOf(args: Arguments): (typeof reportFormats)[number] {
  return reportFormats.find((format) => format === flagValue(args, "format")) ?? "pretty";
}

/** The folder of the configuration below the repository's root, which GitHub says where it is; with a `/` at its end. */
function folderOf(args: Arguments, io: Io): string {
  const root = resolve(io.env["GITHUB_WORKSPACE"] || ".");
  const folder = relative(root, dirname(resolve(findConfig(args, io))));
  return folder === "" ? "" : `${folder.split(sep).join("/")}/`;
}

/** https://no-color.org: any value but the empty one. */
function wantsColor(io: Io): boolean {
  return io.isTerminal && !io.env["NO_COLOR"];
}

/** `1 rule`, `2 rules`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
