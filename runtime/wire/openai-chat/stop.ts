import type { Stop, ToolCall } from "../canonical.ts";
import { lookup, parseJson } from "../json.ts";

/** `finish_reason` of OpenAI, and in lower case the words of servers that kept their own. Any other word is a plain end. */
const finishReasons = {
  stop: "end",
  eos: "end",
  end_turn: "end",
  complete: "end",
  length: "length",
  max_tokens: "length",
  context_length: "length",
  tool_calls: "tool-calls",
  tool_use: "tool-calls",
  function_call: "tool-calls",
  content_filter: "filtered",
  sensitive: "filtered",
  safety: "filtered",
  abort: "error",
  error: "error",
  network_error: "error",
  insufficient_system_resource: "error",
} as const satisfies Record<string, Stop["reason"]>;

/** What an answer turned out to hold. `finish` is undefined when the upstream named no reason. */
export type Outcome = Readonly<{
  finish: string | undefined;
  /** At least one call that was not cut off. */
  hasCalls: boolean;
  hasCutCall: boolean;
  refusal: string | undefined;
}>;

/**
 * Whole calls win over the word the upstream used, as some say `stop` or `length` beside them; a call that was cut off
 * is never passed off as one to run.
 */
export function decodeStop({ finish, hasCalls, hasCutCall, refusal }: Outcome): Stop {
  const reason = reasonOf(finish);
  if (reason === "error") return { reason };
  if (hasCutCall) return { reason: "length" };
  if (hasCalls) return { reason: "tool-calls" };
  if (refusal !== undefined) return { reason: "refusal", explanation: refusal };
  return { reason: reason === "filtered" || reason === "length" ? reason : "end" };
}

function reasonOf(finish: string | undefined): Stop["reason"] | undefined {
  return lookup<Stop["reason"]>(finishReasons, finish?.toLowerCase());
}

/** Whether a call was cut off by the token limit, or by an upstream that stopped without a reason. */
export function isCut(call: Pick<ToolCall, "tool" | "argumentsText">, finish: string | undefined): boolean {
  const atLimit = reasonOf(finish) === "length";
  if (finish !== undefined && !atLimit) return false;
  // Raw text does not show its end, and arguments that never began may have been about to.
  if (call.tool === "custom" || call.argumentsText.trim() === "") return atLimit;
  return parseJson(call.argumentsText) === undefined;
}

const encoded = {
  end: "stop",
  "stop-sequence": "stop",
  length: "length",
  "context-full": "length",
  "tool-calls": "tool_calls",
  refusal: "content_filter",
  filtered: "content_filter",
  pause: "stop",
  compaction: "stop",
  error: "stop",
} as const satisfies Record<Stop["reason"], string>;

/**
 * `finish_reason`. OpenAI's own refusals are written in the answer and end with `stop`; one that only another vendor's
 * stop reason tells of is a content filter. `legacy` clients speak of `function_call`.
 */
export function encodeFinish(stop: Stop, hasRefusalText: boolean, legacy: boolean): string {
  if (stop.reason === "refusal" && hasRefusalText) return "stop";
  if (stop.reason === "tool-calls" && legacy) return "function_call";
  return encoded[stop.reason];
}

/** `message.refusal` for an answer whose vendor tells of a refusal by the stop reason alone. */
export function refusalOf(stop: Stop | undefined): string | undefined {
  return stop?.reason === "refusal" ? (stop.explanation ?? "The model declined to answer.") : undefined;
}
