import { readFileSync } from "node:fs";
import { commentText, literal } from "./emit-code.ts";
import { planOf } from "./emit-plan.ts";
import type { RulesCode } from "./emit-rules.ts";
import type { RuleIR } from "./ir.ts";

/** The rules as one table that `ruleIndex` looks up. */
export function emitManyRules(rules: readonly RuleIR[]): RulesCode {
  const rows = rules.map((rule, position) => {
    const { when } = rule;
    const row = literal({ when, plan: planOf(rule) }, { indent: 2, column: 2, after: 1 });
    return `  // ${position + 1} ${commentText(`${rule.name}: ${rule.place}`)}\n  ${row},`;
  });
  const table = ["const rules: readonly IndexedRule<Plan<ProviderId>>[] = [", ...rows, "];"].join("\n");
  return { declarations: [table, "const find = ruleIndex(rules);"], body: ["return find(r);"] };
}

/** All of the lookup: constants come before what uses them. */
const parts = [
  "matches-glob.ts",
  "rule-index/condition.ts",
  "rule-index/bits.ts",
  "rule-index/lists-of.ts",
  "rule-index/remembered.ts",
  "rule-index/model-lookup.ts",
  "rule-index/filed-rules.ts",
  "rule-index/broad-axes.ts",
  "rule-index/number-axis.ts",
  "rule-index/rule-index.ts",
] as const;

/** The lookup, copied from the compiler's own sources into one module. */
export function ruleIndexModule(): string {
  const bodies = parts.map((file) => readPart(file).replace(/^export (?!type IndexedRule|function ruleIndex)/gm, ""));
  return ['import type { RequestFacts } from "arouter/runtime";', ...bodies].join("\n\n");
}

/** The source of `matchesGlob`, for a router that needs only that. */
export function matchesGlobSource(): string {
  return readPart("matches-glob.ts").replace("export function", "function");
}

/** A part without its imports. */
function readPart(file: (typeof parts)[number]): string {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return text.replace(/^import [^;]*;\n/gm, "").trim();
}
