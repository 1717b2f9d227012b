import type { Span } from "./span.ts";

/** Stable for ever: codes are never renumbered or reused. A test wants a failing case for each. */
export const codes = {
  AR001: "unreadable-config",
  AR002: "unusable-file",
  AR101: "syntax",
  AR102: "duplicate-key",
  AR103: "tab-indentation",
  AR104: "alias-expansion",
  AR105: "alias-cycle",
  AR106: "yaml-tag",
  AR107: "merge-key",
  AR108: "several-documents",
  AR109: "empty-file",
  AR110: "too-deep",
  AR111: "unknown-key",
  AR112: "missing-key",
  AR113: "wrong-type",
  AR114: "out-of-range",
  AR115: "not-one-of",
  AR201: "duplicate-rule",
  AR202: "rule-name",
  AR203: "unknown-provider",
  AR204: "unroutable-model",
  AR205: "listen-address",
  AR206: "url",
  AR207: "secret-syntax",
  AR208: "provider-type",
  AR209: "provider-name",
  AR210: "model-name",
  AR211: "header-name",
  AR212: "auth-without-keys",
  AR213: "duplicate-offer",
  AR214: "price",
  AR215: "key-id",
  AR216: "tier-keyword",
  AR217: "upstream-auth",
  AR218: "body-member",
  AR219: "transform",
  AR220: "schema-not-object",
  AR221: "schema-keyword",
  AR222: "schema-reference",
  AR223: "schema-too-large",
  AR224: "schema-pattern",
  AR225: "schema-invalid",
  AR301: "unreachable-rule",
  AR302: "rule-never-matches",
  AR303: "repeated-model",
  AR304: "not-executed",
  AR305: "unknown-validator",
  AR306: "public-open-bind",
  AR307: "slow-pattern",
  AR308: "unknown-prefix",
  AR309: "shadowed-name",
  AR900: "compiler-bug",
} as const;

export type Code = keyof typeof codes;

/** One line per code, for the reference table. */
export const explanations = {
  AR001: "The configuration file cannot be read: it is missing, not a regular file, over 1 MiB or not UTF-8.",
  AR002: "A policy or schema file that is named cannot be read, for the same reasons.",
  AR101: "The text is not valid TOML, YAML or JSON.",
  AR102: "A key occurs twice in one table.",
  AR103: "YAML is indented with spaces only.",
  AR104: "YAML aliases expand to more than 10,000 values.",
  AR105: "A YAML alias contains itself.",
  AR106: "YAML tags such as `!!js/function` are refused.",
  AR107: "The YAML merge key `<<` is refused: write the keys out.",
  AR108: "A policy file is one YAML document.",
  AR109: "The policy file is empty.",
  AR110: "Values are nested more than 100 levels deep.",
  AR111: "No such key here; a typo would silently change what a rule matches.",
  AR112: "A required key is missing.",
  AR113: "A value has the wrong type.",
  AR114: "A number, text or list is too small or too large.",
  AR115: "A value is not one of the words allowed here.",
  AR201: "Two rules have the same name.",
  AR202: "A rule name must be fit for a response header and a metric label; `none` is reserved.",
  AR203: "No provider of that name is configured.",
  AR204: "No configured provider serves the model.",
  AR205: "A listen address is `host:port` with a port from 1024 to 65535, each address once.",
  AR206: "A URL must be http or https, without credentials, query or fragment; a path begins with `/`.",
  AR207:
    "A secret is `env.NAME`, `$" +
    "{NAME}` or the key itself, in `auth.keys` also `$RANDOM_KEY`; it is neither empty nor interpolated.",
  AR208:
    "Neither the provider's name nor `type` or `base_url` tells where to send requests; or the upstream has no such API.",
  AR209: "A provider name is letters, digits, `-` and `_`, and no two share one key variable.",
  AR210: "A model name is empty, too long or unfit for a header.",
  AR211: "Not a valid HTTP header name.",
  AR212: '`auth.mode = "keys"` needs at least one key, and so does a way to sign in that this version lacks.',
  AR213: "One provider is listed twice for the same model.",
  AR214: "A price is US dollars per million tokens, as a decimal number without a sign.",
  AR215: "A key id is unfit for a log label, or another key of the provider has it.",
  AR216: "A tier keyword must be able to stand in a model name, and not be digits only.",
  AR217: "The ways to send a provider's key contradict each other, or a template has no place for it.",
  AR218: "A member of request bodies cannot be changed so: the gateway decides it, or the pointer to it is wrong.",
  AR219:
    "A transform is one TypeScript file that exports `request`, `headers` or `event`, and imports nothing but types.",
  AR220: "A JSON Schema file must hold one object.",
  AR221: "Not a keyword of JSON Schema draft 2020-12; a typo would silently check nothing.",
  AR222: "A `$ref` does not resolve inside its file, or leads only back to itself.",
  AR223: "A JSON Schema is over 256 KiB, 32 levels, 1,000 properties or 500 enum values.",
  AR224: "A regular expression is invalid, or can take exponential or cubic time.",
  AR225: "The JSON Schema breaks the rules of draft 2020-12 or of Ajv's strict mode.",
  AR301: "Earlier rules take every request that this rule matches.",
  AR302: "The conditions of a rule contradict each other.",
  AR303: "A fallback chain repeats the model before it; the repetition is skipped.",
  AR304: "The key is accepted and checked, but this version does not act on it.",
  AR305: "No validator of that name exists; it is skipped.",
  AR306: "Everyone who reaches this address can spend your provider keys.",
  AR307: "A regular expression can take quadratic time on long text, or nobody can tell.",
  AR308: "The part of a model name before `/` looks like a misspelt provider.",
  AR309: "An alias or tier keyword is never used: a name or keyword before it takes all it matches.",
  AR900: "The compiler made code that does not type-check. Please report it.",
} as const satisfies Record<Code, string>;

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
  related?: readonly Related[] | undefined;
}>;

export type Related = Readonly<{ message: string; span: Span }>;

/** What a phase returns: its value, or at least one diagnostic of severity `error`. */
export type Checked<T> =
  | Readonly<{ ok: true; value: T; warnings: readonly Diagnostic[] }>
  | Readonly<{ ok: false; diagnostics: readonly Diagnostic[] }>;

/** Diagnostics reported at once; more would scroll the first one away. */
const maxDiagnostics = 100;

/** AR3xx are warnings, all others errors. */
export function diagnostic(
  code: Code,
  span: Span,
  message: string,
  more: Readonly<{ hint?: string | undefined; related?: readonly Related[] | undefined }> = {},
): Diagnostic {
  return { code, severity: code.startsWith("AR3") ? "warning" : "error", message, span, ...more };
}

/** The phase's value with its warnings, or, when there is an error, the first `maxDiagnostics` in order. */
export function checked<T>(value: T, found: readonly Diagnostic[], files: readonly string[]): Checked<T> {
  const all = inOrder(found, files);
  const errors = all.filter((one) => one.severity === "error").slice(0, maxDiagnostics);
  const warnings = all.filter((one) => one.severity === "warning").slice(0, maxDiagnostics - errors.length);
  if (errors.length === 0) return { ok: true, value, warnings };
  return { ok: false, diagnostics: inOrder([...errors, ...warnings], files) };
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
