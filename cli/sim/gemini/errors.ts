import type { Frame, Problem, Reply } from "../reply.ts";

/** `{"error":{"code","message","status","details"}}`, the body of every Gemini error (google.rpc.Status). */
export function errorReply(problem: Problem): Reply {
  return {
    status: problem.status,
    headers: { "content-type": "application/json; charset=UTF-8" },
    body: { kind: "whole", bytes: `${JSON.stringify(errorBody(problem), null, 2)}\n` },
  };
}

/** An error inside an event stream: a data line of the same shape. */
export function errorFrame(problem: Problem): Frame {
  return { data: JSON.stringify(errorBody(problem)) };
}

const statuses: Readonly<Record<number, string>> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ABORTED",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  500: "INTERNAL",
  501: "UNIMPLEMENTED",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** `error.status` for an HTTP status (google.rpc.Code and its HTTP mapping). */
export function errorType(status: number): string {
  return statuses[status] ?? (status >= 500 ? "INTERNAL" : "FAILED_PRECONDITION");
}

function errorBody({ status, type, message, code, retryAfter }: Problem) {
  const domain = "googleapis.com";
  const metadata = { service: "generativelanguage.googleapis.com" };
  const details = [
    ...(typeof code === "string"
      ? [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: code, domain, metadata }]
      : []),
    ...(retryAfter === undefined
      ? []
      : [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: `${retryAfter}s` }]),
  ];
  return { error: { code: status, message, status: type, ...(details.length > 0 ? { details } : {}) } };
}
