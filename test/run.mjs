#!/usr/bin/env node
// What `npm test` runs: plain Node without dependencies, because it must start before anything else is known to work.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bunBinary } from "../cli/bun-binary.mjs";
import { command, killCommands } from "./support/command.mjs";
import { virtualEnvironment } from "./support/python.mjs";

const help = `Usage: npm test -- [--only unit|ts|py] [--verbose]

  --only unit   every TypeScript test but the conformance suite
  --only ts     the conformance suite of the TypeScript SDKs
  --only py     the conformance suite of the Python SDKs
  --verbose     name the tests that pass, too

Python 3 is needed for the Python SDKs; without it they are skipped here and fail where CI is set.
The exit code is 0 when at least one test ran and none failed.`;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const minuteMs = 60_000;
const wholeRunMs = 27 * minuteMs;
const limitsMs = { unit: 18 * minuteMs, ts: 6 * minuteMs, venv: 5 * minuteMs, py: 5 * minuteMs };
const perTestMs = 30_000;
/** Shared machines stand still for seconds at times. What is about real time gets a second try there; what is wrong fails twice. */
const retries = process.env.CI ? ["--retry=1"] : [];
const conformance = join("test", "conformance");

/** One environment each: two SDK majors of one vendor cannot be installed side by side. */
const pythonSuites = [
  { name: "Python, newest SDKs", folder: join(".venv", "newest"), requirements: "requirements.txt" },
  { name: "Python, previous SDKs", folder: join(".venv", "previous"), requirements: "requirements-previous.txt" },
];

const options = readOptions();
const deadlineMs = Date.now() + wholeRunMs;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(130));
setTimeout(() => {
  console.error(`\nThe whole run took longer than ${wholeRunMs / minuteMs} minutes.`);
  stop(1);
}, wholeRunMs + 5_000).unref();

const bun = bunBinary();
if (bun === undefined) {
  console.error("Bun is not installed. Run: npm install");
  process.exit(1);
}
const environment = {
  ...process.env,
  AROUTER_TEST_BUN: bun,
  PYTHONDONTWRITEBYTECODE: "1",
  NO_COLOR: "1",
  FORCE_COLOR: undefined,
};
const results = [];
if (options.only === undefined || options.only === "unit") {
  const rest = [`--path-ignore-patterns=${conformance}/**`];
  results.push(await bunTest("TypeScript", rest, limitsMs.unit));
}
if (options.only === undefined || options.only === "ts") {
  results.push(await bunTest("Conformance, TypeScript SDKs", [`./${conformance}`], limitsMs.ts));
}
if (options.only === undefined || options.only === "py") {
  for (const suite of pythonSuites) results.push(await pytest(suite));
}
process.exitCode = report(results);

async function bunTest(name, args, limitMs) {
  heading(name);
  const shown = options.verbose ? [] : ["--only-failures"];
  const result = await run(bun, ["test", `--timeout=${perTestMs}`, ...retries, ...shown, ...args], limitMs);
  // Bun's closing lines: " 12 pass", " 1 fail", … "Ran 13 tests across 2 files."
  const tail = result.output.slice(result.output.lastIndexOf("\nRan ") - 400);
  const count = (word) => Number(new RegExp(`^ *(\\d+) ${word}$`, "m").exec(tail)?.[1] ?? 0);
  const failures = result.output.match(/^\(fail\) .*$/gm) ?? [];
  return tally(name, result, failures, count("pass"), count("fail"), count("skip") + count("todo"));
}

async function pytest({ name, folder, requirements }) {
  heading(name);
  const home = join(root, conformance, "python");
  const { python, problem } = await virtualEnvironment({
    folder: join(home, folder),
    requirements: join(home, requirements),
    env: environment,
    timeoutMs: limitsMs.venv,
  });
  if (problem !== undefined) return withoutPython(name, problem);
  const shown = options.verbose ? "-v" : "-q";
  const args = ["-m", "pytest", shown, "--color=no", "-p", "no:cacheprovider", "--tb=short", home];
  const result = await run(python, args, limitsMs.py);
  // Pytest's closing line: "2 failed, 10 passed, 1 skipped, 1 error in 3.21s".
  const tail = /^.*\d+ \w+.* in [\d.]+s.*$/gm;
  const line = result.output.match(tail)?.at(-1) ?? "";
  const count = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  const failures = result.output.match(/^(FAILED|ERROR) .*$/gm) ?? [];
  return tally(name, result, failures, count("passed"), count("failed") + count("error"), count("skipped"));
}

/** A run that broke off, or that failed without saying which test, counts as one failure. */
function tally(name, { status, timedOut }, failures, passed, failed, skipped) {
  const broken = status !== 0 && failed === 0;
  const note = timedOut
    ? "took too long and was killed; --verbose shows where it hangs"
    : broken
      ? `ended with status ${status ?? "unknown"}`
      : "";
  return { name, failures, passed, failed: broken ? 1 : failed, skipped, note };
}

function withoutPython(name, problem) {
  const isCi = Boolean(process.env.CI);
  const bar = "!".repeat(100);
  const outcome = isCi ? "CI is set, so this counts as a failure." : "They are skipped.";
  const advice = "Install Python 3.10 or newer with its venv module (Debian, Ubuntu: apt-get install python3-venv).";
  console.error(`${bar}\nTHE PYTHON SDKs ARE NOT TESTED. ${outcome}\n${advice}\n\n${problem}\n${bar}`);
  return {
    name,
    failures: [],
    passed: 0,
    failed: isCi ? 1 : 0,
    skipped: isCi ? 0 : 1,
    note: "NOT RUN: no Python environment",
  };
}

function report(suites) {
  const sum = (key) => suites.reduce((total, suite) => total + suite[key], 0);
  heading("Summary");
  for (const { name, passed, failed, skipped, note } of suites) {
    const counts = `${String(passed).padStart(6)} passed ${String(failed).padStart(5)} failed ${String(skipped).padStart(5)} skipped`;
    console.log(`${name.padEnd(30)}${counts}${note === "" ? "" : `   ${note}`}`);
  }
  // What failed stands a thousand lines up otherwise.
  for (const { name, failures } of suites) for (const failure of failures) console.log(`${name}: ${failure}`);
  console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") > 0 || sum("passed") === 0 ? 1 : 0;
}

function run(file, args, limitMs) {
  const timeoutMs = Math.max(1_000, Math.min(limitMs, deadlineMs - Date.now()));
  return command(file, args, { cwd: root, env: environment, timeoutMs });
}

function heading(text) {
  console.log(`\n== ${text} ==`);
}

function stop(status) {
  killCommands();
  process.exit(status);
}

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        only: { type: "string" },
        verbose: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }));
    if (values.only !== undefined && !["unit", "ts", "py"].includes(values.only)) {
      throw new Error(`--only takes unit, ts or py, not "${values.only}".`);
    }
  } catch (error) {
    console.error(`${error.message}\n\n${help}`);
    process.exit(2);
  }
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  if (!existsSync(join(root, "node_modules"))) {
    console.error("Nothing is installed yet. Run: npm install");
    process.exit(2);
  }
  return values;
}
