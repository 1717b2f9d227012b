import { type Code, isFinding } from "./codes.ts";
import { type Diagnostic, inOrder } from "./diagnostics.ts";
import type { LintSettings } from "./lint-settings.ts";
import { type Sources, sourceFiles } from "./span.ts";
import { type Ignored, withoutIgnored } from "./without-ignored.ts";

/** What the compiler has to say about a configuration, ready to be told. */
export type Findings = Readonly<{
  /** Undefined when the configuration itself cannot be read. */
  sources: Sources | undefined;
  /** The gravest hundred, in the order of the files. */
  diagnostics: readonly Diagnostic[];
  /** How many more there are. */
  untold?: number | undefined;
  /** What comments in the files silence. */
  ignored?: readonly Ignored[] | undefined;
}>;

type Judging = Readonly<{
  sources: Sources;
  lint: LintSettings;
  /** As if `warnings_as_errors` stood in the file. */
  strict?: boolean | undefined;
  /** Whether all that leads to findings of a code was run. */
  wasSought(code: Code): boolean;
}>;

/** Diagnostics told at once; more would scroll the first one away. */
const maxTold = 100;

/** Takes out what comments silence, gives all else the severity that `[lint]` says, and keeps what can be read in one go. */
export function judge(found: readonly Diagnostic[], { sources, lint, strict, wasSought }: Judging): Findings {
  const files = sourceFiles(sources);
  const names = files.map(({ file }) => file);
  const { heard, ignored } = withoutIgnored(inOrder(found, names), files, wasSought);
  const settings = { ...lint, warningsAsErrors: strict === true || lint.warningsAsErrors };
  const all = inOrder(heard, names).flatMap((one) => withLevel(one, settings));
  const told = gravest(all);
  return { sources, diagnostics: inOrder(told, names), untold: all.length - told.length, ignored };
}

function withLevel(one: Diagnostic, { levels, warningsAsErrors }: LintSettings): readonly Diagnostic[] {
  const level = (isFinding(one.code) ? levels.get(one.code) : undefined) ?? one.severity;
  if (level === "off") return [];
  return [{ ...one, severity: level === "warning" && warningsAsErrors ? "error" : level }];
}

function gravest(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const by = Object.groupBy(found, ({ severity }) => severity);
  return [...(by.error ?? []), ...(by.warning ?? []), ...(by.note ?? [])].slice(0, maxTold);
}
