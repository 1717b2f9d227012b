import { lineWidth } from "./emit-code.ts";

/** `if (…) return result;` in the shape Biome gives it inside a function. */
export function returnIf(conjuncts: readonly string[], result: string): string {
  const statement = `return ${result};`;
  if (conjuncts.length === 0) return statement;
  const test = conjuncts.join(" && ");
  if (`  if (${test}) ${statement}`.length <= lineWidth) return `if (${test}) ${statement}`;
  if (`  if (${test}) {`.length <= lineWidth) return `if (${test}) {\n  ${statement}\n}`;
  return `if (\n  ${conjuncts.join(" &&\n  ")}\n) {\n  ${statement}\n}`;
}
