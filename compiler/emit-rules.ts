import { commentText, literal } from "./emit-code.ts";
import { conditionCode } from "./emit-condition.ts";
import { identifiers } from "./emit-names.ts";
import { planOf } from "./emit-plan.ts";
import { returnIf } from "./emit-return-if.ts";
import type { ConditionIR, RuleIR } from "./ir.ts";

/** What stands before `route`, and its body. */
export type RulesCode = Readonly<{ declarations: readonly string[]; body: readonly string[] }>;

/** The rules as a person would write them: a constant for each plan, and a chain of conditions, first match first. */
export function emitRules(rules: readonly RuleIR[]): RulesCode {
  const identifier = identifiers();
  const declarations: string[] = [];
  const body: string[] = [];
  const total = rules.findIndex((rule) => matchesAll(rule));
  const reached = total < 0 ? rules : rules.slice(0, total + 1);
  for (const [position, rule] of reached.entries()) {
    const number = position + 1;
    const name = identifier(rule.name, `rule${number}`);
    const test = ruleTest(rule, (suffix) => identifier(name + suffix, `rule${number}${suffix}`));
    if (test === "never") body.push(`${label(rule, number)}: never matches`);
    else {
      declarations.push(planConstant(rule, name), ...test.declarations);
      body.push(label(rule, number), returnIf(test.conjuncts, name));
    }
  }
  const unreached = rules.slice(reached.length).map((rule, position) => label(rule, reached.length + position + 1));
  body.push(...(total < 0 ? ["return undefined;"] : unreached.map((line) => `${line}: never reached`)));
  const endpoint = body.some((line) => line.includes('endpoint === "')) ? ["const endpoint: string = r.endpoint;"] : [];
  return { declarations, body: [...endpoint, ...body] };
}

function matchesAll(rule: RuleIR): boolean {
  const test = ruleTest(rule, (suffix) => suffix);
  return test !== "never" && test.conjuncts.length === 0;
}

function label(rule: RuleIR, number: number): string {
  return `// ${number} ${commentText(`${rule.name}: ${rule.place}`)}`;
}

/** Counting input tokens is dear, so it is asked last; the other facts are cheap and stay in the order the user wrote. */
function ruleTest(
  rule: RuleIR,
  declare: (suffix: string) => string,
): "never" | Readonly<{ conjuncts: readonly string[]; declarations: readonly string[] }> {
  const asksTokens = ({ kind }: ConditionIR) => kind === "input-tokens";
  const ordered = [...rule.when.filter((condition) => !asksTokens(condition)), ...rule.when.filter(asksTokens)];
  const codes = ordered.map((condition) => conditionCode(condition, declare));
  if (codes.some(({ kind, tests }) => kind === "any" && tests.length === 0)) return "never";
  const alone = codes.filter(({ tests }) => tests.length > 0).length === 1;
  const conjuncts = codes.flatMap(({ kind, tests }) => {
    if (kind === "all") return tests;
    return tests.length > 1 && !alone ? [`(${tests.join(" || ")})`] : [tests.join(" || ")];
  });
  return { conjuncts: [...new Set(conjuncts)], declarations: codes.flatMap(({ declarations }) => declarations) };
}

function planConstant(rule: RuleIR, name: string): string {
  const start = `const ${name} = `;
  const end = " as const satisfies Plan<ProviderId>;";
  const plan = literal(planOf(rule), { indent: 0, column: start.length, after: end.length });
  return `// ${commentText(rule.place)}\n${start}${plan}${end}`;
}
