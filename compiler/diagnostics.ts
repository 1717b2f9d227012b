import type { Span } from "./span.ts";

/** Stable for ever: codes are never renumbered or reused. A test wants a failing case for each. */
export const codes = {
  AR101: "syntax",
} as const;

export type Code = keyof typeof codes;

/** A user's mistake is a value, never a throw. */
export type Diagnostic = Readonly<{
  code: Code;
  severity: "error" | "warning";
  /** One sentence about what is wrong. Advice belongs in `hint`. */
  message: string;
  span: Span;
  /** What to type instead; present only when the compiler is sure. */
  hint?: string | undefined;
  /** Other places that matter, such as the first use of a duplicate name. */
  related?: readonly Readonly<{ message: string; span: Span }>[] | undefined;
}>;

/** What a phase returns: its value, or at least one diagnostic of severity `error`. */
export type Checked<T> =
  | Readonly<{ ok: true; value: T; warnings: readonly Diagnostic[] }>
  | Readonly<{ ok: false; diagnostics: readonly Diagnostic[] }>;
