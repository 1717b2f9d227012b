import type { Json, JsonObject } from "../canonical.ts";

/** Content blocks as replies carry them, whole or at the start of a stream. */

export function textBlock(text: string, citations: readonly Json[] = []): JsonObject {
  return { type: "text", text, citations: citations.length === 0 ? null : citations };
}

export function thinkingBlock(thinking: string, signature: string): JsonObject {
  return { type: "thinking", thinking, signature };
}

export function redactedBlock(data: string): JsonObject {
  return { type: "redacted_thinking", data };
}

export function toolUseBlock(id: string, name: string, input: Json): JsonObject {
  return { type: "tool_use", id, name, input, caller: { type: "direct" } };
}

/** The members every reply has, in a whole message and in `message_start`. */
export function messageEnvelope(id: string, model: string, content: readonly Json[]): JsonObject {
  return { id: `msg_${id}`, type: "message", role: "assistant", model, content, diagnostics: null };
}
