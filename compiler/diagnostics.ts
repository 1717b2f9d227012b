import type { Witness } from "./analysis/witness.ts";
import { type Code, codes, type Severity } from "./codes.ts";
import type { Span } from "./span.ts";

/** A user's mistake is a value, never a throw. Codes are in `codes.ts`. */
export type Diagnostic = Readonly<{
  code: Code;
  severity: Severity;
  /** One sentence about what is wrong. Advice belongs in `hint`. */
  message: string;
  span: Span;
  /** What to do about it, or to type instead. */
  hint?: string | undefined;
  /** Other places that matter, such as the first use of a duplicate name. */
  related?: readonly Related[] | undefined;
  /** One request that shows it. */
  witness?: Witness | undefined;
}>;

type Related = Readonly<{ message: string; span: Span }>;

/** What a phase returns: its value, or at least one diagnostic of severity `error`. */
export type Checked<T> =
  | Readonly<{ ok: true; value: T; warnings: readonly Diagnostic[] }>
  | Readonly<{ ok: false; diagnostics: readonly Diagnostic[] }>;

/** One with the severity and, unless another is given, the hint that its code has by default. */
export function diagnostic(
  code: Code,
  span: Span,
  message: string,
  more: Pick<Diagnostic, "hint" | "related" | "witness"> = {},
): Diagnostic {
  const { severity, hint } = codes[code];
  return { code, severity, message, span, ...more, hint: more.hint ?? hint };
}

/** The phase's value with its warnings, or, when there is an error, all that was found, in order. */
export function checked<T>(value: T, found: readonly Diagnostic[], files: readonly string[]): Checked<T> {
  const all = inOrder(found, files);
  const isWrong = all.some(({ severity }) => severity === "error");
  return isWrong ? { ok: false, diagnostics: all } : { ok: true, value, warnings: all };
}

/** By file in the order of `files`, then by position; what is said twice of one place is said once. */
export function inOrder(found: readonly Diagnostic[], files: readonly string[]): readonly Diagnostic[] {
  const unique = new Map(found.map((one) => [`${one.code} ${one.span.file} ${one.span.start} ${one.message}`, one]));
  return [...unique.values()].sort(
    (a, b) =>
      files.indexOf(a.span.file) - files.indexOf(b.span.file) ||
      a.span.start - b.span.start ||
      a.code.localeCompare(b.code, "en"),
  );
}
