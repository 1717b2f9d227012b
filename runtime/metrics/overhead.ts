import type { FinishedRequest } from "../request/finished-request.ts";

/**
 * Milliseconds of a request that the gateway itself took: before the first attempt began, and of a whole answer also
 * after the last one ended. Counts the time it took to receive the request and to be let in.
 */
export function overheadMs({ startedMs, ms, stream, attempts }: FinishedRequest): number {
  const first = attempts[0];
  if (first === undefined) return ms;
  const before = first.startedMs - startedMs;
  if (stream) return before;
  const lastEndMs = Math.max(...attempts.map((attempt) => attempt.startedMs + (attempt.ms ?? 0)));
  return before + Math.max(0, startedMs + ms - lastEndMs);
}
