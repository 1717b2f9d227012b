import type { Json, JsonObject } from "../canonical.ts";
import { arrayOf } from "../json.ts";

/**
 * After `stop_reason: "pause_turn"` the same request with the assistant's content as its last message, unchanged and with
 * no user message behind it, makes the model go on (Anthropic, "Handling stop reasons").
 */
export function continueRequest(body: JsonObject, said: readonly Json[]): JsonObject {
  return { ...body, messages: [...arrayOf(body["messages"]), { role: "assistant", content: said }] };
}
