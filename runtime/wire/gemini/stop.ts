import type { Stop } from "../canonical.ts";
import { lookup } from "../json.ts";

/** `finishReason` (@google/genai 3.1.0 `FinishReason`). `other`: an end if anything was said, else a failure. */
const reasons = {
  STOP: "end",
  FINISH_REASON_UNSPECIFIED: "end",
  MAX_TOKENS: "length",
  // A longer answer can be had in another call, which no other vendor's client knows how to ask for.
  CONTINUATION: "length",
  SAFETY: "refusal",
  RECITATION: "refusal",
  BLOCKLIST: "refusal",
  PROHIBITED_CONTENT: "refusal",
  SPII: "refusal",
  IMAGE_SAFETY: "refusal",
  IMAGE_PROHIBITED_CONTENT: "refusal",
  IMAGE_RECITATION: "refusal",
  MALFORMED_FUNCTION_CALL: "error",
  UNEXPECTED_TOOL_CALL: "error",
  TOO_MANY_TOOL_CALLS: "error",
  MALFORMED_RESPONSE: "error",
} as const satisfies Record<string, Stop["reason"]>;

export type Outcome = Readonly<{
  finish: string;
  /** What the upstream said about it. */
  message: string | undefined;
  hasCalls: boolean;
  hasText: boolean;
}>;

/** Undefined for an ending that is a failure. Calls are always whole here, and win over the limit. */
export function decodeStop({ finish, message, hasCalls, hasText }: Outcome): Stop | undefined {
  const reason = lookup<Stop["reason"]>(reasons, finish);
  if (reason === "error" || (reason === undefined && !hasText && !hasCalls)) return undefined;
  if (hasCalls) return { reason: "tool-calls" };
  if (reason === "refusal") return { reason, explanation: message ?? finish };
  return { reason: reason ?? "end" };
}

/** Whether a call that is still going on with this ending was never finished. */
export function cutsOff(finish: string): boolean {
  const reason = lookup<Stop["reason"]>(reasons, finish);
  return reason === "length" || reason === "error";
}

const words = {
  end: "STOP",
  "stop-sequence": "STOP",
  length: "MAX_TOKENS",
  "context-full": "MAX_TOKENS",
  "tool-calls": "STOP",
  refusal: "SAFETY",
  filtered: "SAFETY",
  pause: "MAX_TOKENS",
  compaction: "STOP",
  error: "OTHER",
} as const satisfies Record<Stop["reason"], string>;

export function encodeStop(stop: Stop, hasRefusal: boolean): string {
  return hasRefusal ? words.refusal : words[stop.reason];
}

/** Why the model or a filter turned a request down, which this API tells beside an answer that stays empty. */
export function finishMessage({ reason, explanation }: Stop): string | undefined {
  if (reason === "refusal") return explanation ?? "The model declined to answer.";
  return reason === "filtered" ? (explanation ?? "The answer was withheld by a content filter.") : undefined;
}

/** Whether what comes last in an answer of any upstream may have been cut off. */
export function isAtLimit({ reason }: Stop): boolean {
  return reason === "length" || reason === "context-full";
}
