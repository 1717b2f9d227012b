import type { Json, JsonObject } from "../../../runtime/wire/canonical.ts";

/** Whole answers and frames of streams, as upstreams send them. */

/** Of Chat Completions: one choice with these members of its message. */
export function completion(message: JsonObject, finish: string | null, more: JsonObject = {}): JsonObject {
  return {
    id: "chatcmpl-up",
    object: "chat.completion",
    created: 1,
    model: "gpt-6-x",
    choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason: finish }],
    ...more,
  };
}

export function functionCall(id: string | null, args: Json, name = "w"): JsonObject {
  return { id, type: "function", function: { name, arguments: args } };
}

/** Of the Messages API. */
export function message(content: Json, stop: string, more: JsonObject = {}): JsonObject {
  return {
    id: "msg_up",
    type: "message",
    role: "assistant",
    model: "claude-x",
    content,
    stop_reason: stop,
    stop_sequence: null,
    usage: { input_tokens: 20, output_tokens: 50 },
    ...more,
  };
}

export function chunk(delta: JsonObject, finish: string | null = null): JsonObject {
  return {
    id: "chatcmpl-up",
    object: "chat.completion.chunk",
    created: 1,
    model: "up",
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

/** The last chunk of a stream that was asked for usage. */
export function usageChunk(usage: JsonObject): JsonObject {
  return { id: "chatcmpl-up", object: "chat.completion.chunk", created: 1, model: "up", choices: [], usage };
}

/** A fragment of a call's arguments; with an id it opens the call. */
export function argumentsChunk(index: number, fragment: string, id?: string, name = "w"): JsonObject {
  const opening = id === undefined ? {} : { id, type: "function" };
  const body = id === undefined ? { arguments: fragment } : { name, arguments: fragment };
  return chunk({ tool_calls: [{ index, ...opening, function: body }] });
}

export const role = chunk({ role: "assistant", content: "" });
export const done = "data: [DONE]\n\n";

export function messageStart(usage: JsonObject = { input_tokens: 20, output_tokens: 1 }): JsonObject {
  return { type: "message_start", message: { id: "msg_up", role: "assistant", content: [], model: "up", usage } };
}

/** The frames of one content block. */
export function block(index: number, content: JsonObject, ...deltas: readonly JsonObject[]): readonly JsonObject[] {
  return [
    { type: "content_block_start", index, content_block: content },
    ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
    { type: "content_block_stop", index },
  ];
}

export function textBlock(index: number, ...texts: readonly string[]): readonly JsonObject[] {
  return block(index, { type: "text", text: "" }, ...texts.map((text) => ({ type: "text_delta", text })));
}

export function messageDelta(reason: string, usage: JsonObject = { output_tokens: 55 }): JsonObject {
  return { type: "message_delta", delta: { stop_reason: reason, stop_sequence: null }, usage };
}

export const messageStop = { type: "message_stop" };
