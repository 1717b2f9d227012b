import type { Explanation } from "../../compiler/explain.ts";
import type { TestResult } from "./run-suite.ts";

/** A failure nobody reads to the end helps nobody. */
const maxRules = 20;

/**
 * Why a test's request was decided as it was: each rule that was tried with the clauses that stood in its way, and the rule
 * that the test expects. One line each, clauses indented.
 */
export function whyLines({ explanation, expectedRule }: TestResult): readonly string[] {
  if (explanation === undefined) return [];
  const { rules } = explanation;
  const decided = rules.findIndex(({ verdict }) => verdict === "matches");
  const tried = decided < 0 ? rules : rules.slice(0, decided + 1);
  const expected = rules.slice(tried.length).filter(({ rule }) => rule === expectedRule);
  const shown = [...tried.slice(-maxRules), ...expected];
  const before = tried.length > maxRules ? [`… ${tried.length - maxRules} rules before these do not match`] : [];
  return [...before, ...shown.flatMap(ruleLines)];
}

const verdictWords = {
  matches: "matches",
  does_not_match: "does not match",
  too_late: "would match, but comes too late",
  unknown: "may match",
} as const satisfies Record<Explanation["rules"][number]["verdict"], string>;

function ruleLines({ rule, place, verdict, clauses }: Explanation["rules"][number]): readonly string[] {
  return [
    `${place}: rule ${rule} ${verdictWords[verdict]}`,
    ...clauses
      .filter((clause) => clause.verdict === "fails")
      .map(
        (clause) =>
          `  ${clause.place}: it asks for ${clause.condition}; the request has ${clause.actual ?? "what is not known"}`,
      ),
  ];
}
