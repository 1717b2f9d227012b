import type { JsonObject, Stop } from "../canonical.ts";
import { objectOf } from "../json.ts";

/** What an answer turned out to hold. */
export type Outcome = Readonly<{
  /** At least one call for the client that was not cut off. */
  hasCalls: boolean;
  hasCutCall: boolean;
  refusal: string | undefined;
}>;

/** `status` and `incomplete_details` of a response that did not fail. Whole calls win over every other word. */
export function decodeStop(response: JsonObject, { hasCalls, hasCutCall, refusal }: Outcome): Stop {
  const reason = objectOf(response["incomplete_details"])?.["reason"];
  const isIncomplete = response["status"] === "incomplete";
  if (isIncomplete && reason === "max_output_tokens" && (hasCutCall || !hasCalls)) return { reason: "length" };
  if (hasCalls) return { reason: "tool-calls" };
  if (isIncomplete && reason === "content_filter") return { reason: "filtered", explanation: refusal };
  if (refusal !== undefined) return { reason: "refusal", explanation: refusal };
  return { reason: "end" };
}

/** How a response ends: its status, and why it is not complete. */
export type Ending = Readonly<{ status: "completed" | "incomplete"; incomplete_details: JsonObject | null }>;

const completed: Ending = { status: "completed", incomplete_details: null };
const atLimit: Ending = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
const filtered: Ending = { status: "incomplete", incomplete_details: { reason: "content_filter" } };

const endings = {
  end: completed,
  "stop-sequence": completed,
  length: atLimit,
  "context-full": atLimit,
  "tool-calls": completed,
  refusal: filtered,
  filtered,
  pause: atLimit,
  compaction: completed,
  error: completed,
} as const satisfies Record<Stop["reason"], Ending>;

/** OpenAI's own refusals are written in the answer, which is complete then. */
export function encodeStop(stop: Stop, hasRefusalText: boolean): Ending {
  return stop.reason === "refusal" && hasRefusalText ? completed : endings[stop.reason];
}
