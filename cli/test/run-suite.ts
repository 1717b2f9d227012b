import type { Understood } from "../../compiler/compile.ts";
import { type Explanation, explain } from "../../compiler/explain.ts";
import { interpretResolve } from "../../compiler/interpret.ts";
import { allKnown } from "../../compiler/known-facts.ts";
import { placeOf } from "../../compiler/place-of.ts";
import type { ReadyTest } from "../../compiler/policy-tests/load-tests.ts";
import { type LineMap, lineMap } from "../../compiler/position.ts";
import type { Source } from "../../compiler/span.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { type Mismatch, mismatches } from "./mismatches.ts";
import { type Outcome, outcomes } from "./outcome.ts";

/** One test, and how it went. */
export type TestResult = Readonly<{
  name: string;
  /** Where it is written; line and column from 1. */
  file: string;
  line: number;
  column: number;
  /** The rule it expects, where it says. */
  expectedRule: string | undefined;
  outcome: Outcome;
  /** None when it passed. */
  mismatches: readonly Mismatch[];
  /** What the rules say, where it failed and they were tried. */
  explanation: Explanation | undefined;
}>;

/** All tests of one configuration. `config` is what people know it by. */
export type SuiteResult = Readonly<{ config: string; results: readonly TestResult[]; coverage: Coverage }>;

/** The tests of one file. */
export type TestFile = Readonly<{ source: Source; tests: readonly ReadyTest[] }>;

/** Runs tests under the configuration they are about. Sends nothing, and asks no clock. */
export function runSuite(config: string, understood: Understood, files: readonly TestFile[]): SuiteResult {
  const { ir, sources } = understood;
  const outcomeOf = outcomes(understood);
  const place = placeOf(sources);

  function resultOf(test: ReadyTest, file: string, lines: LineMap): TestResult {
    const outcome = outcomeOf(test);
    const found = mismatches(test.expect, outcome, (model) => interpretResolve(ir, model));
    const isExplained = found.length > 0 && outcome.facts !== undefined;
    return {
      name: test.name,
      file,
      ...lines.at(test.span.start),
      expectedRule: test.expect.rule,
      outcome,
      mismatches: found,
      explanation: isExplained ? explain(ir, allKnown(outcome.facts), place) : undefined,
    };
  }

  const results = files.flatMap(({ source, tests }) => {
    const lines = lineMap(source.text);
    return tests.map((test) => resultOf(test, source.file, lines));
  });
  const requests = results.flatMap(({ outcome }) => outcome.facts ?? []);
  return { config, results, coverage: coverageOf(ir.rules, requests, place) };
}

/** Whether a test met all that it expects. */
export function isPassed({ mismatches: found }: Pick<TestResult, "mismatches">): boolean {
  return found.length === 0;
}
