import type { Path } from "../../check/violation.ts";
import { isObject, type JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { dataFields } from "../content-shape.ts";
import { contentsOf, isModel, partsOf } from "../contents.ts";
import { invalid } from "../invalid.ts";
import { fieldProblem } from "../violation-problem.ts";
import type { Law } from "./law.ts";

const roles = [undefined, "user", "model", "function"];

/** The user is first; every content has parts, each part is one thing. */
export const turns: Law = (body) => {
  const contents = contentsOf(body);
  if (contents.length === 0) return fieldProblem(["contents"], "contents is not specified");
  for (const [index, content] of contents.entries()) {
    const { role } = content;
    if (!roles.some((known) => known === role)) return invalid("Please use a valid role: user, model.");
    const problem = partsProblem(content, ["contents", index]);
    if (problem !== undefined) return problem;
    if (index === 0 && isModel(content)) return invalid("First content should be with role 'user', got model");
  }
  const system = body["systemInstruction"];
  return isObject(system) ? partsProblem(system, ["systemInstruction"]) : undefined;
};

function partsProblem(content: JsonObject, path: Path): Problem | undefined {
  const parts = partsOf(content);
  if (parts.length === 0) return fieldProblem([...path, "parts"], "contents.parts must not be empty.");
  for (const [index, part] of parts.entries()) {
    const data = dataFields.filter((field) => part[field] !== undefined);
    const place = [...path, "parts", index];
    if (data.length === 0)
      return fieldProblem([...place, "data"], "required oneof field 'data' must have one initialized field");
    if (data.length > 1)
      return fieldProblem([...place, "data"], `oneof field 'data' is already set. Cannot set '${data[1]}'`);
  }
  return undefined;
}
