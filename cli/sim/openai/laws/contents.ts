import { isObject, type JsonObject } from "../../json.ts";
import { invalid } from "../invalid.ts";
import { messagesOf } from "../messages-of.ts";
import type { Law } from "./law.ts";

/** An assistant message without text needs calls, and a bare null needs a reason. */
export const contents: Law = (body) => {
  for (const [index, message] of messagesOf(body).entries()) {
    if (message["role"] === "assistant" && isMute(message)) {
      return invalid("Invalid value for 'content': expected a string, got null.", `messages.[${index}].content`);
    }
  }
  return undefined;
};

function isMute(message: JsonObject): boolean {
  const { content, tool_calls, function_call, refusal, audio } = message;
  return (content ?? null) === null && tool_calls === undefined && !isObject(function_call) && !refusal && !audio;
}
