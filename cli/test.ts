import { writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { ReadyTest } from "../compiler/policy-tests/load-tests.ts";
import { tokenizer } from "../runtime/tokens.ts";
import {
  type Arguments,
  type Command,
  configFlag,
  exitCode,
  type Flag,
  flagValue,
  type Io,
  profileFlag,
  watchFlag,
} from "./command.ts";
import { compileOptions, findConfig } from "./find-config.ts";
import { failureCode, report } from "./report.ts";
import { runOnChange } from "./run-on-change.ts";
import { coveragePercent } from "./test/coverage.ts";
import { findTestFiles } from "./test/find-test-files.ts";
import { loadSuites, type Suite, UnreadableTests } from "./test/load-suites.ts";
import { githubReport } from "./test/report-github.ts";
import { jsonReport } from "./test/report-json.ts";
import { junitReport } from "./test/report-junit.ts";
import { prettyReport } from "./test/report-pretty.ts";
import { tapReport } from "./test/report-tap.ts";
import type { ReportOptions, TestReport } from "./test/report-texts.ts";
import { isPassed, runSuite, type SuiteResult } from "./test/run-suite.ts";

const reports = {
  pretty: prettyReport,
  junit: junitReport,
  tap: tapReport,
  json: jsonReport,
  github: githubReport,
} as const satisfies Record<string, TestReport>;

const formats = Object.keys(reports);

const flags: readonly Flag[] = [
  configFlag,
  profileFlag,
  { name: "filter", value: "TEXT", about: "only tests whose names contain this, in any case of letters" },
  { name: "coverage", about: "tell which rules and clauses no test has exercised" },
  { name: "min-coverage", value: "PERCENT", about: "fail where less of them is exercised" },
  { name: "format", value: formats.join("|"), choices: formats, about: "how to print the results (default: pretty)" },
  { name: "output", value: "FILE", about: "write that to a file; the table is printed besides" },
  watchFlag,
];

export const testCommand: Command = {
  name: "test",
  summary: "run policy tests: *.test.yaml in the configuration's folder and below, or the files named",
  operands: ["[FILE…]"],
  flags,
  examples: [
    "arouter test --coverage",
    "arouter test policies.test.yaml --filter boundary --watch",
    "arouter test --format junit --output results.xml --min-coverage 100",
  ],
  exitCodes: [
    "0  all tests passed",
    "1  a test failed, too little was exercised, or a file has mistakes",
    "2  wrong usage, no tests, or a file cannot be read or written",
  ],
  run,
};

async function run(args: Arguments, io: Io): Promise<number> {
  const least = leastPercent(args);
  if (least === undefined) return wrong("--min-coverage takes a percentage from 0 to 100.", io);
  if (!args.flags.has("watch")) return (await round(args, least, io)).code;
  return await runOnChange(async () => {
    const { read } = await round(args, least, io);
    io.err("Waiting for changes. Stop with Ctrl-C.\n");
    return read;
  });
}

/** The exit code of one run, and everything that a change of which asks for another. */
type Round = Readonly<{ code: number; read: readonly string[] }>;

async function round(args: Arguments, least: number, io: Io): Promise<Round> {
  const config = findConfig(args, io);
  const found = args.operands.length > 0 ? { files: args.operands, folders: [] } : await findTestFiles(dirname(config));
  const folders = found.folders.map((folder) => resolve(folder));
  if (found.files.length === 0) {
    const code = wrong(`There is no *.test.yaml in ${dirname(config)} or below. arouter init writes one.`, io);
    return { code, read: [resolve(config), ...folders] };
  }
  try {
    const { suites, problems, read } = await loadSuites(found.files, { config, options: compileOptions(args) });
    for (const one of problems) report(one, args, io);
    const mistakes = problems.flatMap(({ diagnostics }) => diagnostics);
    const code = problems.length > 0 ? failureCode(mistakes) : await runSuites(suites, args, least, io);
    return { code, read: [...read, ...folders] };
  } catch (thrown) {
    if (!(thrown instanceof UnreadableTests)) throw thrown;
    return { code: wrong(thrown.message, io), read: [...found.files.map((file) => resolve(file)), ...folders] };
  }
}

async function runSuites(all: readonly Suite[], args: Arguments, least: number, io: Io): Promise<number> {
  const filter = flagValue(args, "filter")?.toLowerCase() ?? "";
  const suites = all.map((suite) => filtered(suite, filter));
  const tests = suites.flatMap(({ files }) => files.flatMap((file) => file.tests));
  if (tests.length === 0) return wrong(`No test's name contains ${JSON.stringify(filter)}.`, io);
  if (tests.some(({ request }) => request !== undefined)) await tokenizer.load();
  const results = suites.map(({ config, understood, files }) => runSuite(config, understood, files));
  await tell(results, args, io);
  const percent = coveragePercent(results.map(({ coverage }) => coverage));
  if (percent < least)
    io.err(`error: ${percent} % of the rules and their clauses were exercised, less than ${least} %.\n`);
  const isGood = results.every((one) => one.results.every(isPassed)) && percent >= least;
  return isGood ? exitCode.ok : exitCode.diagnostics;
}

function filtered({ files, ...suite }: Suite, filter: string): Suite {
  const isMeant = ({ name }: ReadyTest) => name.toLowerCase().includes(filter);
  return { ...suite, files: files.map(({ source, tests }) => ({ source, tests: tests.filter(isMeant) })) };
}

async function tell(results: readonly SuiteResult[], args: Arguments, io: Io): Promise<void> {
  const options: ReportOptions = {
    wantsCoverage: args.flags.has("coverage") || args.flags.has("min-coverage"),
    root: resolve(io.env["GITHUB_WORKSPACE"] || "."),
    maxWidth: io.columns,
  };
  const format = Object.entries(reports).find(([name]) => name === flagValue(args, "format"))?.[1] ?? prettyReport;
  const file = flagValue(args, "output");
  if (file === undefined) return io.out(format(results, options));
  await writeFile(file, format(results, { ...options, maxWidth: undefined }));
  io.out(prettyReport(results, options));
}

/** 0 where none is asked for; undefined when it is no percentage. */
function leastPercent(args: Arguments): number | undefined {
  const written = flagValue(args, "min-coverage");
  if (written === undefined) return 0;
  return /^\d+(\.\d+)?$/.test(written) && Number(written) <= 100 ? Number(written) : undefined;
}

function wrong(message: string, io: Io): number {
  io.err(`error: ${message}\nRun: arouter test --help\n`);
  return exitCode.usage;
}
