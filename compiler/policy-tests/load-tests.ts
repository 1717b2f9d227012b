import { dirname, join, resolve } from "node:path";
import { PolicyTestSchema, type PolicyTests } from "../../schemas/policy-test.ts";
import { shapeOf } from "../../schemas/shape.ts";
import { type Diagnostic, diagnostic } from "../diagnostics.ts";
import type { RouterIR } from "../ir.ts";
import { readSource, reasons } from "../load.ts";
import { merged } from "../merged.ts";
import { toRecord } from "../node.ts";
import { parseDocument } from "../parse.ts";
import type { Source } from "../span.ts";
import { parseTree } from "../tree.ts";
import { checkCases } from "./check-cases.ts";
import { casesOf, type TestCase } from "./test-case.ts";

/** A test that is ready to run: of facts, or of a request with its whole body. */
export type ReadyTest = TestCase & Readonly<{ body: Readonly<Record<string, unknown>> | undefined }>;

/** The tests of one file, and everything that was read for them. No tests when there is a mistake. */
export type LoadedTests = Readonly<{
  sources: readonly Source[];
  tests: readonly ReadyTest[];
  diagnostics: readonly Diagnostic[];
}>;

const shape = shapeOf(PolicyTestSchema);

/** Checks a test file against the configuration it is about, and reads the requests it names. `folder` is that of the configuration. */
export async function loadTests(source: Source, folder: string, ir: RouterIR): Promise<LoadedTests> {
  const { document, diagnostics } = parseDocument<PolicyTests>(shape, parseTree(source));
  if (document === undefined) return { sources: [source], tests: [], diagnostics };
  const cases = casesOf(document);
  const found = checkCases(cases, ir);
  const bodies = await Promise.all(cases.map((one) => readBody(one, folder, source.file)));
  const all = [...diagnostics, ...found, ...bodies.flatMap((one) => one.diagnostics)];
  const tests = cases.map((one, index) => ({ ...one, body: bodies[index]?.body }));
  const sources = [source, ...bodies.flatMap((one) => one.source ?? [])];
  return { sources, tests: all.length > 0 ? [] : tests, diagnostics: all };
}

type Body = Readonly<{
  body: ReadyTest["body"];
  source?: Source;
  diagnostics: readonly Diagnostic[];
}>;

/** The body of a request: that of its file, with what the test says put over it. */
async function readBody({ request, placeOf }: TestCase, folder: string, testFile: string): Promise<Body> {
  const { file, body = {} } = request ?? {};
  if (file === undefined) return { body: request && body, diagnostics: [] };
  const place = placeOf(["request", "file"]);
  const refused = (what: string): Body => {
    return { body, diagnostics: [diagnostic("AR002", place, `The request file ${JSON.stringify(file)} ${what}.`)] };
  };
  const source = await readSource(folder, resolve(folder, join(dirname(testFile), file)));
  if (typeof source === "string") return refused(reasons[source]);
  const { root, diagnostics } = parseTree(source);
  if (root === undefined) return { body, source, diagnostics };
  if (root.kind !== "map") return refused("does not hold a JSON object");
  return { body: merged(toRecord(root), body), source, diagnostics: [] };
}
