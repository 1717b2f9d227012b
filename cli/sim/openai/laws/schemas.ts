import { isObject, type Json, type JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { invalid } from "../invalid.ts";
import { definitionOf, toolsOf } from "../messages-of.ts";
import { strictSchemaFault } from "../strict-schema.ts";
import type { Law } from "./law.ts";

/** Schemas are objects, and keep to the strict subset where `strict` is asked for. */
export const schemas: Law = (body, model) => {
  const format = body["response_format"];
  const named = isObject(format) ? format["json_schema"] : undefined;
  if (isObject(named)) {
    if (!model.structured) {
      const message =
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model. Learn more about supported models at the Structured Outputs guide: https://platform.openai.com/docs/guides/structured-outputs";
      return invalid(message);
    }
    const problem = schemaProblem(named, "schema", `response_format '${named["name"]}'`, "response_format", null);
    if (problem !== undefined) return problem;
  }
  for (const [index, tool] of toolsOf(body).entries()) {
    const definition = definitionOf(tool);
    const param = `tools[${index}].function.parameters`;
    const problem = schemaProblem(
      definition,
      "parameters",
      `function '${definition["name"]}'`,
      param,
      "invalid_function_parameters",
    );
    if (problem !== undefined) return problem;
  }
  return undefined;
};

function schemaProblem(
  holder: JsonObject,
  field: string,
  what: string,
  param: string,
  code: string | null,
): Problem | undefined {
  const fault = schemaFault(holder[field], holder["strict"] === true);
  return fault === undefined ? undefined : invalid(`Invalid schema for ${what}: ${fault}`, param, code);
}

/** Why OpenAI cannot use a schema: it is no object, or asked to be strict and is not. */
export function schemaFault(schema: Json | undefined, strict: boolean): string | undefined {
  if (!isObject(schema)) return undefined;
  if (Object.keys(schema).length > 0 && schema["type"] !== "object" && schema["$ref"] === undefined) {
    const found = schema["type"] === undefined ? "None" : String(schema["type"]);
    return `schema must be a JSON Schema of 'type: "object"', got 'type: "${found}"'.`;
  }
  return strict ? strictSchemaFault(schema) : undefined;
}
