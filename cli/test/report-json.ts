import { coveragePercent } from "./coverage.ts";
import type { TestReport } from "./report-texts.ts";
import { isPassed, type TestResult } from "./run-suite.ts";

/**
 * For programs: `{ version, tests, failed, suites }`, and with the coverage, `{ percent, seen, total, missing }`. A suite is
 * the tests of one configuration. A test has its place, what became of it, `failures` as `{ what, expected, actual }`, and
 * where it failed, what each rule said.
 */
export const jsonReport: TestReport = (suites, { wantsCoverage }) => {
  const results = suites.flatMap((suite) => suite.results);
  const report = {
    version: 1,
    tests: results.length,
    failed: results.filter((one) => !isPassed(one)).length,
    suites: suites.map(({ config, results: own, coverage }) => ({
      config,
      tests: own.map(jsonTest),
      ...(wantsCoverage ? { coverage: { percent: coveragePercent([coverage]), ...coverage } } : {}),
    })),
    ...(wantsCoverage ? { coverage: coveragePercent(suites.map(({ coverage }) => coverage)) } : {}),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
};

function jsonTest(result: TestResult) {
  const { name, file, line, column, outcome, mismatches } = result;
  const passed = isPassed(result);
  return {
    name,
    file,
    line,
    column,
    passed,
    ...(outcome.kind === "refused"
      ? { refused: outcome.message }
      : {
          rule: outcome.itinerary.rule,
          model: outcome.itinerary.routes[0].model,
          provider: outcome.upstream?.provider ?? null,
          upstream_model: outcome.upstream?.model ?? null,
        }),
    failures: mismatches,
    ...(passed ? {} : { rules: result.explanation?.rules ?? [] }),
  };
}
