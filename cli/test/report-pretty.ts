import { type Column, layOut, printable, tableRow, titleRow } from "../table.ts";
import { byFile, coverageLines, mismatchText, summaryText, type TestReport } from "./report-texts.ts";
import { isPassed, type TestResult } from "./run-suite.ts";
import { whyLines } from "./why.ts";

const columns: readonly Column[] = [
  { title: "RESULT" },
  { title: "TEST" },
  { title: "RULE", cut: true },
  { title: "ASKED FIRST", cut: true, drop: 1 },
];

/** A table for each file, one line per test; below a failed one, what was expected and why it is not so. */
export const prettyReport: TestReport = (suites, { wantsCoverage, maxWidth }) => {
  const tables = byFile(suites).map(({ suite, file, results }) => {
    const rows = results.map((result) => ({ result, cells: cellsOf(result) }));
    const layout = layOut(
      columns,
      rows.map(({ cells }) => cells),
      maxWidth,
    );
    const lines = rows.map(({ result, cells }) => tableRow(layout, cells) + detailsOf(result));
    return `${suites.length > 1 ? `${file} (${suite.config})` : file}\n${titleRow(layout)}${lines.join("")}\n`;
  });
  const coverage = wantsCoverage ? coverageLines(suites) : [];
  return `${tables.join("")}${[summaryText(suites), ...coverage].join("\n")}\n`;
};

function cellsOf({ name, outcome, ...result }: TestResult): readonly string[] {
  const word = isPassed(result) ? "ok" : "FAILED";
  if (outcome.kind === "refused") return [word, name, "none", "refused"];
  const { upstream, itinerary } = outcome;
  const asked = upstream === undefined ? "nobody" : `${upstream.provider}/${upstream.model}`;
  return [word, name, itinerary.rule, asked];
}

const indent = "        ";

function detailsOf(result: TestResult): string {
  if (isPassed(result)) return "";
  const place = `${result.file}:${result.line}:${result.column}`;
  const lines = [`${place}:`, ...result.mismatches.map((one) => `  ${mismatchText(one)}`), ...whyLines(result)];
  return lines.map((line) => `${indent}${printable(line)}\n`).join("");
}
