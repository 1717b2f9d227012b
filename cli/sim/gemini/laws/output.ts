import { isArray, isObject, type Json } from "../../json.ts";
import { fieldOf } from "../contents.ts";
import { invalid } from "../invalid.ts";
import { openapiProblem } from "../openapi-schema.ts";
import { fieldProblem } from "../violation-problem.ts";
import type { Law } from "./law.ts";

const path = ["generationConfig"];

/** How much may come out, how often, and in which form. */
export const output: Law = (body, model, name) => {
  const config = fieldOf(body, "generationConfig");
  const { maxOutputTokens: most, candidateCount, responseSchema, responseJsonSchema, responseMimeType } = config;
  if (typeof most === "number" && most > model.maxOutputTokens)
    return fieldProblem([...path, "maxOutputTokens"], `must be at most ${model.maxOutputTokens}, but is ${most}`);
  if (typeof candidateCount === "number" && candidateCount > 1) return notEnabled("Multiple candidates", name);
  if (config["responseLogprobs"] === true || config["logprobs"] !== undefined) return notEnabled("Logprobs", name);
  const penalty = config["frequencyPenalty"] ?? config["presencePenalty"];
  if (penalty !== undefined && model.generation === 2.5) return notEnabled("Penalty", name);
  if (responseSchema !== undefined && responseJsonSchema !== undefined)
    return fieldProblem(path, "response_schema and response_json_schema are mutually exclusive.");
  const schema = responseSchema ?? responseJsonSchema;
  if (schema === undefined) return undefined;
  const field = responseSchema === undefined ? "responseJsonSchema" : "responseSchema";
  if ((responseMimeType ?? "text/plain") === "text/plain")
    return fieldProblem([...path, field], "only allowed with a response_mime_type of application/json.");
  return isObject(responseSchema)
    ? openapiProblem(responseSchema, [...path, "responseSchema"])
    : referenceProblem(schema);
};

function notEnabled(what: string, name: string) {
  return invalid(`${what} is not enabled for models/${name}`);
}

/** Next to `$ref` there is room for `$`-keywords only (Google GenAI SDK 3.1, `responseJsonSchema`). */
function referenceProblem(schema: Json): ReturnType<Law> {
  const children = isArray(schema) ? schema : Object.values(isObject(schema) ? schema : {});
  const crowded = isObject(schema) && typeof schema["$ref"] === "string" ? Object.keys(schema) : [];
  const extra = crowded.find((key) => !key.startsWith("$"));
  if (extra !== undefined)
    return fieldProblem([...path, "responseJsonSchema"], `'${extra}' may not be set next to '$ref'.`);
  for (const child of children) {
    const problem = typeof child === "object" && child !== null ? referenceProblem(child) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}
