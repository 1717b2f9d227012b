import { codes, type Severity } from "./codes.ts";
import { describeWitness } from "./describe-witness.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { frame, printable } from "./frame.ts";
import type { Findings } from "./judge.ts";
import { type Places, placesOf } from "./places.ts";
import type { Span } from "./span.ts";

/**
 * Diagnostics for a terminal: `file:line:column: error AR203 unknown-provider: message`, the source line with carets,
 * related places, a request that shows it, and help. Secrets in source lines are starred out. Empty without diagnostics.
 */
export function renderPretty(
  { diagnostics, sources, untold = 0 }: Findings,
  options: Readonly<{ color: boolean }>,
): string {
  const places = placesOf(sources);
  const paint = options.color ? colored : plain;
  const more = untold === 0 ? [] : [`… and ${untold} more.\n`];
  return [...diagnostics.map((one) => prettyDiagnostic(one, places, paint)), ...more].join("\n");
}

type Style = Severity | "help" | "strong";
type Paint = (style: Style, text: string) => string;

const ansi = {
  error: "31;1",
  warning: "33;1",
  note: "34;1",
  help: "36",
  strong: "1",
} as const satisfies Record<Style, string>;
const colored: Paint = (style, text) => `\u001b[${ansi[style]}m${text}\u001b[0m`;
const plain: Paint = (_, text) => text;

function prettyDiagnostic(found: Diagnostic, places: Places, paint: Paint): string {
  const title = paint(found.severity, `${found.severity} ${found.code} ${codes[found.code].name}:`);
  const head = `${paint("strong", `${place(found.span, places)}:`)} ${title} ${printable(found.message)}`;
  const related = (found.related ?? []).flatMap((one) => [
    `  ${place(one.span, places)}: ${printable(one.message)}`,
    ...frames(one.span, places),
  ]);
  const example = found.witness && `  = for example: ${printable(describeWitness(found.witness))}`;
  const help = found.hint === undefined ? [] : [paint("help", helpText(found.hint))];
  const shown = example === undefined ? [] : [example];
  return `${[head, ...frames(found.span, places), ...related, ...shown, ...help].join("\n")}\n`;
}

function helpText(hint: string): string {
  return `  help: ${printable(hint).replaceAll("\n", "\n        ")}`;
}

function frames(span: Span, places: Places): readonly string[] {
  const lines = places.linesOf(span.file);
  return lines === undefined ? [] : [frame(lines, span)];
}

function place(span: Span, places: Places): string {
  const { line, column } = places.of(span).start;
  return `${printable(span.file)}:${line}:${column}`;
}

/**
 * Diagnostics for programs, as one JSON object: `{ version, errors, warnings, notes, untold, diagnostics, ignored }`. Each
 * diagnostic has `code`, `name`, `severity`, `message`, `file`, `start`, `end`, and where there are any, `hint`, `related`
 * and `witness`; an ignored one has the `reason` besides. `untold` is how many more there are. `offset` is 0-based and `line`
 * and `column` are 1-based, all in UTF-16 code units; `end` is exclusive. `more` are further members of the object.
 */
export function renderJson(
  { diagnostics, sources, untold = 0, ignored = [] }: Findings,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const places = placesOf(sources);
  const count = (severity: Severity) => diagnostics.filter((one) => one.severity === severity).length;
  const report = {
    version: 1,
    errors: count("error"),
    warnings: count("warning"),
    notes: count("note"),
    untold,
    diagnostics: diagnostics.map((one) => jsonDiagnostic(one, places)),
    ignored: ignored.map(({ diagnostic, reason }) => ({ ...jsonDiagnostic(diagnostic, places), reason })),
    ...more,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function jsonDiagnostic({ code, severity, message, span, hint, related, witness }: Diagnostic, places: Places) {
  return {
    code,
    name: codes[code].name,
    severity,
    message,
    ...jsonSpan(span, places),
    hint,
    related: related?.map((other) => ({ message: other.message, ...jsonSpan(other.span, places) })),
    witness,
  };
}

function jsonSpan(span: Span, places: Places) {
  const { start, end } = places.of(span);
  return { file: span.file, start: { offset: span.start, ...start }, end: { offset: span.end, ...end } };
}
