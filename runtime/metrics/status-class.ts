import type { FinishedRequest } from "../request/finished-request.ts";
import type { ErrorClass } from "../wire/canonical.ts";

type StatusClass = "2xx" | "4xx" | "5xx" | "timeout" | "connect" | "read" | "internal" | "client_gone";

/** Failures that a status alone says too little of. */
const ofErrors: Partial<Readonly<Record<ErrorClass, StatusClass>>> = {
  timeout: "timeout",
  "upstream-unreachable": "connect",
  "bad-upstream-answer": "read",
  internal: "internal",
};

/** How a request ended, as metrics tell it: a stream that broke off is a failure although its status was 200. */
export function statusClass({ status, how, error, answered }: FinishedRequest): StatusClass {
  if (how === "client-gone") return "client_gone";
  if (how === "failed" && status < 400) return answered?.reason === "timeout" ? "timeout" : "read";
  const named = error && ofErrors[error.class];
  return named ?? (status < 400 ? "2xx" : status < 500 ? "4xx" : "5xx");
}
