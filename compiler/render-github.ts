import { codes, type Severity } from "./codes.ts";
import { describeWitness } from "./describe-witness.ts";
import type { Diagnostic } from "./diagnostics.ts";
import type { Findings } from "./judge.ts";
import { type Places, placesOf } from "./places.ts";

const commands = { error: "error", warning: "warning", note: "notice" } as const satisfies Record<Severity, string>;

/**
 * Diagnostics as workflow commands of GitHub Actions, one line each, which show up beside the lines of a pull request.
 * `folder` is the one of the configuration, relative to the repository; it is empty or ends in `/`. A command of several
 * lines has no columns, as GitHub takes none there.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands (checked 2026-11-21)
 */
export function renderGithub(
  { diagnostics, sources, untold = 0 }: Findings,
  options: Readonly<{ folder: string }>,
): string {
  const places = placesOf(sources);
  const more = untold === 0 ? "" : `::notice::… and ${untold} more.\n`;
  return diagnostics.map((one) => command(one, places, options.folder)).join("") + more;
}

function command({ code, severity, message, span, hint, witness }: Diagnostic, places: Places, folder: string): string {
  const { start, end } = places.of(span);
  const columns = start.line === end.line ? { col: start.column, endColumn: end.column } : {};
  const title = `${code} ${codes[code].name}`;
  const properties = { file: folder + span.file, line: start.line, endLine: end.line, ...columns, title };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  const example = witness === undefined ? [] : [`For example: ${describeWitness(witness)}`];
  const text = [message, ...example, ...(hint === undefined ? [] : [hint])].join("\n");
  return `::${commands[severity]} ${written.join(",")}::${data(text)}\n`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
