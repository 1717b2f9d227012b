import { isArray, isObject, type JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { invalid } from "../invalid.ts";
import { definitionOf, toolsOf } from "../messages-of.ts";
import type { Law } from "./law.ts";

/** Options about tools need tools, and a named tool has to be one of them. */
export const toolOptions: Law = (body) => {
  if (body["tools"] === undefined) {
    for (const option of ["tool_choice", "parallel_tool_calls"]) {
      if (body[option] !== undefined) return dangling(option, "tools");
    }
  }
  if (body["functions"] === undefined && body["function_call"] !== undefined)
    return dangling("function_call", "functions");
  const names = toolsOf(body).map((tool) => String(definitionOf(tool)["name"]));
  const missing = chosenNames(body).find((name) => !names.includes(name));
  return missing === undefined
    ? undefined
    : invalid(`Tool choice '${missing}' not found in 'tools' parameter.`, "tool_choice");
};

function dangling(option: string, list: string): Problem {
  return invalid(`Invalid value for '${option}': '${option}' is only allowed when '${list}' are specified.`, option);
}

function chosenNames(body: JsonObject): readonly string[] {
  const choice = body["tool_choice"];
  if (!isObject(choice)) return [];
  const allowed = isObject(choice["allowed_tools"]) ? choice["allowed_tools"]["tools"] : undefined;
  const tools = isArray(allowed) ? allowed.filter(isObject) : [choice];
  return tools.map((tool) => String(definitionOf(tool)["name"]));
}
