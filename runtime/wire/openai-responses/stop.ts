import type { JsonObject, Stop } from "../canonical.ts";
import { objectOf } from "../json.ts";

/** What an answer turned out to hold. */
export type Outcome = Readonly<{
  hasCalls: boolean;
  /** Ids of calls that cannot be told to be whole. Only of interest where the response was cut off. */
  unfinishedCalls: ReadonlySet<string>;
  refusal: string | undefined;
}>;

/**
 * `status` and `incomplete_details` of a response that did not fail. Calls that are whole win over every other word, and
 * one that was cut off is never passed off as one to run.
 */
export function decodeStop(response: JsonObject, { hasCalls, unfinishedCalls, refusal }: Outcome): Stop {
  const isIncomplete = response["status"] === "incomplete";
  const hasCutCall = isIncomplete && unfinishedCalls.size > 0;
  if (hasCalls && !hasCutCall) return { reason: "tool-calls" };
  const word = isIncomplete ? objectOf(response["incomplete_details"])?.["reason"] : undefined;
  if (word === "content_filter")
    return { reason: "filtered", ...(refusal === undefined ? {} : { explanation: refusal }) };
  if (word === "max_output_tokens" || hasCutCall) return { reason: "length" };
  return refusal === undefined ? { reason: "end" } : { reason: "refusal", explanation: refusal };
}

/** How a response ends: its status, and why it is not complete. */
export type Ending = Readonly<{ status: "completed" | "incomplete"; incompleteDetails: JsonObject | null }>;

const completed: Ending = { status: "completed", incompleteDetails: null };
const atLimit: Ending = { status: "incomplete", incompleteDetails: { reason: "max_output_tokens" } };
const filtered: Ending = { status: "incomplete", incompleteDetails: { reason: "content_filter" } };

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
  // Readers make a failed answer an error; one that is only said to have gone wrong holds what it holds.
  error: completed,
} as const satisfies Record<Stop["reason"], Ending>;

/** OpenAI's own refusals are written in the answer, which is complete then. */
export function encodeStop(stop: Stop, hasRefusalText: boolean): Ending {
  return stop.reason === "refusal" && hasRefusalText ? completed : endings[stop.reason];
}
