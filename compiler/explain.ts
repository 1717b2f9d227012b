import type { Plan, RequestFacts, Route } from "../runtime/contract.ts";
import { describeCondition } from "./describe.ts";
import { holds, interpretResolve, interpretRoute } from "./interpret.ts";
import type { ConditionIR, RouterIR, RuleIR } from "./ir.ts";

/** Why a request goes where it goes. */
export type Explanation = Readonly<{
  model: string;
  /** Rules in file order, up to and including the one that matches. */
  rules: readonly RuleVerdict[];
  /** What the matching rule asks for; undefined when none matches. */
  plan: Plan | undefined;
  /** Where the request goes first: by the plan, else by its own model name. Undefined when no provider serves that. */
  route: Route | undefined;
}>;

type RuleVerdict = Readonly<{
  rule: string;
  place: string;
  matched: boolean;
  /** Conditions that do not hold, in the order they are written. */
  failed: readonly Readonly<{ condition: string; place: string; actual: string }>[];
}>;

/** Tries the rules on a request as the gateway would, and says of each that does not match what stood in its way. */
export function explain(ir: RouterIR, facts: RequestFacts): Explanation {
  const verdicts = ir.rules.map((rule) => verdict(rule, facts));
  const matched = verdicts.findIndex((one) => one.matched);
  const plan = interpretRoute(ir, facts);
  return {
    model: facts.model,
    rules: matched < 0 ? verdicts : verdicts.slice(0, matched + 1),
    plan,
    route: plan?.routes[0] ?? interpretResolve(ir, facts.model),
  };
}

function verdict(rule: RuleIR, facts: RequestFacts): RuleVerdict {
  const failed = rule.when.flatMap((condition, position) => {
    if (holds(condition, facts)) return [];
    const place = rule.whenPlaces?.[position] ?? rule.place;
    return [{ condition: describeCondition(condition), place, actual: actual(condition, facts) }];
  });
  return { rule: rule.name, place: rule.place, matched: failed.length === 0, failed };
}

/** What the request has where the condition asked for something else. */
function actual(condition: ConditionIR, facts: RequestFacts): string {
  switch (condition.kind) {
    case "input-tokens":
      return `${facts.inputTokens} input tokens`;
    case "max-tokens":
      return facts.maxTokens === undefined ? "no output limit" : `an output limit of ${facts.maxTokens}`;
    case "flag":
      return flagWords[condition.fact][facts[condition.fact] ? "yes" : "no"];
    case "response-format":
      return facts.responseFormat === undefined ? "no response format" : `response format ${facts.responseFormat}`;
    case "endpoint":
      return `endpoint ${facts.endpoint}`;
    case "model-in":
    case "model-glob":
      return `model ${facts.model}`;
    case "header":
      return headerWords(condition.name, facts.header(condition.name));
  }
}

const flagWords = {
  hasTools: { yes: "tools", no: "no tools" },
  hasImage: { yes: "an image", no: "no image" },
  stream: { yes: "stream", no: "no stream" },
} as const;

function headerWords(name: string, value: string | undefined): string {
  return value === undefined ? `no header ${name}` : `header ${name} = ${value}`;
}
