import { coverageLines, mismatchText, type TestReport } from "./report-texts.ts";
import { isPassed, type TestResult } from "./run-suite.ts";
import { whyLines } from "./why.ts";

/** The Test Anything Protocol, version 14, with a YAML block below what failed. https://testanything.org/tap-version-14-specification.html */
export const tapReport: TestReport = (suites, { wantsCoverage }) => {
  const results = suites.flatMap((suite) => suite.results);
  const lines = results.map((result, index) => {
    const point = `${isPassed(result) ? "ok" : "not ok"} ${index + 1} - ${described(result)}`;
    return isPassed(result) ? point : `${point}\n${yamlBlock(result)}`;
  });
  const coverage = wantsCoverage ? coverageLines(suites).map((line) => `# ${line}`) : [];
  return `${["TAP version 14", `1..${results.length}`, ...lines, ...coverage].join("\n")}\n`;
};

/** A `#` would begin a directive, such as one to skip it. */
function described({ file, name }: TestResult): string {
  return oneLine(`${file}: ${name}`).replace(/[\\#]/g, "\\$&");
}

function yamlBlock(result: TestResult): string {
  const { file, line, column, mismatches } = result;
  const lines = [
    "---",
    `message: ${quoted(mismatches.map(mismatchText).join("; "))}`,
    "severity: fail",
    "at:",
    `  file: ${quoted(file)}`,
    `  line: ${line}`,
    `  column: ${column}`,
    "expected:",
    ...mismatches.map(({ what, expected }) => `  ${what}: ${quoted(expected)}`),
    "actual:",
    ...mismatches.map(({ what, actual }) => `  ${what}: ${quoted(actual)}`),
    ...listOf("why", whyLines(result)),
    "...",
  ];
  return lines.map((text) => `  ${text}`).join("\n");
}

function listOf(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${name}:`, ...lines.map((line) => `  - ${quoted(line.trim())}`)];
}

/** A string of JSON is one of YAML. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, " ");
}
