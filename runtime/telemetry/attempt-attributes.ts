import type { Attributes } from "@opentelemetry/api";
import { ATTR_ERROR_TYPE, ATTR_SERVER_ADDRESS, ATTR_SERVER_PORT } from "@opentelemetry/semantic-conventions";
import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_REQUEST_STREAM,
  ATTR_GEN_AI_RESPONSE_FINISH_REASONS,
  ATTR_GEN_AI_RESPONSE_ID,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
  ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_OUTPUT_TOKENS,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
} from "@opentelemetry/semantic-conventions/incubating";
import type { FinishedRequest } from "../request/finished-request.ts";
import { wireNames } from "../request/reply-headers.ts";
import type { AttemptRecord } from "../routing/attempt-log.ts";
import type { Usage } from "../wire/canonical.ts";
import { finishReason, operationNames, providerName } from "./gen-ai-names.ts";
import { serverAddress } from "./server-address.ts";

const nanosPerUsd = 1e9;

/** What a call of a model is told apart by, in spans and in metrics (GenAI conventions, "Inference"). */
export function callAttributes(attempt: AttemptRecord, { endpoint }: FinishedRequest): Attributes {
  const server = serverAddress(attempt.baseUrl);
  return {
    [ATTR_GEN_AI_OPERATION_NAME]: operationNames[endpoint],
    [ATTR_GEN_AI_PROVIDER_NAME]: providerName(attempt.provider, server?.host),
    [ATTR_GEN_AI_REQUEST_MODEL]: attempt.model,
    ...(attempt.said?.model && { [ATTR_GEN_AI_RESPONSE_MODEL]: attempt.said.model }),
    ...(server && { [ATTR_SERVER_ADDRESS]: server.host, [ATTR_SERVER_PORT]: server.port }),
    ...(attemptFailed(attempt) && { [ATTR_ERROR_TYPE]: attempt.reason ?? attempt.outcome }),
  };
}

/** All attributes of an attempt's span. Nothing that was asked or answered, and no message, which may quote it. */
export function attemptAttributes(attempt: AttemptRecord, request: FinishedRequest): Attributes {
  const { said, usage, ttftMs, costNanos } = attempt;
  return {
    ...callAttributes(attempt, request),
    [ATTR_GEN_AI_REQUEST_STREAM]: request.stream,
    ...(said?.id && { [ATTR_GEN_AI_RESPONSE_ID]: said.id }),
    ...(said?.stop && { [ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: [finishReason(said.stop)] }),
    ...(request.stream && ttftMs !== undefined && { [ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: ttftMs / 1000 }),
    ...(usage && usageAttributes(usage)),
    "arouter.provider": attempt.provider,
    "arouter.model": attempt.model,
    "arouter.attempt_index": attempt.n,
    "arouter.outcome": attempt.outcome === "pending" ? "cancelled" : attempt.outcome,
    "arouter.wire_format": wireNames[attempt.format],
    "arouter.hedge": attempt.hedge,
    "arouter.billing": attempt.billing,
    ...(attempt.key !== undefined && { "arouter.key": attempt.key }),
    ...(attempt.status !== undefined && { "arouter.upstream_status": attempt.status }),
    ...(attempt.quarantined && { "arouter.key_quarantined": true }),
    ...(attempt.retryAfterMs !== undefined && { "arouter.retry_after_ms": attempt.retryAfterMs }),
    ...(costNanos !== undefined && { "arouter.cost_usd": costNanos / nanosPerUsd }),
  };
}

/** Whether it is the upstream that could not do it, or did it badly. */
export function attemptFailed({ outcome }: AttemptRecord): boolean {
  return outcome === "failed" || outcome === "broken" || outcome === "invalid" || outcome === "empty";
}

/** Input includes what a cache took part in, output includes reasoning, as the conventions ask. */
function usageAttributes(usage: Usage): Attributes {
  return {
    [ATTR_GEN_AI_USAGE_INPUT_TOKENS]: inputTokens(usage),
    [ATTR_GEN_AI_USAGE_OUTPUT_TOKENS]: usage.output,
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: usage.cacheRead,
    ...(usage.cacheWriteKnown && { [ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS]: usage.cacheWrite }),
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: usage.reasoning,
  };
}

/** Of the whole prompt. */
export function inputTokens({ uncachedInput, cacheRead, cacheWrite }: Usage): number {
  return uncachedInput + cacheRead + cacheWrite;
}
