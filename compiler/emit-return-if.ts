import { lineWidth } from "./emit-code.ts";

/** `if (…) return result;` in the shape Biome gives it, `depth` blocks deep. */
export function returnIf(conjuncts: readonly string[], result: string, depth = 1): string {
  const statement = `return ${result};`;
  if (conjuncts.length === 0) return statement;
  const width = lineWidth - 2 * depth;
  const test = conjuncts.join(" && ");
  if (`if (${test}) ${statement}`.length <= width) return `if (${test}) ${statement}`;
  if (`if (${test}) {`.length <= width) return `if (${test}) {\n  ${statement}\n}`;
  return `if (\n  ${conjuncts.join(" &&\n  ")}\n) {\n  ${statement}\n}`;
}
