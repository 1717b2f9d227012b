import type { Json, JsonObject, Stop } from "../canonical.ts";
import { lookup, objectOf, stringOf } from "../json.ts";

/** `stop_reason` of the Messages API (@anthropic-ai/sdk 1.11 types, beta values included). */
const reasons = {
  end_turn: "end",
  stop_sequence: "stop-sequence",
  max_tokens: "length",
  model_context_window_exceeded: "context-full",
  tool_use: "tool-calls",
  pause_turn: "pause",
  refusal: "refusal",
  compaction: "compaction",
} as const satisfies Record<string, Stop["reason"]>;

const words = {
  end: "end_turn",
  "stop-sequence": "stop_sequence",
  length: "max_tokens",
  "context-full": "model_context_window_exceeded",
  "tool-calls": "tool_use",
  refusal: "refusal",
  filtered: "refusal",
  pause: "pause_turn",
  compaction: "end_turn",
  error: "end_turn",
} as const satisfies Record<Stop["reason"], string>;

/**
 * Reads a message, or the `delta` of a `message_delta`. A reason that is missing or new follows from the content, and so
 * does one that contradicts it: servers exist that end with `end_turn` after a tool call. `content` are the blocks
 * as they came, read only for a pause.
 */
export function decodeStop(json: JsonObject, hasCalls: boolean, content: () => readonly Json[]): Stop {
  const named = lookup<Stop["reason"]>(reasons, stringOf(json["stop_reason"])) ?? "end";
  const reason = settleReason(named, hasCalls);
  const resume = reason === "pause" ? resumable(content()) : undefined;
  const explanation = stringOf(objectOf(json["stop_details"])?.["explanation"]);
  const sequence = stringOf(json["stop_sequence"]);
  return {
    reason,
    ...(sequence === undefined ? {} : { sequence }),
    ...(explanation === undefined ? {} : { explanation }),
    ...(resume === undefined ? {} : { resume }),
  };
}

/** The API refuses an empty message, and one that ends in a call without its result. */
function resumable(content: readonly Json[]): readonly Json[] | undefined {
  const hasCall = content.some((block) => objectOf(block)?.["type"] === "tool_use");
  return content.length === 0 || hasCall ? undefined : content;
}

/** `stop_reason`, `stop_sequence`, `stop_details` and `container`, as a message and a `message_delta` carry them. */
export function encodeStop(stop: Stop, hasCalls: boolean): JsonObject {
  const word = words[settleReason(stop.reason, hasCalls)];
  return {
    stop_reason: word,
    stop_sequence: word === "stop_sequence" ? (stop.sequence ?? null) : null,
    stop_details:
      word === "refusal" ? { type: "refusal", category: null, explanation: stop.explanation ?? null } : null,
    container: null,
  };
}

function settleReason(reason: Stop["reason"], hasCalls: boolean): Stop["reason"] {
  // A pause with calls waits for their results, not for another round.
  if ((reason === "end" || reason === "pause") && hasCalls) return "tool-calls";
  return reason === "tool-calls" && !hasCalls ? "end" : reason;
}
