import type { Route } from "../runtime/contract.ts";
import type { ConditionIR, PlanIR, TargetIR } from "./ir.ts";

/** One condition in words, for the table of rules, `explain` and `--print-ir`. */
export function describeCondition(condition: ConditionIR): string {
  switch (condition.kind) {
    case "input-tokens":
      return `input tokens ${condition.op} ${condition.value}`;
    case "max-tokens":
      return `max tokens ${condition.op} ${condition.value}`;
    case "flag":
      return condition.is ? flagWords[condition.fact] : `no ${flagWords[condition.fact]}`;
    case "response-format":
      return `response format ${condition.is}`;
    case "endpoint":
      return `endpoint ${oneOf(condition.in)}`;
    case "model-in":
      return `model ${oneOf(condition.models)}`;
    case "model-glob":
      return `model like ${oneOf(condition.globs)}`;
    case "header":
      return describeHeader(condition.name, condition.is);
  }
}

const flagWords = { hasTools: "tools", hasImage: "image", stream: "stream" } as const;

function describeHeader(name: string, is: string | boolean): string {
  if (typeof is === "string") return `header ${name} = ${is}`;
  return is ? `header ${name}` : `no header ${name}`;
}

/** All conditions of a rule; one without any matches every request. */
export function describeConditions(conditions: readonly ConditionIR[]): string {
  return conditions.length === 0 ? "always" : conditions.map(describeCondition).join(", ");
}

/** Where a plan sends a request, in the order of its attempts. */
export function describePlan(plan: PlanIR): string {
  const routes = plan.routes.map(describeRoute).join(", then ");
  const validate = plan.validate.length === 0 ? "" : `; validate ${plan.validate.join(", ")}`;
  const hedge =
    plan.hedge === undefined ? "" : `; hedge ${describeRoute(plan.hedge.route)} after ${plan.hedge.afterMs} ms`;
  return routes + validate + describeCauses(plan.fallbackOn) + hedge;
}

function describeCauses(causes: PlanIR["fallbackOn"]): string {
  return causes === undefined ? "" : `; fall back on ${causes.join(", ")}`;
}

/** All that serves a model, in static order. */
function describeRoute({ offers }: Route): string {
  return offers.map(describeTarget).join(" or ");
}

function describeTarget(target: TargetIR): string {
  return `${target.provider}/${target.model}`;
}

function oneOf(words: readonly string[]): string {
  return words.join(" or ");
}
