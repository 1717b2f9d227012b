import { isArray, isObject, type JsonObject } from "../json.ts";

/** The messages of a body. */
export function messagesOf(body: JsonObject): readonly JsonObject[] {
  return isArray(body["messages"]) ? body["messages"].filter(isObject) : [];
}

/** The tools of a body. */
export function toolsOf(body: JsonObject): readonly JsonObject[] {
  return isArray(body["tools"]) ? body["tools"].filter(isObject) : [];
}

/** The object that holds a tool's name: `function` or `custom`. */
export function definitionOf(tool: JsonObject): JsonObject {
  const definition = tool["function"] ?? tool["custom"];
  return isObject(definition) ? definition : {};
}
