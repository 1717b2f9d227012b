import type { Plan, RequestFacts, Route } from "../runtime/contract.ts";
import { planOf } from "./emit-plan.ts";
import type { Comparison, ConditionIR, RouterIR, RuleIR } from "./ir.ts";
import { resolveModel } from "./resolve.ts";

/** The first rule that matches. */
export function matchingRule(ir: Pick<RouterIR, "rules">, facts: RequestFacts): RuleIR | undefined {
  return ir.rules.find((rule) => matches(rule, facts));
}

/**
 * Whether all conditions of a rule hold. For embeddings only rules count that name the endpoint: the others speak of
 * conversations, and the models they lead to make no embeddings.
 */
export function matches(rule: Pick<RuleIR, "when">, facts: RequestFacts): boolean {
  if (facts.endpoint === "embeddings" && !namesEmbeddings(rule)) return false;
  return rule.when.every((condition) => holds(condition, facts));
}

export function namesEmbeddings({ when }: Pick<RuleIR, "when">): boolean {
  return when.some((condition) => condition.kind === "endpoint" && condition.in.includes("embeddings"));
}

/** What the emitted `route` answers, read straight off the IR. */
export function interpretRoute(ir: RouterIR, facts: RequestFacts): Plan | undefined {
  const rule = matchingRule(ir, facts);
  return rule && planOf(rule);
}

/** What the emitted `resolve` answers. */
export function interpretResolve(ir: RouterIR, model: string): Route | undefined {
  return resolveModel(ir.resolver, model);
}

/** Whether one condition holds. A client that sets no output limit satisfies none on `max-tokens`. */
export function holds(condition: ConditionIR, facts: RequestFacts): boolean {
  switch (condition.kind) {
    case "input-tokens":
      return compare[condition.op](facts.inputTokens, condition.value);
    case "max-tokens":
      return facts.maxTokens !== undefined && compare[condition.op](facts.maxTokens, condition.value);
    case "flag":
      return facts[condition.fact] === condition.is;
    case "response-format":
      return facts.responseFormat === condition.is;
    case "endpoint":
      return condition.in.includes(facts.endpoint);
    case "model-in":
      return condition.models.includes(facts.model);
    case "model-glob":
      return condition.globs.some((glob) => globMatches(glob, facts.model));
    case "header":
      return headerHolds(facts.header(condition.name), condition.is);
  }
}

const compare = {
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
} as const satisfies Record<Comparison, (left: number, right: number) => boolean>;

function headerHolds(value: string | undefined, is: string | boolean): boolean {
  return typeof is === "string" ? value === is : is === (value !== undefined);
}

/** Follows all places in the glob that the text read so far can have led to, as a textbook automaton does. */
function globMatches(glob: string, text: string): boolean {
  let places = afterStars(glob, new Set([0]));
  for (const unit of text.split("")) {
    const next = new Set<number>();
    for (const place of places) {
      if (glob[place] === "*") next.add(place);
      else if (glob[place] === "?" || glob[place] === unit) next.add(place + 1);
    }
    places = afterStars(glob, next);
  }
  return places.has(glob.length);
}

/** A star may stand for nothing, so each place before one is also the place after it. */
function afterStars(glob: string, places: ReadonlySet<number>): ReadonlySet<number> {
  const all = new Set(places);
  for (const place of all) if (glob[place] === "*") all.add(place + 1);
  return all;
}
