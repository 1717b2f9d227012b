import type { Json, JsonObject } from "../canonical.ts";
import { arrayOf, isObject, objectOf, stringOf } from "../json.ts";

/**
 * A client's own messages for a server that refuses those of the assistant without their reasoning in `field` (DeepSeek,
 * "Thinking Mode: tool calls"; Moonshot answers "reasoning_content is missing in assistant tool call message"). Most clients
 * drop the member, so what they left out comes from `reasoningOf` a call; what nobody knows any more is empty, as it may be.
 */
export function withRequiredReasoning(
  messages: readonly Json[],
  field: string,
  reasoningOf: (callId: string) => string | undefined,
): readonly Json[] {
  return messages.map((message) => {
    const isLacking = isObject(message) && message["role"] === "assistant" && (message[field] ?? null) === null;
    return isLacking ? { ...message, [field]: remembered(message, reasoningOf) ?? "" } : message;
  });
}

function remembered(message: JsonObject, reasoningOf: (callId: string) => string | undefined): string | undefined {
  for (const call of arrayOf(message["tool_calls"])) {
    const id = stringOf(objectOf(call)?.["id"]);
    const reasoning = id === undefined ? undefined : reasoningOf(id);
    if (reasoning !== undefined) return reasoning;
  }
  return undefined;
}
