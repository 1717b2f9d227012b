import { isArray, isObject, type Json, type JsonObject } from "../json.ts";

/** Content as blocks: a string is one text block. */
export function blocksOf(content: Json | undefined): readonly JsonObject[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return isArray(content) ? content.filter(isObject) : [];
}

/** The messages of a body. */
export function messagesOf(body: JsonObject): readonly JsonObject[] {
  return isArray(body["messages"]) ? body["messages"].filter(isObject) : [];
}
