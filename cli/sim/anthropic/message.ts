import { alphanumericHash } from "../hash.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../json.ts";
import type { SaidPart, Stop } from "../said.ts";
import type { MessageAnswer } from "./message-answer.ts";

/** The non-streamed answer (Anthropic SDK 1.11, `Message`). */
export function message(answer: MessageAnswer): JsonObject {
  const { said } = answer;
  return {
    ...messageHead(answer),
    content: said.parts.flatMap((part) => contentBlock(part) ?? []),
    ...stopFields(said.stop),
    ...(answer.usage === undefined ? {} : { usage: answer.usage }),
  };
}

/** The fields known before the first token. */
export function messageHead(answer: MessageAnswer): JsonObject {
  return {
    model: answer.prompt.model,
    id: `msg_01${alphanumericHash(answer.prompt.seed).slice(0, 22)}`,
    type: "message",
    role: "assistant",
    container: null,
    diagnostics: null,
  };
}

/** `stop_reason`, `stop_sequence` and `stop_details`. */
export function stopFields(stop: Stop): JsonObject {
  const sequence = stop.kind === "stop-sequence" ? stop.sequence : null;
  const details = stop.kind === "refusal" ? { type: "refusal", category: null, explanation: refusalText } : null;
  return { stop_reason: stopReason(stop), stop_sequence: sequence, stop_details: details };
}

const refusalText = "The simulated model declined to answer.";

function stopReason(stop: Stop): string | null {
  switch (stop.kind) {
    case "end":
      return "end_turn";
    case "length":
      return "max_tokens";
    case "tool-calls":
      return "tool_use";
    case "refusal":
      return "refusal";
    case "stop-sequence":
      return "stop_sequence";
    case "word":
      return stop.word;
  }
}

/** One content block; undefined for a refusal, which Anthropic tells by `stop_reason` alone. */
function contentBlock(part: SaidPart): JsonObject | undefined {
  switch (part.kind) {
    case "text":
      return { citations: null, type: "text", text: part.text };
    case "thinking":
      return { type: "thinking", thinking: part.text, signature: part.signature };
    case "redacted-thinking":
      return { type: "redacted_thinking", data: part.data };
    case "tool-call":
      return {
        type: "tool_use",
        id: part.id,
        name: part.name,
        input: toolInput(part.argumentsText),
        caller: { type: "direct" },
      };
    case "refusal":
      return undefined;
  }
}

/** The parsed input; text that is not a JSON object (cut by `max_tokens`, or scripted) is the empty object. */
function toolInput(argumentsText: string): Json {
  const input = parseJson(argumentsText);
  return isObject(input) ? input : {};
}
