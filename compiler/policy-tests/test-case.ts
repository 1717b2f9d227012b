import type { Expectation, PolicyTest, PolicyTests, TestFacts, TestRequest } from "../../schemas/policy-test.ts";
import type { Document } from "../ast.ts";
import { merged } from "../merged.ts";
import { keySpanAt, nodeAt, type Path, spanAt } from "../node.ts";
import type { Span } from "../span.ts";

/** A test as it is run: a test of its own, or one of the cases of a test with what they share. */
export type TestCase = Readonly<{
  /** `test`, or `test / case`. */
  name: string;
  span: Span;
  facts: TestFacts | undefined;
  request: TestRequest | undefined;
  expect: Expectation;
  /** Where a value of it is, or the name of a table: in the case itself, else in the test around it, else where that begins. */
  placeOf(path: Path): Span;
}>;

/** Everything to run in one file, in its order. */
export function casesOf(document: Document<PolicyTests>): readonly TestCase[] {
  return document.value.tests.flatMap((test, index) => {
    const path = ["tests", index];
    if (test.cases === undefined) return [testCase(document, test.name, test, [path])];
    return test.cases.map((row, position) => {
      const name = `${test.name} / ${row.name ?? position + 1}`;
      return testCase(document, name, merged(inputOf(test), inputOf(row)), [[...path, "cases", position], path]);
    });
  });
}

type Input = Omit<PolicyTest, "name" | "cases">;

function inputOf({ facts, request, expect }: Input): Input {
  return {
    ...(facts === undefined ? {} : { facts }),
    ...(request === undefined ? {} : { request }),
    ...(expect === undefined ? {} : { expect }),
  };
}

/** `paths` lead to where it is written, the innermost first. */
function testCase(
  { root }: Document<PolicyTests>,
  name: string,
  { facts, request, expect = {} }: Input,
  paths: readonly Path[],
): TestCase {
  const own = keySpanAt(root, paths[0] ?? []);
  const placeOf = (path: Path) => {
    const found = paths.map((around) => [...around, ...path]).find((full) => nodeAt(root, full) !== undefined);
    if (found === undefined) return own;
    const isTable = nodeAt(root, found)?.kind === "map";
    return isTable ? keySpanAt(root, found) : spanAt(root, found);
  };
  return { name, span: own, facts, request, expect, placeOf };
}
