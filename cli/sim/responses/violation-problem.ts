import type { Violation } from "../check/violation.ts";
import { invalid } from "../openai/invalid.ts";
import { list, paramOf, violationProblem } from "../openai/violation-problem.ts";
import type { Problem } from "../reply.ts";

/** A broken shape in the words of the Responses API: as Chat Completions, but for unknown fields and unknown types. */
export function responsesViolation(violation: Violation): Problem {
  const param = paramOf(violation.path);
  if (violation.kind === "unknown") return invalid(`Unknown parameter: '${param}'.`, param, "unknown_parameter");
  if (violation.kind !== "tag") return violationProblem(violation);
  const message = `Invalid value: '${violation.found}'. Supported values are: ${list(violation.allowed)}.`;
  return invalid(message, param, "invalid_value");
}
