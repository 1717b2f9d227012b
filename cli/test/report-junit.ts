import { coveragePercent } from "./coverage.ts";
import { byFile, type FileResults, mismatchText, type TestReport } from "./report-texts.ts";
import { isPassed, type TestResult } from "./run-suite.ts";
import { whyLines } from "./why.ts";

/**
 * JUnit's XML as Maven Surefire writes it and Jenkins, GitLab and others read it: a suite for each file.
 * https://maven.apache.org/surefire/maven-surefire-plugin/xsd/surefire-test-report.xsd
 */
export const junitReport: TestReport = (suites, { wantsCoverage }) => {
  const results = suites.flatMap((suite) => suite.results);
  const files = byFile(suites).map((file) => suiteElement(file, wantsCoverage));
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="arouter test"${counts(results)}>
${files.join("")}</testsuites>
`;
};

function suiteElement({ suite, file, results }: FileResults, wantsCoverage: boolean): string {
  const percent = coveragePercent([suite.coverage]);
  const properties = wantsCoverage
    ? `    <properties>\n      <property${attributes({ name: "coverage", value: percent })}/>\n    </properties>\n`
    : "";
  return `  <testsuite${attributes({ name: file })}${counts(results)}>
${properties}${results.map(caseElement).join("")}  </testsuite>
`;
}

function caseElement(result: TestResult): string {
  const { name, file, line, mismatches } = result;
  const open = `    <testcase${attributes({ name, classname: className(file), file, line, time: 0 })}`;
  if (isPassed(result)) return `${open}/>\n`;
  const texts = mismatches.map(mismatchText);
  const failure = attributes({ message: texts.join("; "), type: "mismatch" });
  const details = escaped([...texts, ...whyLines(result)].join("\n"));
  return `${open}>\n      <failure${failure}>${details}</failure>\n    </testcase>\n`;
}

/** Nothing is measured, as the same tests make the same report. */
function counts(results: readonly TestResult[]): string {
  const failures = results.filter((one) => !isPassed(one)).length;
  return attributes({ tests: results.length, failures, errors: 0, skipped: 0, time: 0 });
}

/** Jenkins shows what is before the last dot as a package. */
function className(file: string): string {
  return file.replace(/\.test\.\w+$/, "").replaceAll("/", ".");
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replaceAll("\n", "&#10;").replaceAll("\t", "&#9;")}"`)
    .join("");
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** For text and attributes. What XML 1.0 has no way to write becomes U+FFFD. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/[&<>"]/g, (character) => entities[character] ?? character)
    .replaceAll("\r", "&#13;");
}
