import type { Problem } from "../reply.ts";

/** A 400 `invalid_request_error`. */
export function invalid(message: string): Problem {
  return { status: 400, type: "invalid_request_error", message };
}
