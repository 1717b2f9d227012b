import type { Route } from "../runtime/contract.ts";
import type { Rule, When } from "../schemas/policies.ts";
import type { Ast } from "./ast.ts";
import type { Comparison, ConditionIR, PlanIR, ResolverIR, RuleIR, ThenSpans } from "./ir.ts";
import { listOf } from "./list-of.ts";
import { keySpanAt, type MapNode, type Path, spanAt } from "./node.ts";
import { lineMap } from "./position.ts";
import { resolveModel } from "./resolve.ts";
import { isSchemaFile, requestSchema } from "./schema-names.ts";
import type { Sources } from "./span.ts";

/** The rules of a checked policy file, in file order. */
export function lowerRules(ast: Ast, sources: Sources, resolver: ResolverIR): readonly RuleIR[] {
  const { policies } = ast;
  if (policies === undefined) return [];
  const lines = lineMap(sources.policies?.text ?? "");
  return policies.value.rules.map((rule, index) => {
    const span = spanAt(policies.root, ["rules", index]);
    const { line } = lines.at(span.start);
    const when = lowerWhen(rule.when ?? {});
    const whenSpans = whenPaths(rule.when ?? {}).map((path) =>
      keySpanAt(policies.root, ["rules", index, "when", ...path]),
    );
    const plan = lowerPlan(rule.then, resolver);
    const thenSpans = lowerThenSpans(policies.root, ["rules", index, "then"], rule.then, plan);
    return { name: rule.name, when, whenSpans, plan, thenSpans, span, line, place: `${span.file}:${line}` };
  });
}

function lowerThenSpans(root: MapNode, path: Path, then: Rule["then"], { validate }: PlanIR): ThenSpans {
  const at = (...steps: Path) => spanAt(root, [...path, ...steps]);
  return {
    routes: [at("model"), ...(then.fallback_chain ?? []).map((_, position) => at("fallback_chain", position))],
    validate: validate.map((name) => at("validate", (then.validate ?? []).indexOf(name))),
    chain: keySpanAt(root, [...path, "fallback_chain"]),
    hedge: at("hedge", "with_model"),
  };
}

/** Where in `when` each of its conditions is written, in the order of `lowerWhen`. */
function whenPaths(when: When): readonly Path[] {
  return Object.keys(when)
    .filter(isWhenKey)
    .flatMap((key) => (key === "header" ? Object.keys(when.header ?? {}).map((name) => [key, name]) : [[key]]));
}

function lowerWhen(when: When): readonly ConditionIR[] {
  return Object.keys(when)
    .filter(isWhenKey)
    .flatMap((key) => lowerKey(when, key));
}

function isWhenKey(key: string): key is keyof When {
  return Object.hasOwn(conditions, key);
}

function lowerKey<Key extends keyof Values>(when: Partial<Values>, key: Key): readonly ConditionIR[] {
  const value = when[key];
  return value === undefined ? [] : conditions[key](value);
}

type Values = { [Key in keyof When]-?: NonNullable<When[Key]> };
type Conditions = { readonly [Key in keyof Values]: (value: Values[Key]) => readonly ConditionIR[] };

const inputTokens = (op: Comparison) => (value: number) => [{ kind: "input-tokens", op, value } as const];
const maxTokens = (op: Comparison) => (value: number) => [{ kind: "max-tokens", op, value } as const];
const flag = (fact: "hasTools" | "hasImage" | "stream", yes: boolean) => (value: boolean) => [
  { kind: "flag", fact, is: value === yes } as const,
];

/** Each key of `when` and what it asks. */
const conditions: Conditions = {
  tokens_input_lt: inputTokens("<"),
  tokens_input_lte: inputTokens("<="),
  tokens_input_gt: inputTokens(">"),
  tokens_input_gte: inputTokens(">="),
  max_tokens_lt: maxTokens("<"),
  max_tokens_gt: maxTokens(">"),
  no_tools: flag("hasTools", false),
  has_tools: flag("hasTools", true),
  no_image: flag("hasImage", false),
  has_image: flag("hasImage", true),
  stream: flag("stream", true),
  response_format_type: (is) => [{ kind: "response-format", is }],
  model_in: (models) => [{ kind: "model-in", models }],
  model_glob: (written) => [{ kind: "model-glob", globs: listOf(written) }],
  endpoint: (written) => [{ kind: "endpoint", in: listOf(written) }],
  header: (headers) => Object.entries(headers).map(([name, is]) => ({ kind: "header", name: name.toLowerCase(), is })),
};

function lowerPlan(then: Rule["then"], resolver: ResolverIR): PlanIR {
  return {
    routes: [routeOf(then.model, resolver), ...(then.fallback_chain ?? []).map((model) => routeOf(model, resolver))],
    validate: [...new Set(then.validate ?? [])].filter((name) => name === requestSchema || isSchemaFile(name)),
    fallbackOn: then.fallback_on && [...new Set(then.fallback_on)],
    hedge: then.hedge && { afterMs: then.hedge.after_ms, route: routeOf(then.hedge.with_model, resolver) },
  };
}

/** `check` has made sure that every model has a provider. */
function routeOf(model: string, resolver: ResolverIR): Route {
  const route = resolveModel(resolver, model);
  if (route === undefined) throw new Error(`unchecked model ${JSON.stringify(model)}`);
  return route;
}
