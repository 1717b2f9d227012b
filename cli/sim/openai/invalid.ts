import type { Problem } from "../reply.ts";

/** A 400 `invalid_request_error` with the vendor's `param` and `code`. */
export function invalid(message: string, param: string | null = null, code: string | null = null): Problem {
  return { status: 400, type: "invalid_request_error", message, param, code };
}
