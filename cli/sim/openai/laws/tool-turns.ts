import { isArray, isObject, type JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { invalid } from "../invalid.ts";
import { messagesOf } from "../messages-of.ts";
import type { Law } from "./law.ts";

/**
 * Every call is answered, once, by a `tool` message right after the assistant message that made it, and nothing else is.
 */
export const toolTurns: Law = (body) => {
  const messages = messagesOf(body);
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index];
    if (message?.["role"] === "tool") return strayResult(index);
    const ids = callIds(message);
    if (ids.length === 0) continue;
    const twice = ids.find((id, at) => ids.indexOf(id) !== at);
    if (twice !== undefined) {
      return invalid(
        `Invalid parameter: Duplicate value for 'id' of '${twice}' in 'tool_calls'.`,
        `messages.[${index}].tool_calls`,
      );
    }
    const results = resultsAfter(messages, index);
    const problem = resultsProblem(results, ids, index + 1) ?? unanswered(results, ids, index + 1 + results.length);
    if (problem !== undefined) return problem;
    index += results.length;
  }
  return undefined;
};

function strayResult(index: number): Problem {
  const message =
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
  return invalid(message, `messages.[${index}].role`);
}

function callIds(message: JsonObject | undefined): readonly string[] {
  const calls = message?.["tool_calls"];
  return isArray(calls) ? calls.filter(isObject).map((call) => String(call["id"])) : [];
}

function resultsAfter(messages: readonly JsonObject[], index: number): readonly string[] {
  const rest = messages.slice(index + 1);
  const end = rest.findIndex((message) => message["role"] !== "tool");
  return (end < 0 ? rest : rest.slice(0, end)).map((message) => String(message["tool_call_id"]));
}

function resultsProblem(results: readonly string[], ids: readonly string[], first: number): Problem | undefined {
  for (const [at, id] of results.entries()) {
    const param = `messages.[${first + at}].tool_call_id`;
    if (!ids.includes(id)) {
      return invalid(
        `Invalid parameter: 'tool_call_id' of '${id}' not found in 'tool_calls' of previous message.`,
        param,
      );
    }
    const earlier = results.indexOf(id);
    if (earlier !== at) {
      const places = `messages[${first + earlier}] and messages[${first + at}]`;
      return invalid(`Invalid parameter: Duplicate value for 'tool_call_id' of '${id}', in ${places}.`, param);
    }
  }
  return undefined;
}

function unanswered(results: readonly string[], ids: readonly string[], index: number): Problem | undefined {
  const open = ids.filter((id) => !results.includes(id));
  if (open.length === 0) return undefined;
  const message = `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(", ")}`;
  return invalid(message, `messages.[${index}].role`);
}
