import type { Frame, Reply } from "../../cli/sim/reply.ts";
import type { OlderFormat } from "./older-formats.ts";

export type TextAnswer = Readonly<{ format: OlderFormat; stream: boolean; model: string; text: string }>;

const created = 1_700_000_000;
const jsonHeaders = { "content-type": "application/json" };

/** A provider's answer that is nothing but text; a stream has one delta for each word. */
export function textAnswer({ format, stream, model, text }: TextAnswer): Reply {
  const words = text.match(/\S+\s*/g) ?? [];
  const api = apis[format];
  return stream
    ? {
        status: 200,
        headers: { "content-type": "text/event-stream" },
        body: { kind: "events", frames: api.frames(model, words) },
      }
    : { status: 200, headers: jsonHeaders, body: { kind: "whole", bytes: JSON.stringify(api.whole(model, text)) } };
}

/** Frames before the first word of a stream. */
export const framesBeforeText = { "openai-chat": 1, "anthropic-messages": 2 } as const satisfies Record<
  OlderFormat,
  number
>;

const apis = {
  "openai-chat": { whole: completion, frames: completionFrames },
  "anthropic-messages": { whole: message, frames: messageFrames },
} as const satisfies Record<OlderFormat, unknown>;

function completion(model: string, content: string): object {
  const choice = { index: 0, message: { role: "assistant", content, refusal: null }, finish_reason: "stop" };
  const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
  return { id: "chatcmpl-text", object: "chat.completion", created, model, choices: [choice], usage };
}

function completionFrames(model: string, words: readonly string[]): Frame[] {
  const chunk = (delta: object, finish: string | null): Frame => ({
    data: JSON.stringify({
      id: "chatcmpl-text",
      object: "chat.completion.chunk",
      created,
      model,
      choices: [{ index: 0, delta, finish_reason: finish }],
    }),
  });
  return [
    chunk({ role: "assistant", content: "" }, null),
    ...words.map((content) => chunk({ content }, null)),
    chunk({}, "stop"),
    { data: "[DONE]", terminator: true },
  ];
}

function message(model: string, text: string): object {
  return { ...messageStart(model), content: [{ type: "text", text }], stop_reason: "end_turn" };
}

function messageStart(model: string): object {
  const usage = { input_tokens: 10, output_tokens: 20 };
  const head = { id: "msg_text", type: "message", role: "assistant", model };
  return { ...head, content: [], stop_reason: null, stop_sequence: null, usage };
}

function messageFrames(model: string, words: readonly string[]): Frame[] {
  const frame = (type: string, more: object): Frame => ({ event: type, data: JSON.stringify({ type, ...more }) });
  return [
    frame("message_start", { message: messageStart(model) }),
    frame("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    ...words.map((text) => frame("content_block_delta", { index: 0, delta: { type: "text_delta", text } })),
    frame("content_block_stop", { index: 0 }),
    frame("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 20 } }),
    { ...frame("message_stop", {}), terminator: true },
  ];
}
