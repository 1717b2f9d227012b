import { isArray, isObject, type JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { toolsOf } from "../contents.ts";
import { invalid } from "../invalid.ts";
import { openapiProblem } from "../openapi-schema.ts";
import { fieldProblem } from "../violation-problem.ts";
import type { Law } from "./law.ts";

const functionName = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/;
const nameRule =
  "Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.";

/** Functions have names, each its own, and one schema at most, in the language the field is for. */
export const declarations: Law = (body) => {
  const seen = new Set<string>();
  for (const [toolIndex, tool] of toolsOf(body).entries()) {
    const list = isArray(tool["functionDeclarations"]) ? tool["functionDeclarations"].filter(isObject) : [];
    for (const [index, declaration] of list.entries()) {
      const path = ["tools", toolIndex, "functionDeclarations", index];
      const problem = declarationProblem(declaration, path);
      if (problem !== undefined) return problem;
      const name = String(declaration["name"]);
      if (seen.has(name)) return invalid(`Duplicate function declaration found: ${name}`);
      seen.add(name);
    }
  }
  return undefined;
};

function declarationProblem(declaration: JsonObject, path: readonly (string | number)[]): Problem | undefined {
  const { name, parameters, parametersJsonSchema } = declaration;
  if (typeof name !== "string" || !functionName.test(name)) return fieldProblem([...path, "name"], nameRule);
  if (parameters !== undefined && parametersJsonSchema !== undefined)
    return fieldProblem(path, "parameters and parameters_json_schema are mutually exclusive.");
  if (isObject(parameters)) return openapiProblem(parameters, [...path, "parameters"]);
  if (parametersJsonSchema === undefined) return undefined;
  const object = isObject(parametersJsonSchema) && (parametersJsonSchema["type"] ?? "object") === "object";
  return object
    ? undefined
    : fieldProblem([...path, "parametersJsonSchema"], "the schema of the parameters must be of type object.");
}
