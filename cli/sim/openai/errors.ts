import type { Circumstances } from "../api.ts";
import type { Frame, Problem, Reply } from "../reply.ts";

/** `{"error":{"message","type","param","code"}}`, the body of every OpenAI error. */
export function errorReply(problem: Problem, now: Circumstances): Reply {
  return {
    status: problem.status,
    headers: { "content-type": "application/json", "x-request-id": now.requestId },
    body: { kind: "whole", bytes: `${JSON.stringify(errorBody(problem), null, 2)}\n` },
  };
}

/** An error inside a stream: a data line without an event name. */
export function errorFrame(problem: Problem): Frame {
  return { data: JSON.stringify(errorBody(problem)) };
}

/** `error.type` OpenAI gives with a status. */
export function errorType(status: number): string {
  if (status === 429) return "requests";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

function errorBody({ message, type, param, code }: Problem) {
  return { error: { message, type, param: param ?? null, code: code ?? null } };
}
