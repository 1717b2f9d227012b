import { counted } from "../report.ts";
import { coveragePercent } from "./coverage.ts";
import type { Mismatch } from "./mismatches.ts";
import { isPassed, type SuiteResult, type TestResult } from "./run-suite.ts";

export type ReportOptions = Readonly<{
  /** Whether it tells the coverage, too. */
  wantsCoverage: boolean;
  /** The repository's root, as an absolute path. */
  root: string;
  /** How wide a terminal is that reads it. */
  maxWidth: number | undefined;
}>;

/** How everything that ran is written down. */
export type TestReport = (suites: readonly SuiteResult[], options: ReportOptions) => string;

/** `rule: expected a, got b`. */
export function mismatchText({ what, expected, actual }: Mismatch): string {
  return `${what}: expected ${expected}, got ${actual}`;
}

/** `12 tests: 11 passed, 1 failed`. */
export function summaryText(suites: readonly SuiteResult[]): string {
  const results = suites.flatMap((suite) => suite.results);
  const passed = results.filter(isPassed).length;
  return `${counted(results.length, "test")}: ${passed} passed, ${results.length - passed} failed`;
}

/** A line with the percentage, then one for everything that no test has seen. */
export function coverageLines(suites: readonly SuiteResult[]): readonly string[] {
  const all = suites.map(({ coverage }) => coverage);
  const missing = suites.flatMap(({ config, coverage }) =>
    coverage.missing.map(({ place, what }) => `  ${suites.length > 1 ? `${config}: ` : ""}${place}: ${what}`),
  );
  const [seen, total] = [all.reduce((sum, one) => sum + one.seen, 0), all.reduce((sum, one) => sum + one.total, 0)];
  return [`Coverage of rules and their clauses: ${coveragePercent(all)} % (${seen} of ${total})`, ...missing];
}

/** Tests by the file they are in, in order. */
export function byFile(suites: readonly SuiteResult[]): readonly FileResults[] {
  return suites.flatMap((suite) =>
    [...Map.groupBy(suite.results, ({ file }) => file)].map(([file, results]) => ({ suite, file, results })),
  );
}

export type FileResults = Readonly<{ suite: SuiteResult; file: string; results: readonly TestResult[] }>;
