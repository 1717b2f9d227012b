import { type Attributes, type Link, type SpanContext, SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { hrTimeDuration, type InstrumentationScope, millisToHrTime, TraceState } from "@opentelemetry/core";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { ATTR_ERROR_TYPE } from "@opentelemetry/semantic-conventions";
import type { FinishedRequest } from "../request/finished-request.ts";
import type { AttemptRecord } from "../routing/attempt-log.ts";
import { attemptAttributes, attemptFailed } from "./attempt-attributes.ts";
import { requestAttributes, requestFailed, ruleAttributes } from "./request-attributes.ts";
import type { RequestTrace } from "./request-trace.ts";

/** What all spans of a gateway have in common. */
export type SpanSource = Readonly<{
  resource: Resource;
  scope: InstrumentationScope;
  newSpanId: () => string;
}>;

/** One span as it is told here; times on the monotonic clock of the request. */
type Told = Readonly<{
  name: string;
  kind: SpanKind;
  spanId: string;
  parentSpanId: string | undefined;
  /** The parent is the client's. */
  isRemoteParent?: boolean;
  fromMs: number;
  toMs: number;
  attributes: Attributes;
  isError: boolean;
  links?: readonly Link[];
}>;

/**
 * The spans of a request that is over, its own first: `arouter.request` over `arouter.policy` and one
 * `arouter.provider.chat` per attempt, which may be over `arouter.validate`. A hedge and the attempt that it was raced
 * against are linked. They are made only now, so that tracing costs a running request nothing but its ids.
 */
export function spansOf(request: FinishedRequest, trace: RequestTrace, source: SpanSource): readonly ReadableSpan[] {
  const span = teller(request, trace, source);
  return [
    span(requestSpan(request, trace)),
    ...policySpan(request, trace, source).map(span),
    ...request.attempts.flatMap((attempt) => [
      span(attemptSpan(attempt, request, trace)),
      ...validateSpan(attempt, source).map(span),
    ]),
  ];
}

function requestSpan(request: FinishedRequest, trace: RequestTrace): Told {
  return {
    name: "arouter.request",
    kind: SpanKind.SERVER,
    spanId: trace.spanId,
    parentSpanId: trace.parentSpanId,
    isRemoteParent: true,
    fromMs: request.startedMs,
    toMs: request.startedMs + request.ms,
    attributes: requestAttributes(request),
    isError: requestFailed(request),
  };
}

function policySpan(request: FinishedRequest, trace: RequestTrace, { newSpanId }: SpanSource): readonly Told[] {
  if (trace.readMs === undefined || trace.plannedMs === undefined) return [];
  return [
    {
      name: "arouter.policy",
      kind: SpanKind.INTERNAL,
      spanId: newSpanId(),
      parentSpanId: trace.spanId,
      fromMs: trace.readMs,
      toMs: trace.plannedMs,
      attributes: { ...ruleAttributes(request), "arouter.rewritten": request.facts.decision === "rewritten" },
      isError: false,
    },
  ];
}

function attemptSpan(attempt: AttemptRecord, request: FinishedRequest, trace: RequestTrace): Told {
  return {
    name: "arouter.provider.chat",
    kind: SpanKind.CLIENT,
    spanId: attempt.spanId ?? "",
    parentSpanId: trace.spanId,
    fromMs: attempt.startedMs,
    toMs: endOf(attempt, request),
    attributes: attemptAttributes(attempt, request),
    isError: attemptFailed(attempt),
    links: rivals(attempt, request.attempts).map((rival) => ({
      context: contextOf(trace, rival.spanId ?? ""),
      attributes: { "arouter.link": rival.hedge ? "hedge" : "primary" },
    })),
  };
}

/** The other side of a race: only a request's first attempt is ever hedged. */
function rivals(attempt: AttemptRecord, attempts: readonly AttemptRecord[]): readonly AttemptRecord[] {
  if (attempt.hedge) return attempts.slice(0, 1);
  return attempt.n === 1 ? attempts.filter(({ hedge }) => hedge) : [];
}

/** One that was given up has no end of its own: what is known of it ends with its answer's beginning, or with the request. */
function endOf({ startedMs, ms, ttftMs }: AttemptRecord, request: FinishedRequest): number {
  const known = ms ?? ttftMs;
  return known === undefined ? Math.max(startedMs, request.startedMs + request.ms) : startedMs + known;
}

function validateSpan({ spanId, validation }: AttemptRecord, { newSpanId }: SpanSource): readonly Told[] {
  if (validation === undefined) return [];
  const { verdict, reason, startedMs, ms } = validation;
  return [
    {
      name: "arouter.validate",
      kind: SpanKind.INTERNAL,
      spanId: newSpanId(),
      parentSpanId: spanId,
      fromMs: startedMs,
      toMs: startedMs + ms,
      attributes: {
        "arouter.verdict": verdict,
        ...(reason !== undefined && { "arouter.verdict_reason": reason }),
        ...(verdict === "failed" && { [ATTR_ERROR_TYPE]: reason ?? verdict }),
      },
      isError: verdict === "failed",
    },
  ];
}

function contextOf({ traceId, state }: RequestTrace, spanId: string, isRemote = false): SpanContext {
  return {
    traceId,
    spanId,
    traceFlags: TraceFlags.SAMPLED,
    isRemote,
    ...(state !== undefined && { traceState: new TraceState(state) }),
  };
}

/** Makes spans as the SDK's exporters take them. */
function teller(
  request: FinishedRequest,
  trace: RequestTrace,
  { resource, scope }: SpanSource,
): (told: Told) => ReadableSpan {
  // One clock for all, so that no span begins before the one above it.
  const since1970 = (ms: number) => millisToHrTime(request.startedAtMs + ms - request.startedMs);
  return ({ name, kind, spanId, parentSpanId, isRemoteParent, fromMs, toMs, attributes, isError, links = [] }) => {
    const context = contextOf(trace, spanId);
    const startTime = since1970(fromMs);
    const endTime = since1970(toMs);
    return {
      name,
      kind,
      spanContext: () => context,
      ...(parentSpanId !== undefined && { parentSpanContext: contextOf(trace, parentSpanId, isRemoteParent) }),
      startTime,
      endTime,
      duration: hrTimeDuration(startTime, endTime),
      status: { code: isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
      attributes,
      links: [...links],
      events: [],
      ended: true,
      resource,
      instrumentationScope: scope,
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  };
}
