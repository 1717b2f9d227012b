import { commentText, literal } from "./emit-code.ts";
import { type ConditionCode, conditionCode } from "./emit-condition.ts";
import { identifiers } from "./emit-names.ts";
import { planOf } from "./emit-plan.ts";
import { returnIf } from "./emit-return-if.ts";
import { namesEmbeddings } from "./interpret.ts";
import type { ConditionIR, RuleIR } from "./ir.ts";

/** What stands before `route`, and its body. */
export type RulesCode = Readonly<{ declarations: readonly string[]; body: readonly string[] }>;

/**
 * The rules as a person would write them: a constant for each plan, and a chain of conditions, first match first.
 * Embeddings have a chain of their own before it, as only rules that name them count.
 */
export function emitRules(rules: readonly RuleIR[]): RulesCode {
  const identifier = identifiers();
  const codes = rules.map((rule, position) => ruleCode(rule, position + 1, identifier));
  const named = codes.filter(({ rule }) => namesEmbeddings(rule));
  const embeddings = chain(named, (code) => ruleTest(withoutEndpoint(code)), 2);
  const others = chain(codes, (code) => ruleTest(code.conditions), 1);
  const used = codes.filter((code) => embeddings.used.has(code) || others.used.has(code));
  const needsEndpoint = others.lines.some((line) => line.includes('endpoint === "'));
  return {
    declarations: used.flatMap(({ declarations }) => declarations),
    body: [
      ...(codes.length === 0 ? [] : embeddingsGuard(embeddings.lines)),
      ...(needsEndpoint ? ["const endpoint: string = r.endpoint;"] : []),
      ...others.lines,
    ],
  };
}

/** One rule, its conditions dearest last: counting input tokens is dear, the other facts stay in the order the user wrote. */
type RuleCode = Readonly<{
  rule: RuleIR;
  label: string;
  /** The constant that holds its plan. */
  name: string;
  conditions: readonly (Readonly<{ kind: ConditionIR["kind"] }> & Readonly<{ code: ConditionCode }>)[];
  declarations: readonly string[];
}>;

function ruleCode(rule: RuleIR, number: number, identifier: ReturnType<typeof identifiers>): RuleCode {
  const name = identifier(rule.name, `rule${number}`);
  const asksTokens = ({ kind }: ConditionIR) => kind === "input-tokens";
  const ordered = [...rule.when.filter((one) => !asksTokens(one)), ...rule.when.filter(asksTokens)];
  const conditions = ordered.map((one) => ({
    kind: one.kind,
    code: conditionCode(one, (suffix) => identifier(name + suffix, `rule${number}${suffix}`)),
  }));
  const declarations = [planConstant(rule, name), ...conditions.flatMap(({ code }) => code.declarations)];
  const label = `// ${number} ${commentText(`${rule.name}: ${rule.place}`)}`;
  return { rule, label, name, conditions, declarations };
}

type Conditions = RuleCode["conditions"];

/** In the chain of the endpoint itself the question has been answered. */
function withoutEndpoint({ conditions }: RuleCode): Conditions {
  return conditions.filter(({ kind }) => kind !== "endpoint");
}

type Chain = Readonly<{ lines: readonly string[]; used: ReadonlySet<RuleCode> }>;

function chain(codes: readonly RuleCode[], testOf: (code: RuleCode) => Test, depth: number): Chain {
  const lines: string[] = [];
  const used = new Set<RuleCode>();
  let isOpen = true;
  for (const code of codes) {
    const test = testOf(code);
    if (test.kind === "never") lines.push(`${code.label}: ${test.why}`);
    else if (!isOpen) lines.push(`${code.label}: never reached`);
    else {
      used.add(code);
      lines.push(code.label, returnIf(test.conjuncts, code.name, depth));
      isOpen = test.conjuncts.length > 0;
    }
  }
  return { lines: isOpen ? [...lines, "return undefined;"] : lines, used };
}

function embeddingsGuard(lines: readonly string[]): readonly string[] {
  if (lines.length > 1) return [`if (r.endpoint === "embeddings") {\n${indented(lines)}\n}`];
  const why = "// Rules count for embeddings when they name the endpoint; none does.";
  return [why, 'if (r.endpoint === "embeddings") return undefined;'];
}

function indented(lines: readonly string[]): string {
  return lines
    .join("\n")
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

type Test = Readonly<{ kind: "all"; conjuncts: readonly string[] }> | Readonly<{ kind: "never"; why: string }>;

function ruleTest(conditions: Conditions): Test {
  const impossible = conditions.find(({ code }) => code.kind === "any" && code.tests.length === 0);
  if (impossible !== undefined) {
    return { kind: "never", why: impossible.kind === "endpoint" ? "only for embeddings" : "never matches" };
  }
  const alone = conditions.filter(({ code }) => code.tests.length > 0).length === 1;
  const conjuncts = conditions.flatMap(({ code: { kind, tests } }) => {
    if (kind === "all") return tests;
    return tests.length > 1 && !alone ? [`(${tests.join(" || ")})`] : [tests.join(" || ")];
  });
  return { kind: "all", conjuncts: [...new Set(conjuncts)] };
}

function planConstant(rule: RuleIR, name: string): string {
  const start = `const ${name} = `;
  const end = " as const satisfies Plan<ProviderId>;";
  const plan = literal(planOf(rule), { indent: 0, column: start.length, after: end.length });
  return `// ${commentText(rule.place)}\n${start}${plan}${end}`;
}
