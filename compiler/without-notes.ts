import type { Findings } from "./judge.ts";

/** Findings for people who did not ask for notes. The gravest are told first, so beside a note no error or warning is untold. */
export function withoutNotes(findings: Findings): Findings {
  const diagnostics = findings.diagnostics.filter(({ severity }) => severity !== "note");
  const hasNotes = diagnostics.length < findings.diagnostics.length;
  return { ...findings, diagnostics, untold: hasNotes ? 0 : findings.untold };
}
