import type { Target, WireFormat } from "../contract.ts";
import { retryAfterMs } from "../routing/retry-after.ts";
import type { Loss } from "../wire/canonical.ts";
import type { ClientCodec, UpstreamCodec } from "../wire/codec.ts";

/** What the `x-arouter-*` headers of an answer say. */
export type ReplyFacts = Readonly<{
  requestId: string;
  /** Where its spans are found; undefined while nothing is traced. */
  traceId?: string | undefined;
  /** The client's format. */
  wire: WireFormat;
  requested: string | undefined;
  served: Target | undefined;
  rule: string;
  decision: "rewritten" | "self-healed" | "passthrough";
  attempts: number;
  /** Which of two raced models answered; undefined when there was no race. */
  hedge: "primary" | "hedge" | undefined;
  losses: readonly Loss[];
  /** The answer holds a count that is the gateway's own guess. */
  isEstimate?: boolean;
}>;

/** Short names of the formats, for headers and metrics. */
export const wireNames = {
  "openai-chat": "openai",
  "openai-responses": "responses",
  "anthropic-messages": "anthropic",
  gemini: "gemini",
} as const satisfies Record<WireFormat, string>;

/** Waits longer than this make SDKs hang: some obey any Retry-After, others ignore all above a minute. */
const maxRetryAfterSeconds = 60;

/**
 * The headers of every answer, built from nothing: of an upstream's headers only the allow-listed ones come through
 * (its encoding, cookies and account ids describe bytes and a party the client never sees).
 */
export function replyHeaders(
  facts: ReplyFacts,
  codec: ClientCodec,
  upstream: UpstreamHeaders | undefined,
): Record<string, string> {
  const headers: Record<string, string> = {
    "x-arouter-request-id": facts.requestId,
    "x-arouter-wire": wireNames[facts.wire],
    "x-arouter-model-requested": headerText(facts.requested ?? "none"),
    "x-arouter-model-served": headerText(facts.served?.model ?? "none"),
    "x-arouter-provider": headerText(facts.served?.provider ?? "unknown"),
    "x-arouter-rule": headerText(facts.rule),
    "x-arouter-decision": facts.decision,
    "x-arouter-fallback-count": String(Math.max(0, facts.attempts - 1)),
    "x-arouter-attempts": String(facts.attempts),
    [codec.requestIdHeader]: facts.requestId,
  };
  if (facts.traceId !== undefined) headers["x-arouter-trace-id"] = facts.traceId;
  if (facts.hedge !== undefined) headers["x-arouter-hedge"] = facts.hedge;
  const warnings = [...new Set(facts.losses.map((loss) => headerText(`${loss.code}:${loss.field}`)))];
  if (warnings.length > 0) headers["x-arouter-warnings"] = warnings.slice(0, 32).join(",");
  if (facts.isEstimate === true) headers["x-arouter-usage"] = "estimated";
  if (upstream !== undefined) copyUpstream(headers, upstream);
  return headers;
}

/** An answer's own headers and the codec of the provider that sent it. */
export type UpstreamHeaders = Readonly<{ headers: Headers; codec: UpstreamCodec; nowEpochMs: number }>;

function copyUpstream(headers: Record<string, string>, upstream: UpstreamHeaders): void {
  for (const name of upstream.codec.rateLimitHeaders) {
    const value = upstream.headers.get(name);
    if (value !== null && name !== "retry-after") headers[name] = value;
  }
  const id = upstream.headers.get(upstream.codec.requestIdHeader);
  if (id !== null) headers["x-arouter-upstream-request-id"] = headerText(id);
  const retryAfter = retryAfterSeconds(upstream.headers.get("retry-after"), upstream.nowEpochMs);
  if (retryAfter !== undefined) headers["retry-after"] = String(retryAfter);
}

/** `Retry-After` in whole seconds, between 1 and a minute; undefined when absent or not understood. */
export function retryAfterSeconds(value: string | null, nowEpochMs: number): number | undefined {
  const ms = retryAfterMs(value, nowEpochMs);
  return ms === undefined ? undefined : clientWaitSeconds(ms);
}

/** A wait as clients are told it, in whole seconds from 1 to a minute. */
export function clientWaitSeconds(ms: number): number {
  return Math.min(maxRetryAfterSeconds, Math.max(1, Math.ceil(ms / 1000)));
}

/** The same in milliseconds. */
export function clientWaitMs(ms: number): number {
  return Math.min(maxRetryAfterSeconds * 1000, Math.max(1000, Math.ceil(ms)));
}

/** Header values are visible ASCII here: anything else a client put into a name becomes `?`. */
function headerText(text: string): string {
  return text.slice(0, 256).replace(/[^\x20-\x7e]/g, "?");
}
