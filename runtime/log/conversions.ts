import type { FinishedRequest } from "../request/finished-request.ts";
import { wireNames } from "../request/reply-headers.ts";
import type { AttemptRecord } from "../routing/attempt-log.ts";
import type { Logger } from "./logger.ts";

/**
 * Tells what became of a request on its way: for each attempt the API it was written for and how it ended, and what the
 * translation left out. An answer that could not be read is told of always, the rest when debugging. No word of a prompt
 * or of an answer is in it.
 */
export function logConversions(request: FinishedRequest, { debug, warn }: Pick<Logger, "debug" | "warn">): void {
  const { facts, attempts, error } = request;
  const said = (what: string) => `request ${request.requestId}: ${what}`;
  for (const attempt of attempts) {
    if (attempt.reason === "bad_upstream_answer") {
      warn(said(`${nameOf(attempt)} gave an answer that cannot be read: ${attempt.message ?? attempt.reason}`));
    }
    debug?.(said(`${wireNames[facts.wire]} to ${nameOf(attempt)}, attempt ${attempt.n}: ${endOf(attempt)}`));
  }
  for (const { code, field } of facts.losses) debug?.(said(`${code} at ${field} for ${facts.served?.provider}`));
  if (error !== undefined)
    debug?.(said(`answered with ${error.class}${error.code === undefined ? "" : ` (${error.code})`}`));
}

function nameOf({ provider, model, format }: AttemptRecord): string {
  return `${provider}/${model} (${wireNames[format]})`;
}

function endOf({ outcome, reason, status, ms }: AttemptRecord): string {
  const parts = [outcome, reason, status && `status ${status}`].filter((part) => part !== undefined);
  return `${parts.join(", ")}${ms === undefined ? "" : ` in ${Math.round(ms)} ms`}`;
}
