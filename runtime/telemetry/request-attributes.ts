import type { Attributes } from "@opentelemetry/api";
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_URL_PATH,
} from "@opentelemetry/semantic-conventions";
import type { FinishedRequest } from "../request/finished-request.ts";
import { wireNames } from "../request/reply-headers.ts";

const nanosPerUsd = 1e9;

/** All attributes of a request's own span, which is that of an HTTP server. */
export function requestAttributes(request: FinishedRequest): Attributes {
  const { facts, money, how, attempts } = request;
  const clientKey = request.clientKey();
  const losses = [...new Set(facts.losses.map(({ code }) => code))];
  return {
    [ATTR_HTTP_REQUEST_METHOD]: request.method,
    [ATTR_URL_PATH]: request.path,
    [ATTR_HTTP_RESPONSE_STATUS_CODE]: request.status,
    ...(requestFailed(request) && { [ATTR_ERROR_TYPE]: request.error?.class ?? "broken" }),
    "arouter.request_id": request.requestId,
    "arouter.wire_format": wireNames[facts.wire],
    "arouter.stream": request.stream,
    "arouter.decision": facts.decision,
    "arouter.attempts": attempts.length,
    "arouter.ended": how,
    ...ruleAttributes(request),
    ...(facts.served && { "arouter.provider": facts.served.provider, "arouter.model_served": facts.served.model }),
    ...(facts.hedge && { "arouter.hedge_winner": facts.hedge }),
    ...(clientKey !== undefined && { "arouter.client_key": clientKey }),
    ...(losses.length > 0 && { "arouter.losses": losses }),
    ...(money.costNanos !== undefined && { "arouter.cost_usd": money.costNanos / nanosPerUsd }),
    ...(money.savedNanos !== undefined && { "arouter.cost_saved_usd": money.savedNanos / nanosPerUsd }),
  };
}

/** What the policy made of the request. */
export function ruleAttributes({ facts: { rule, requested } }: FinishedRequest): Attributes {
  return { "arouter.rule": rule, ...(requested !== undefined && { "arouter.model_requested": requested }) };
}

/** Whether it is our side, or an upstream's, that kept the client from its answer: a server's span then says error. */
export function requestFailed({ status, how }: FinishedRequest): boolean {
  return status >= 500 || (how === "failed" && status < 400);
}
