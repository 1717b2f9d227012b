import { readdirSync } from "node:fs";
import { join } from "node:path";
import { allCodes, type Code } from "../../compiler/codes.ts";
import { placesOf } from "../../compiler/places.ts";
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
export async function codeExamples(): Promise<ReadonlyMap<Code, Readonly<{ name: string; line: string }>>> {
  const failing = caseNames.filter((name) => caseNames.includes(name + fixed));
  const pairs = failing.map(async (name) => ({ name, front: await frontOf(name), after: await frontOf(name + fixed) }));
  const fronts = await Promise.all(pairs);
  // The plainest case is the best example.
  fronts.sort((a, b) => a.front.diagnostics.length - b.front.diagnostics.length);
  const examples = allCodes.flatMap((code): readonly (readonly [Code, { name: string; line: string }])[] => {
    const has = (front: Front) => front.diagnostics.some((one) => one.code === code);
    const found = fronts.find(({ front, after }) => has(front) && !has(after));
    return found === undefined ? [] : [[code, { name: found.name, line: failingLine(code, found.front) }]];
  });
  return new Map(examples);
}

function failingLine(code: Code, { diagnostics, sources }: Front): string {
  const span = diagnostics.find((one) => one.code === code)?.span;
  if (span === undefined) return "";
  const places = placesOf(sources);
  return (places.linesOf(span.file)?.textOf(places.of(span).start.line) ?? "").trim();
}
