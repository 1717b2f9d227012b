import type { Circumstances } from "../api.ts";
import type { Frame, Problem, Reply } from "../reply.ts";

/** `{"type":"error","error":{"type","message"},"request_id"}`, the body of every Anthropic error. */
export function errorReply(problem: Problem, now: Circumstances): Reply {
  return {
    status: problem.status,
    headers: { "content-type": "application/json", "request-id": now.requestId },
    body: { kind: "whole", bytes: JSON.stringify(errorBody(problem, now)) },
  };
}

/** An error inside a stream: the event named `error`. */
export function errorFrame(problem: Problem, now: Circumstances): Frame {
  return { event: "error", data: JSON.stringify(errorBody(problem, now)) };
}

const types: Readonly<Record<number, string>> = {
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  409: "conflict_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};

/** `error.type` Anthropic gives with a status (its error documentation). */
export function errorType(status: number): string {
  return types[status] ?? (status >= 500 ? "api_error" : "invalid_request_error");
}

function errorBody({ type, message, code }: Problem, now: Circumstances) {
  const details = typeof code === "string" ? { details: { error_code: code } } : {};
  return { type: "error", error: { type, message, ...details }, request_id: now.requestId };
}
