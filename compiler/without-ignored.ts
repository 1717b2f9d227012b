import { type Code, codeNamed, findingWords, isFinding } from "./codes.ts";
import { type Diagnostic, diagnostic } from "./diagnostics.ts";
import { type IgnoreComment, ignoreComments } from "./ignore-comments.ts";
import type { Source } from "./span.ts";
import { suggest } from "./suggest.ts";

/** A diagnostic that a comment silences, and why. */
export type Ignored = Readonly<{ diagnostic: Diagnostic; reason: string }>;

/**
 * What is found less what comments silence, with what is wrong about the comments. `wasSought` tells whether all that leads
 * to findings of a code was run: only then a comment on it may be called unused.
 */
export function withoutIgnored(
  found: readonly Diagnostic[],
  files: readonly Source[],
  wasSought: (code: Code) => boolean,
): Readonly<{ heard: readonly Diagnostic[]; ignored: readonly Ignored[] }> {
  const comments = files.flatMap(ignoreComments).map((comment) => ({ comment, used: new Set<Code>() }));
  const heard: Diagnostic[] = [];
  const ignored: Ignored[] = [];
  for (const one of found) {
    const by = comments.find(({ comment }) => silences(comment, one));
    by?.used.add(one.code);
    if (by === undefined) heard.push(one);
    else ignored.push({ diagnostic: one, reason: by.comment.reason });
  }
  const isUnused = (used: ReadonlySet<Code>) => (code: Code) => wasSought(code) && !used.has(code);
  const about = comments.flatMap(({ comment, used }) => problemsOf(comment, isUnused(used)));
  return { heard: [...heard, ...about], ignored };
}

/** Findings that comments lead to would otherwise silence themselves. */
const aboutComments: readonly Code[] = ["AR351", "AR352"];

function canBeIgnored(code: Code): boolean {
  return isFinding(code) && !aboutComments.includes(code);
}

function silences({ reason, codes, covers }: IgnoreComment, { code, span }: Diagnostic): boolean {
  return (
    reason !== "" &&
    canBeIgnored(code) &&
    covers.file === span.file &&
    covers.start <= span.start &&
    span.start < covers.end &&
    codes.some(({ written }) => codeNamed(written) === code)
  );
}

function problemsOf({ span, codes, reason }: IgnoreComment, isUnused: (code: Code) => boolean): readonly Diagnostic[] {
  const [first] = codes;
  if (first !== undefined && reason !== "") return codes.flatMap((code) => problemsOfCode(code, isUnused));
  const missing = first === undefined ? "what is to be ignored" : "why that is to be ignored";
  const hint = `Write # arouter-ignore ${first?.written ?? "AR301"}: and a reason.`;
  return [diagnostic("AR351", span, `This comment does not say ${missing}, so nothing is.`, { hint })];
}

function problemsOfCode(
  { written, span }: IgnoreComment["codes"][number],
  isUnused: (code: Code) => boolean,
): readonly Diagnostic[] {
  const code = codeNamed(written);
  if (code === undefined) {
    const hint = suggest(written, findingWords()) ?? "Write a code such as AR301, or its name.";
    return [diagnostic("AR352", span, `There is no finding ${JSON.stringify(written)}.`, { hint })];
  }
  if (!canBeIgnored(code)) {
    const message = `${JSON.stringify(written)} cannot be ignored.`;
    return [diagnostic("AR352", span, message, { hint: "Correct what it finds." })];
  }
  if (!isUnused(code)) return [];
  const hint = "Remove it, or move the comment to the line above what it is about.";
  return [diagnostic("AR352", span, `There is no ${written} here that could be ignored.`, { hint })];
}
