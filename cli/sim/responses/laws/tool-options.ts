import { isArray, isObject, type JsonObject } from "../../json.ts";
import { invalid } from "../../openai/invalid.ts";
import { toolsOf } from "../../openai/messages-of.ts";
import type { Law } from "./law.ts";

/** A choice needs tools, a named tool has to be one of them, and no two share a name. */
export const toolOptions: Law = ({ body }) => {
  const tools = toolsOf(body);
  const choice = body["tool_choice"];
  const demanding = choice === "required" || isObject(choice);
  if (tools.length === 0)
    return demanding ? invalid("Tool choice requires 'tools' to be specified.", "tool_choice") : undefined;
  const names = tools.flatMap(namesOf);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return invalid(`Duplicate tool name '${twice}' found in 'tools'.`, "tools");
  const missing = chosen(choice).find((tool) => !names.includes(String(tool["name"])));
  return missing === undefined
    ? undefined
    : invalid(`Tool choice '${missing["type"]}' not found in 'tools' parameter.`, "tool_choice");
};

function chosen(choice: JsonObject[string] | undefined): readonly JsonObject[] {
  if (!isObject(choice)) return [];
  const tools =
    choice["type"] === "allowed_tools" && isArray(choice["tools"]) ? choice["tools"].filter(isObject) : [choice];
  return tools.filter((tool) => tool["type"] === "function" || tool["type"] === "custom");
}

/** A tool's name; those of a namespace with its own in front. */
function namesOf(tool: JsonObject): readonly string[] {
  if (tool["type"] !== "namespace") return typeof tool["name"] === "string" ? [tool["name"]] : [];
  return toolsOf(tool).map((inner) => `${tool["name"]}.${inner["name"]}`);
}
