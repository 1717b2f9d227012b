import { dirname, relative, resolve, sep } from "node:path";
import { coverageLines, mismatchText, summaryText, type TestReport } from "./report-texts.ts";
import { isPassed, type TestResult } from "./run-suite.ts";
import { whyLines } from "./why.ts";

/** Annotations of the lines where failed tests are written, as GitHub Actions reads them from a log, then the sums. */
export const githubReport: TestReport = (suites, { wantsCoverage, root }) => {
  const annotations = suites.flatMap(({ config, results }) =>
    results
      .filter((one) => !isPassed(one))
      .map((result) => annotation(relative(root, resolve(dirname(config), result.file)), result)),
  );
  const coverage = wantsCoverage ? coverageLines(suites) : [];
  return `${[...annotations, summaryText(suites), ...coverage].join("\n")}\n`;
};

/** https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
function annotation(file: string, result: TestResult): string {
  const { name, line, column, mismatches } = result;
  const place = `file=${property(file.split(sep).join("/"))},line=${line},col=${column}`;
  const message = [...mismatches.map(mismatchText), ...whyLines(result)].join("\n");
  return `::error ${place},title=${property(name)}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
