import { clientWaitMs, clientWaitSeconds } from "../request/reply-headers.ts";
import type { ErrorClass, WireError } from "../wire/canonical.ts";

/** Statuses that mean "later" to clients: Codex takes a 429 without Retry-After as fatal. */
const later: ReadonlySet<number> = new Set([429, 503, 529]);

/** Trying again cannot help, and Claude Code would go on for minutes. */
const final: ReadonlySet<ErrorClass> = new Set(["client-auth", "upstream-auth", "billing"]);

/**
 * Headers of an error that tell SDKs and agents whether and when to try again. `present` are those the answer has
 * already; one second is long enough not to hammer where nobody said how long to wait.
 */
export function retryHints(
  { class: of, retryAfterMs }: WireError,
  status: number,
  present: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers: Record<string, string> = {};
  if (retryAfterMs !== undefined) {
    headers["retry-after"] = String(clientWaitSeconds(retryAfterMs));
    // The SDKs of OpenAI and Anthropic read it first, and it loses nothing to rounding.
    headers["retry-after-ms"] = String(clientWaitMs(retryAfterMs));
  } else if (!("retry-after" in present)) {
    // Some clients know no other advice, and credit does not come back within seconds.
    if (of === "billing") headers["retry-after"] = "60";
    else if (later.has(status)) headers["retry-after"] = "1";
  }
  if (of === "client-auth") headers["www-authenticate"] = "Bearer";
  if (final.has(of)) headers["x-should-retry"] = "false";
  return headers;
}
