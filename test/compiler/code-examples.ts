import { readdirSync } from "node:fs";
import { join } from "node:path";
import { allCodes, type Code } from "../../compiler/codes.ts";
import { placesOf } from "../../compiler/places.ts";
import type { CodeExample } from "../../compiler/reference.ts";
import { compileCase, type Front } from "./compile-case.ts";

const folder = join(import.meta.dir, "cases");

/** What stands beside a case and is the same with its mistake corrected. */
export const fixed = "-fixed";

export const caseNames: readonly string[] = readdirSync(folder).sort();

/** A case's folder. */
export function caseFolder(name: string): string {
  return join(folder, name);
}

/** What the compiler makes of a case, whose configuration may be in any format. */
export function frontOf(name: string): Promise<Front> {
  const config = readdirSync(caseFolder(name)).find((file) => /^(arouter|config)\.[a-z]+$/.test(file));
  // Notes about overlaps are told on request only, and would be in many cases.
  return compileCase(join(caseFolder(name), config ?? "arouter.toml"), { explainOverlaps: name.includes("overlap") });
}

/** One case per code that has both a failing and a passing folder, and the line of it that fails. */
export async function codeExamples(): Promise<ReadonlyMap<Code, CodeExample>> {
  const failing = caseNames.filter((name) => caseNames.includes(name + fixed));
  const pairs = failing.map(async (name) => ({ name, front: await frontOf(name), after: await frontOf(name + fixed) }));
  const fronts = await Promise.all(pairs);
  // The plainest case is the best example.
  fronts.sort((a, b) => complexity(a.front) - complexity(b.front));
  const examples = allCodes.flatMap((code): readonly (readonly [Code, CodeExample])[] => {
    const has = (front: Front) => front.diagnostics.some((one) => one.code === code);
    const found = fronts.find(({ front, after }) => has(front) && !has(after));
    if (found === undefined) return [];
    return [[code, { line: failingLine(code, found.front), folder: `test/compiler/cases/${found.name}` }]];
  });
  return new Map(examples);
}

/** Cases of one code come before those of several. */
function complexity({ diagnostics }: Front): number {
  return new Set(diagnostics.map(({ code }) => code)).size * 1000 + diagnostics.length;
}

function failingLine(code: Code, { diagnostics, sources }: Front): string {
  const span = diagnostics.find((one) => one.code === code)?.span;
  if (span === undefined) return "";
  const places = placesOf(sources);
  return (places.linesOf(span.file)?.textOf(places.of(span).start.line) ?? "").trim();
}
