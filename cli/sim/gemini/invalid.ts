import type { Problem } from "../reply.ts";

/** A 400 `INVALID_ARGUMENT`. */
export function invalid(message: string): Problem {
  return { status: 400, type: "INVALID_ARGUMENT", message };
}
