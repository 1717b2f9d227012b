import type { JsonType, Path, Violation } from "../check/violation.ts";
import type { Problem } from "../reply.ts";
import { invalid } from "./invalid.ts";

/** A broken shape in Google's words: what its JSON parser says of unknown names and wrong types, what its checks say of ranges. */
export function violationProblem(violation: Violation): Problem {
  const place = placeOf(violation.path);
  switch (violation.kind) {
    case "unknown":
      return unknownName(violation.path);
    case "missing":
      return fieldProblem(violation.path, "is required");
    case "type":
      return invalid(`Invalid value at '${place}' (${wireType(violation.expected)}), found ${violation.found}`);
    case "word":
    case "tag":
      return invalid(`Invalid value at '${place}' (TYPE_ENUM), "${violation.found}"`);
    case "pattern":
      return fieldProblem(violation.path, `must match ${violation.pattern}`);
    case "string-length":
    case "array-length":
    case "number-range":
      return fieldProblem(
        violation.path,
        `must be at ${violation.limit === "max" ? "most" : "least"} ${violation.bound}${violation.kind === "number-range" ? "" : " long"}, but is ${violation.found}`,
      );
  }
}

/** The refusal of a field nobody knows, by the path of the field. */
export function unknownName(path: Path): Problem {
  const name = String(path.at(-1));
  const holder = placeOf(path.slice(0, -1));
  const at = holder === "" ? "" : ` at '${holder}'`;
  return invalid(`Invalid JSON payload received. Unknown name "${name}"${at}: Cannot find field.`);
}

/** The refusal of a value that is well-formed and yet not allowed. */
export function fieldProblem(path: Path, reason: string): Problem {
  return invalid(`* GenerateContentRequest.${placeOf(path)}: ${reason}\n`);
}

/** `contents[0].parts[1].inline_data`: Google names places by the names of its protocol buffers. */
export function placeOf(path: Path): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === "number") return `${text}[${segment}]`;
    if (typeof segment !== "string") return text;
    const name = segment.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

const wireTypes = {
  string: "TYPE_STRING",
  integer: "TYPE_INT32",
  number: "TYPE_FLOAT",
  boolean: "TYPE_BOOL",
  null: "TYPE_NULL",
  array: "TYPE_LIST",
  object: "TYPE_MESSAGE",
} as const satisfies Record<JsonType, string>;

function wireType(expected: readonly JsonType[]): string {
  return wireTypes[expected[0] ?? "null"];
}
