import { alphanumericHash } from "../hash.ts";
import type { Said } from "../said.ts";

const prefix = "call_r";
const hashChars = 12;

/** An answer whose calls are named after the reasoning that led to them, so that it can be told whether that comes back. */
export function withReasonedCalls(said: Said): Said {
  const mark = markOf(reasoningOf(said));
  return {
    ...said,
    parts: said.parts.map((part) =>
      part.kind === "tool-call"
        ? { ...part, id: `${prefix}${mark}${part.id.replace(/^call_/, "").slice(0, 20)}` }
        : part,
    ),
  };
}

/** All that was thought before an answer. */
export function reasoningOf({ parts }: Said): string {
  return parts.map((part) => (part.kind === "thinking" ? part.text : "")).join("");
}

/** Whether a call was made after this reasoning; undefined for calls of other models. */
export function madeBy(callId: string, reasoning: string): boolean | undefined {
  if (!callId.startsWith(prefix)) return undefined;
  return callId.slice(prefix.length, prefix.length + hashChars) === markOf(reasoning);
}

function markOf(reasoning: string): string {
  return alphanumericHash(reasoning).slice(0, hashChars);
}
