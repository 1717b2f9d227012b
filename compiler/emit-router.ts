import { StructureKind } from "ts-morph";
import type { Analysis } from "./analyse.ts";
import { lineWidth, literal, stringLiteral } from "./emit-code.ts";
import { factLines } from "./emit-facts.ts";
import { header, ruleTable } from "./emit-header.ts";
import { emitManyRules, indexNames, matchesGlobSource } from "./emit-many-rules.ts";
import { moduleText } from "./emit-module.ts";
import { emitResolve } from "./emit-resolve.ts";
import { emitRules } from "./emit-rules.ts";
import type { RouterIR } from "./ir.ts";

/**
 * From here on an index is faster than a chain of conditions (test/bench/dispatch.ts). It also keeps `route` small enough
 * for the engine to optimise and for TypeScript to check: it gives up on thousands of conditions in one function.
 */
export const manyRules = 48;

/** `router.gen.ts`: the policy as code. */
export function emitRouter(ir: RouterIR, facts: Pick<Analysis, "tokenBounds">): string {
  const indexed = ir.rules.length > manyRules;
  const rules = indexed ? emitManyRules(ir.rules) : emitRules(ir.rules);
  const resolve = emitResolve(ir.resolver);
  const needsGlobs = [...(indexed ? [] : [...rules.declarations, ...rules.body]), ...resolve.body].some((code) =>
    code.includes("matchesGlob("),
  );
  const needsOffers = ir.resolver.aliases.length > 0;
  return moduleText("router.gen.ts", `${header(ir)}\n//\n${ruleTable(ir)}\n//\n${comment(factLines(ir))}`, [
    [
      importOf("import type", [...(needsOffers ? ["Offer"] : []), "Plan", "RequestFacts", "Route"], "arouter/runtime"),
      importOf("import type", ["catalog"], "./catalog.gen.ts"),
      ...(indexed ? [importOf("import", ["type IndexedRule", ...indexNames(ir.rules)], "./rule-index.gen.ts")] : []),
    ].join("\n"),
    "type ProviderId = keyof typeof catalog.providers;",
    ...rules.declarations,
    {
      kind: StructureKind.Function,
      isExported: true,
      name: "route",
      docs: ["First match wins, in file order. Pure: no I/O, no clock."],
      parameters: [parameter("r", "RequestFacts", rules.body)],
      returnType: "Plan<ProviderId> | undefined",
      statements: [...rules.body],
    },
    ...(needsGlobs ? [matchesGlobSource()] : []),
    ...resolve.declarations,
    {
      kind: StructureKind.Function,
      isExported: true,
      name: "resolve",
      docs: ["What serves a model: each offer is a provider and the name it knows the model by."],
      parameters: [parameter("model", "string", resolve.body)],
      returnType: "Route<ProviderId> | undefined",
      statements: [...resolve.body],
    },
    tokenBounds(facts.tokenBounds),
  ]);
}

function tokenBounds(bounds: readonly number[]): string {
  const start = "export const tokenBounds: readonly number[] = ";
  const value = literal(bounds, { indent: 0, column: start.length, after: 1 });
  const about =
    "/** Input tokens are counted until it is clear which of these are reached; where there are none, not at all. */";
  return `${about}\n${start}${value};`;
}

function comment(lines: readonly string[]): string {
  return lines.map((line) => `// ${line}`).join("\n");
}

function importOf(keyword: "import" | "import type", names: readonly string[], module: string): string {
  const flat = `${keyword} { ${names.join(", ")} } from ${stringLiteral(module)};`;
  if (flat.length <= lineWidth) return flat;
  return `${keyword} {\n${names.map((name) => `  ${name},\n`).join("")}} from ${stringLiteral(module)};`;
}

/** TypeScript wants an unused parameter to begin with an underscore. */
function parameter(name: string, type: string, body: readonly string[]): { name: string; type: string } {
  const uses = new RegExp(`\\b${name}\\b`);
  const isUsed = body.some((code) => !code.startsWith("//") && uses.test(code));
  return { name: isUsed ? name : `_${name}`, type };
}
