import { type Code, codeNamed, findingWords, isFinding } from "./codes.ts";
import { type Diagnostic, diagnostic, inOrder } from "./diagnostics.ts";
import { type IgnoreComment, ignoreComments } from "./ignore-comments.ts";
import type { LintSettings } from "./lint-settings.ts";
import { type Sources, sourceFiles } from "./span.ts";
import { suggest } from "./suggest.ts";

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

export type Ignored = Readonly<{ diagnostic: Diagnostic; reason: string }>;

type Judging = Readonly<{
  sources: Sources;
  lint: LintSettings;
  /** As if `warnings_as_errors` stood in the file. */
  strict?: boolean | undefined;
  /** Whether all that leads to findings of a code was run, so that a comment on it may be called unused. */
  wasSought(code: Code): boolean;
}>;

/** Diagnostics told at once; more would scroll the first one away. */
const maxTold = 100;

/** Takes out what comments silence, gives all else the severity that `[lint]` says, and keeps what can be read in one go. */
export function judge(found: readonly Diagnostic[], { sources, lint, strict, wasSought }: Judging): Findings {
  const files = sourceFiles(sources);
  const all = inOrder(
    found,
    files.map(({ file }) => file),
  );
  const comments = files.flatMap(ignoreComments).map((comment) => ({ comment, used: new Set<Code>() }));
  const ignored: Ignored[] = [];
  const heard = all.filter((one) => {
    const by = comments.find(({ comment }) => silences(comment, one));
    if (by === undefined) return true;
    by.used.add(one.code);
    ignored.push({ diagnostic: one, reason: by.comment.reason });
    return false;
  });
  const about = comments.flatMap(({ comment, used }) => problemsOf(comment, used, wasSought));
  const severe = [...heard, ...about].flatMap((one) => withLevel(one, lint, strict ?? false));
  const told = gravest(severe);
  return {
    sources,
    diagnostics: inOrder(
      told,
      files.map(({ file }) => file),
    ),
    untold: severe.length - told.length,
    ignored,
  };
}

/** Findings that comments lead to would otherwise silence themselves. */
const aboutComments: readonly Code[] = ["AR351", "AR352"];

function canBeIgnored(code: Code): boolean {
  return isFinding(code) && !aboutComments.includes(code);
}

function silences({ reason, codes: named, covers }: IgnoreComment, { code, span }: Diagnostic): boolean {
  return (
    reason !== "" &&
    canBeIgnored(code) &&
    covers.file === span.file &&
    covers.start <= span.start &&
    span.start < covers.end &&
    named.some(({ written }) => codeNamed(written) === code)
  );
}

function problemsOf(
  { span, codes: named, reason }: IgnoreComment,
  used: ReadonlySet<Code>,
  wasSought: (code: Code) => boolean,
): readonly Diagnostic[] {
  const [first] = named;
  if (first === undefined || reason === "") {
    const message = `This comment does not say ${first === undefined ? "what is to be ignored" : "why that is to be ignored"}, so nothing is.`;
    return [
      diagnostic("AR351", span, message, {
        hint: `Write # arouter-ignore ${first?.written ?? "AR301"}: and a reason.`,
      }),
    ];
  }
  return named.flatMap(({ written, span: place }) => {
    const code = codeNamed(written);
    if (code !== undefined && canBeIgnored(code)) {
      if (used.has(code) || !wasSought(code)) return [];
      const message = `Nothing is found here that ${written} could be ignored of.`;
      return [
        diagnostic("AR352", place, message, {
          hint: "Remove it, or move the comment to the line above what it is about.",
        }),
      ];
    }
    const name = JSON.stringify(written);
    if (code === undefined) {
      return [
        diagnostic("AR352", place, `There is no finding ${name}.`, {
          hint: suggest(written, findingWords()) ?? "Write a code such as AR301, or its name.",
        }),
      ];
    }
    return [diagnostic("AR352", place, `${name} cannot be ignored.`, { hint: "Correct what it finds." })];
  });
}

function withLevel(
  one: Diagnostic,
  { levels, warningsAsErrors }: LintSettings,
  strict: boolean,
): readonly Diagnostic[] {
  const level = (isFinding(one.code) ? levels.get(one.code) : undefined) ?? one.severity;
  if (level === "off") return [];
  return [{ ...one, severity: level === "warning" && (strict || warningsAsErrors) ? "error" : level }];
}

function gravest(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const by = Object.groupBy(found, ({ severity }) => severity);
  return [...(by.error ?? []), ...(by.warning ?? []), ...(by.note ?? [])].slice(0, maxTold);
}
