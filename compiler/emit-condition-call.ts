import { type Code, type Data, flatLiteral, lineWidth, literal, type Place } from "./emit-code.ts";
import type { ConditionIR } from "./ir.ts";
import type * as conditions from "./rule-index/conditions.ts";

/** A condition as a call of one of the functions in `rule-index/conditions.ts`. */
export type ConditionCall = Readonly<{ name: keyof typeof conditions; args: readonly Data[] }>;

export function conditionCall(condition: ConditionIR): ConditionCall {
  switch (condition.kind) {
    case "input-tokens":
      return { name: "inputTokens", args: [condition.op, condition.value] };
    case "max-tokens":
      return { name: "maxTokens", args: [condition.op, condition.value] };
    case "flag":
      return { name: "flag", args: [condition.fact, condition.is] };
    case "response-format":
      return { name: "responseFormat", args: [condition.is] };
    case "endpoint":
      return { name: "endpointIn", args: [condition.in] };
    case "model-in":
      return { name: "modelIn", args: [condition.models] };
    case "model-glob":
      return { name: "modelLike", args: [condition.globs] };
    case "header":
      return { name: "header", args: [condition.name, condition.is] };
  }
}

/** The call as code, broken over lines as Biome would: a list that stands alone begins on the line of the call. */
export function callCode({ name, args }: ConditionCall): Code {
  return (place) => {
    const flat = `${name}(${args.map(flatLiteral).join(", ")})`;
    if (place === undefined || place.column + flat.length + place.after <= lineWidth) return flat;
    const [only] = args;
    if (args.length === 1 && Array.isArray(only)) return `${name}(${literal(only, inside(place, name))})`;
    const inner = place.indent + 2;
    const lines = args.map(
      (arg) => `${" ".repeat(inner)}${literal(arg, { indent: inner, column: inner, after: 1 })},\n`,
    );
    return `${name}(\n${lines.join("")}${" ".repeat(place.indent)})`;
  };
}

function inside({ indent, column, after }: Place, name: string): Place {
  return { indent, column: column + name.length + 1, after: after + 1 };
}
