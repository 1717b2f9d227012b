import type { Endpoint } from "../runtime/contract.ts";
import { literal, numberLiteral, stringLiteral } from "./emit-code.ts";
import { globTests } from "./emit-glob.ts";
import type { ConditionIR } from "./ir.ts";

/** A condition as tests of which `all` or `any` must hold, and the declarations they need before `route`. */
export type ConditionCode = Readonly<{ declarations: readonly string[] }> &
  Readonly<{ kind: "all" | "any"; tests: readonly string[] }>;

/** A longer list of models or globs gets a declaration of its own. */
const inlineWidth = 80;

/**
 * A condition as code over the facts `r` and the local `endpoint`, a plain string because TypeScript would narrow `r.endpoint`
 * from rule to rule and refuse the second one that asks. `declare` makes an identifier from the rule's and a suffix.
 */
export function conditionCode(condition: ConditionIR, declare: (suffix: string) => string): ConditionCode {
  switch (condition.kind) {
    case "input-tokens":
      return all(`r.inputTokens ${condition.op} ${numberLiteral(condition.value)}`);
    case "max-tokens":
      return all("r.maxTokens !== undefined", `r.maxTokens ${condition.op} ${numberLiteral(condition.value)}`);
    case "flag":
      return all(`${condition.is ? "" : "!"}r.${condition.fact}`);
    case "response-format":
      return all(`r.responseFormat === ${stringLiteral(condition.is)}`);
    case "endpoint":
      return any(conversations(condition.in).map((endpoint) => `endpoint === ${stringLiteral(endpoint)}`));
    case "model-in":
      return modelIn([...new Set(condition.models)], declare);
    case "model-glob":
      return modelGlob([...new Set(condition.globs)], declare);
    case "header":
      return all(`r.header(${stringLiteral(condition.name)}) ${headerTest(condition.is)}`);
  }
}

/** Embeddings have gone their own way before. */
function conversations(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  return [...new Set(endpoints)].filter((endpoint) => endpoint !== "embeddings");
}

function headerTest(is: string | boolean): string {
  if (typeof is === "string") return `=== ${stringLiteral(is)}`;
  return is ? "!== undefined" : "=== undefined";
}

function modelIn(models: readonly string[], declare: (suffix: string) => string): ConditionCode {
  const tests = models.map((model) => `r.model === ${stringLiteral(model)}`);
  if (isShort(tests)) return any(tests);
  const name = declare("Models");
  const set = `const ${name}: ReadonlySet<string> = new Set(`;
  const list = literal(models, { indent: 0, column: set.length, after: 2 });
  return any([`${name}.has(r.model)`], [`${set}${list});`]);
}

function modelGlob(globs: readonly string[], declare: (suffix: string) => string): ConditionCode {
  const alternatives = globs.map((glob) => globTests(glob, "r.model"));
  const [only = []] = alternatives;
  if (alternatives.some((tests) => tests.length === 0)) return all();
  if (alternatives.length === 1) return all(...only);
  const tests = alternatives.map((conjuncts) =>
    conjuncts.length === 1 ? conjuncts.join() : `(${conjuncts.join(" && ")})`,
  );
  if (isShort(tests)) return any(tests);
  const name = declare("Model");
  const lines = globs.map((glob) => `  if (${globTests(glob, "model").join(" && ")}) return true;`);
  return any(
    [`${name}(r.model)`],
    [[`function ${name}(model: string): boolean {`, ...lines, "  return false;", "}"].join("\n")],
  );
}

function isShort(tests: readonly string[]): boolean {
  return tests.length < 2 || tests.join(" || ").length <= inlineWidth;
}

function all(...tests: readonly string[]): ConditionCode {
  return { kind: "all", tests, declarations: [] };
}

function any(tests: readonly string[], declarations: readonly string[] = []): ConditionCode {
  return { kind: "any", tests, declarations };
}
