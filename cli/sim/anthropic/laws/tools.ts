import { isArray, isObject, type JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { blocksOf, messagesOf } from "../blocks.ts";
import { invalid } from "../invalid.ts";
import { outputSchemaFault } from "../output-schema.ts";
import type { Law } from "./law.ts";

/** The list of tools, the choice among them, and their schemas. */
export const tools: Law = (body, model) => {
  const list = isArray(body["tools"]) ? body["tools"].filter(isObject) : [];
  const names = list.map((tool) => String(tool["name"]));
  if (new Set(names).size < names.length) return invalid("tools: Tool names must be unique.");
  for (const [index, tool] of list.entries()) {
    const problem = schemaProblem(tool, `tools.${index}.custom`, model.structured);
    if (problem !== undefined) return problem;
  }
  if (list.length === 0) return withoutTools(body);
  const choice = body["tool_choice"];
  if (!isObject(choice) || choice["type"] !== "tool" || names.includes(String(choice["name"]))) return undefined;
  return invalid(`tool_choice.tool.name: Tool '${choice["name"]}' not found in provided tools`);
};

function withoutTools(body: JsonObject): Problem | undefined {
  if (body["tool_choice"] !== undefined) return invalid("tool_choice: may only be specified while providing tools");
  const used = messagesOf(body).some((message) =>
    blocksOf(message["content"]).some((block) => block["type"] === "tool_use" || block["type"] === "tool_result"),
  );
  return used ? invalid("Requests which include `tool_use` or `tool_result` blocks must define tools") : undefined;
}

function schemaProblem(tool: JsonObject, place: string, structured: boolean): Problem | undefined {
  const schema = tool["input_schema"];
  if (!isObject(schema)) return undefined;
  if (["oneOf", "allOf", "anyOf"].some((keyword) => schema[keyword] !== undefined)) {
    return invalid(`${place}.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level`);
  }
  if (schema["type"] === undefined) return invalid(`${place}.input_schema.type: Field required`);
  if (schema["type"] !== "object") return invalid(`${place}.input_schema.type: Input should be 'object'`);
  if (tool["strict"] !== true) return undefined;
  if (!structured) return invalid(`${place}.strict: strict tools are not supported on this model`);
  const fault = outputSchemaFault(schema);
  return fault === undefined ? undefined : invalid(`${place}.input_schema: ${fault}`);
}
