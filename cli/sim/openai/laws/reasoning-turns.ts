import { isArray, isObject, type JsonObject } from "../../json.ts";
import { invalid } from "../invalid.ts";
import { messagesOf } from "../messages-of.ts";
import { madeBy } from "../reasoned-call-id.ts";
import type { Law } from "./law.ts";

/**
 * Of a model that shows its reasoning, a message with calls brings `reasoning_content` back: that of the model's own calls as
 * it was, that of another model's at least empty (the words are DeepSeek's, api-docs.deepseek.com, "Thinking Mode").
 */
export const reasoningTurns: Law = (body, model) => {
  if (!model.showsReasoning) return undefined;
  const lacking = messagesOf(body).findIndex((message) => callIds(message).some((id) => !isTold(message, id)));
  if (lacking < 0) return undefined;
  return invalid(`Missing \`reasoning_content\` field in the assistant message at message index ${lacking}.`);
};

function isTold({ reasoning_content: told }: JsonObject, id: string): boolean {
  return typeof told === "string" && madeBy(id, told) !== false;
}

function callIds(message: JsonObject): readonly string[] {
  const calls = message["role"] === "assistant" ? message["tool_calls"] : undefined;
  return isArray(calls) ? calls.filter(isObject).map((call) => String(call["id"])) : [];
}
