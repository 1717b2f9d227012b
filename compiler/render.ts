import { codes, type Severity } from "./codes.ts";
import type { Diagnostic } from "./diagnostics.ts";
import { frame, printable } from "./frame.ts";
import { maskSecrets } from "./mask-secrets.ts";
import { type LineMap, lineMap } from "./position.ts";
import { type Sources, type Span, sourceFiles } from "./span.ts";

/**
 * Diagnostics for a terminal: `file:line:column: error AR203 unknown-provider: message`, the source line with carets,
 * help and related places. Secrets in source lines are starred out. Empty without diagnostics.
 */
export function renderPretty(
  diagnostics: readonly Diagnostic[],
  sources: Sources | undefined,
  options: Readonly<{ color: boolean }>,
): string {
  const lines = lineMaps(sources);
  const paint = options.color ? colored : plain;
  return diagnostics.map((one) => prettyDiagnostic(one, lines, paint)).join("\n");
}

type LineMaps = ReadonlyMap<string, LineMap>;
type Style = Severity | "help" | "strong";
type Paint = (style: Style, text: string) => string;

const ansi = { error: "31;1", warning: "33;1", note: "34;1", help: "36", strong: "1" } as const satisfies Record<
  Style,
  string
>;
const colored: Paint = (style, text) => `\u001b[${ansi[style]}m${text}\u001b[0m`;
const plain: Paint = (_, text) => text;

function prettyDiagnostic(found: Diagnostic, lines: LineMaps, paint: Paint): string {
  const title = paint(found.severity, `${found.severity} ${found.code} ${codes[found.code].name}:`);
  const head = `${paint("strong", `${place(found.span, lines)}:`)} ${title} ${printable(found.message)}`;
  const related = (found.related ?? []).flatMap((one) => [
    `  ${place(one.span, lines)}: ${printable(one.message)}`,
    ...frames(one.span, lines),
  ]);
  const help = found.hint === undefined ? [] : [paint("help", helpText(found.hint))];
  return `${[head, ...frames(found.span, lines), ...related, ...help].join("\n")}\n`;
}

function helpText(hint: string): string {
  return `  help: ${printable(hint).replaceAll("\n", "\n        ")}`;
}

function frames(span: Span, lines: LineMaps): readonly string[] {
  const map = lines.get(span.file);
  return map === undefined ? [] : [frame(map, span)];
}

function place(span: Span, lines: LineMaps): string {
  const { line, column } = positionIn(lines, span.file, span.start);
  return `${printable(span.file)}:${line}:${column}`;
}

/** Masking keeps every character's place, so one map serves positions and excerpts. */
function lineMaps(sources: Sources | undefined): LineMaps {
  const files = sources === undefined ? [] : sourceFiles(sources);
  return new Map(files.map(({ file, text }) => [file, lineMap(maskSecrets(text))]));
}

function positionIn(lines: LineMaps, file: string, offset: number) {
  return lines.get(file)?.at(offset) ?? { line: 1, column: 1 };
}

/**
 * Diagnostics for programs, as one JSON object: `{ version, errors, warnings, diagnostics }`. Each diagnostic has
 * `code`, `name`, `severity`, `message`, `file`, `start`, `end`, and where there are any, `hint` and `related`.
 * `offset` is 0-based and `line` and `column` are 1-based, all in UTF-16 code units; `end` is exclusive.
 */
export function renderJson(diagnostics: readonly Diagnostic[], sources: Sources | undefined): string {
  const lines = lineMaps(sources);
  const count = (severity: Diagnostic["severity"]) => diagnostics.filter((one) => one.severity === severity).length;
  const report = {
    version: 1,
    errors: count("error"),
    warnings: count("warning"),
    diagnostics: diagnostics.map((one) => ({
      code: one.code,
      name: codes[one.code].name,
      severity: one.severity,
      message: one.message,
      ...jsonSpan(one.span, lines),
      hint: one.hint,
      related: one.related?.map((other) => ({ message: other.message, ...jsonSpan(other.span, lines) })),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function jsonSpan({ file, start, end }: Span, lines: LineMaps) {
  return {
    file,
    start: { offset: start, ...positionIn(lines, file, start) },
    end: { offset: end, ...positionIn(lines, file, end) },
  };
}
