import type { JsonType, Path, Violation } from "../check/violation.ts";
import type { Problem } from "../reply.ts";
import { invalid } from "./invalid.ts";

/** A broken shape in Anthropic's words: the place, a colon, what should be there. */
export function violationProblem(violation: Violation): Problem {
  return invalid(`${place(violation.path)}: ${reason(violation)}`);
}

/** `messages.0.content.1.tool_use.id`: inside of a union the path names the variant. */
function place(path: Path): string {
  return path.map((segment) => (typeof segment === "object" ? segment.tag : String(segment))).join(".");
}

const typeWords = {
  string: "a valid string",
  integer: "a valid integer",
  number: "a valid number",
  boolean: "a valid boolean",
  null: "null",
  array: "a valid array",
  object: "a valid dictionary",
} as const satisfies Record<JsonType, string>;

function reason(violation: Violation): string {
  switch (violation.kind) {
    case "missing":
      return "Field required";
    case "unknown":
      return "Extra inputs are not permitted";
    case "type": {
      const named = violation.expected.filter((type) => type !== "null");
      const wanted = named.includes("number") ? "number" : (named[0] ?? "null");
      return `Input should be ${typeWords[wanted]}`;
    }
    case "word":
      return `Input should be ${choice(violation.allowed)}`;
    case "tag": {
      const tags = violation.allowed.map((tag) => `'${tag}'`).join(", ");
      return `Input tag '${violation.found}' found using '${violation.tag}' does not match any of the expected tags: ${tags}`;
    }
    case "pattern":
      return `String should match pattern '${violation.pattern}'`;
    case "string-length":
      return `String should have at ${violation.limit === "max" ? "most" : "least"} ${count(violation.bound, "character")}`;
    case "array-length":
      return `List should have at ${violation.limit === "max" ? "most" : "least"} ${count(violation.bound, "item")} after validation, not ${violation.found}`;
    case "number-range":
      return `Input should be ${violation.limit === "max" ? "less" : "greater"} than or equal to ${violation.bound}`;
  }
}

function choice(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

function count(bound: number, noun: string): string {
  return `${bound} ${noun}${bound === 1 ? "" : "s"}`;
}
