import type { Run } from "./attempt-loop.ts";

/** Whether a request has used up its attempts or its time. */
export function isOver({ log, deadlineMs, deps }: Run): boolean {
  const { maxAttempts } = deps.gateway.catalog.failover;
  return log.records.length >= maxAttempts || deps.upstream.now() > deadlineMs;
}
