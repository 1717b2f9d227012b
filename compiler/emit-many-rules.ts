import { readFileSync } from "node:fs";
import { commentText, literal } from "./emit-code.ts";
import { callCode, conditionCall } from "./emit-condition-call.ts";
import { identifiers } from "./emit-names.ts";
import { planOf } from "./emit-plan.ts";
import type { RulesCode } from "./emit-rules.ts";
import type { PlanIR, RuleIR } from "./ir.ts";

/** The rules as one table that `ruleIndex` looks up. Where several go the same way, it stands before the table once. */
export function emitManyRules(rules: readonly RuleIR[]): RulesCode {
  const ways = sharedWays(rules);
  const rows = rules.map((rule, position) => {
    const when = rule.when.map((condition) => callCode(conditionCall(condition)));
    const plan = planOf(rule);
    const way = ways.get(JSON.stringify(plan.routes));
    const routes = way === undefined ? plan.routes : () => way.name;
    const row = literal({ when, plan: { ...plan, routes } }, { indent: 2, column: 2, after: 1 });
    return `  // ${position + 1} ${commentText(`${rule.name}: ${rule.place}`)}\n  ${row},`;
  });
  const table = ["const rules: readonly IndexedRule<Plan<ProviderId>>[] = [", ...rows, "];"].join("\n");
  return {
    declarations: [...[...ways.values()].map(wayConstant), table, "const find = ruleIndex(rules);"],
    body: ["return find(r);"],
  };
}

type Way = Readonly<{ name: string; routes: PlanIR["routes"] }>;

/** A constant for each list of routes, by its JSON, that more than one rule has. */
function sharedWays(rules: readonly RuleIR[]): ReadonlyMap<string, Way> {
  const identifier = identifiers();
  const seen = new Set<string>();
  const ways = new Map<string, Way>();
  for (const { routes } of rules.map(({ plan }) => plan)) {
    const json = JSON.stringify(routes);
    if (seen.has(json) && !ways.has(json)) {
      ways.set(json, { name: identifier(`to ${routes[0].model}`, `routes${ways.size + 1}`), routes });
    }
    seen.add(json);
  }
  return ways;
}

function wayConstant({ name, routes }: Way): string {
  const start = `const ${name} = `;
  const end = ' as const satisfies Plan<ProviderId>["routes"];';
  return `${start}${literal(routes, { indent: 0, column: start.length, after: end.length })}${end}`;
}

/** All of the lookup: constants come before what uses them. */
const parts = [
  "matches-glob.ts",
  "rule-index/condition.ts",
  "rule-index/conditions.ts",
  "rule-index/bits.ts",
  "rule-index/lists-of.ts",
  "rule-index/remembered.ts",
  "rule-index/model-lookup.ts",
  "rule-index/filed-rules.ts",
  "rule-index/broad-axes.ts",
  "rule-index/number-axis.ts",
  "rule-index/rule-index.ts",
] as const;

/** What the router imports is in these, and the type of its table. */
const doors: readonly string[] = ["rule-index/conditions.ts", "rule-index/rule-index.ts"];

/** What a table of these rules needs of the module. */
export function indexNames(rules: readonly RuleIR[]): readonly string[] {
  return [...new Set(rules.flatMap(({ when }) => when.map((one) => conditionCall(one).name))), "ruleIndex"].sort();
}

/** The lookup, copied from the compiler's own sources into one module. */
export function ruleIndexModule(): string {
  const bodies = parts.map((file) =>
    doors.includes(file) ? readPart(file) : readPart(file).replace(/^export (?!type IndexedRule)/gm, ""),
  );
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
