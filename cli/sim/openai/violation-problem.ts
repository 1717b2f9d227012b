import type { JsonType, Path, Violation } from "../check/violation.ts";
import type { Problem } from "../reply.ts";
import { invalid } from "./invalid.ts";

/** A broken shape in OpenAI's words: `param` is the place, `code` the kind. */
export function violationProblem(violation: Violation): Problem {
  const param = paramOf(violation.path);
  switch (violation.kind) {
    case "missing":
      return invalid(`Missing required parameter: '${param}'.`, param, "missing_required_parameter");
    case "unknown":
      return violation.path.length === 1
        ? invalid(`Unrecognized request argument supplied: ${param}`)
        : invalid(`Unknown parameter: '${param}'.`, param, "unknown_parameter");
    case "type":
      return typeProblem(param, violation.expected, violation.found);
    case "word":
      return valueProblem(param, violation.found, violation.allowed);
    case "tag":
      return valueProblem(
        param === "" ? violation.tag : `${param}.${violation.tag}`,
        violation.found,
        violation.allowed,
      );
    case "pattern": {
      const message = `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '${violation.pattern}'.`;
      return invalid(message, param, "invalid_value");
    }
    case "string-length":
    case "array-length":
      return lengthProblem(param, violation);
    case "number-range":
      return rangeProblem(param, violation);
  }
}

/** `messages[0].content`; tags are no part of OpenAI's paths. */
export function paramOf(path: Path): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === "number") return `${text}[${segment}]`;
    if (typeof segment === "string") return text === "" ? segment : `${text}.${segment}`;
    return text;
  }, "");
}

const typeWords = {
  string: "a string",
  integer: "an integer",
  number: "a decimal",
  boolean: "a boolean",
  null: "null",
  array: "an array",
  object: "an object",
} as const satisfies Record<JsonType, string>;

function typeProblem(param: string, expected: readonly JsonType[], found: JsonType): Problem {
  const named = expected.filter((type) => type !== "null" && !(type === "integer" && expected.includes("number")));
  const wanted = named.map((type) => typeWords[type]);
  const choice = wanted.length > 1 ? `one of ${wanted.join(" or ")}` : wanted.join("");
  const message = `Invalid type for '${param}': expected ${choice}, but got ${typeWords[found]} instead.`;
  return invalid(message, param, "invalid_type");
}

function valueProblem(param: string, found: string, allowed: readonly string[]): Problem {
  return invalid(`Invalid value: '${found}'. Supported values are: ${list(allowed)}.`, param, "invalid_value");
}

/** `'a', 'b', and 'c'`, as the vendor lists values. */
export function list(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  if (quoted.length <= 2) return quoted.join(" and ");
  return `${quoted.slice(0, -1).join(", ")}, and ${quoted.at(-1)}`;
}

function lengthProblem(
  param: string,
  { kind, limit, bound, found }: Extract<Violation, { bound: number; kind: "string-length" | "array-length" }>,
): Problem {
  const type = kind === "string-length" ? "string" : "array";
  const article = type === "string" ? "a" : "an";
  if (found === 0) {
    const message = `Invalid '${param}': empty ${type}. Expected ${article} ${type} with minimum length ${bound}, but got an empty ${type} instead.`;
    return invalid(message, param, `empty_${type}`);
  }
  const [size, side] = limit === "max" ? ["too long", "maximum"] : ["too short", "minimum"];
  const message = `Invalid '${param}': ${type} ${size}. Expected ${article} ${type} with ${side} length ${bound}, but got ${article} ${type} with length ${found} instead.`;
  return invalid(message, param, `${type}_${limit === "max" ? "above_max" : "below_min"}_length`);
}

function rangeProblem(
  param: string,
  { limit, bound, found, integer }: Extract<Violation, { kind: "number-range" }>,
): Problem {
  const type = integer ? "integer" : "decimal";
  const [side, sign] = limit === "max" ? ["above maximum", "<="] : ["below minimum", ">="];
  const message = `Invalid '${param}': ${type} ${side} value. Expected a value ${sign} ${bound}, but got ${found} instead.`;
  return invalid(message, param, `${type}_${limit === "max" ? "above_max" : "below_min"}_value`);
}
