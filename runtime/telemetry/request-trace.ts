/** What a request is traced as: its place in a trace, maybe one that its client began (W3C Trace Context). */
export type RequestTrace = {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The request's own span: 16 hexadecimal digits. */
  readonly spanId: string;
  /** The client's span; undefined where the trace begins here. */
  readonly parentSpanId: string | undefined;
  /** Whether its spans are exported, here and by whoever is told of it. */
  readonly isSampled: boolean;
  /** The client's `tracestate`. */
  readonly state: string | undefined;
  readonly propagate: Propagation;
  /** When its body was read and its rules came next, on the monotonic clock; undefined while it is not. */
  readMs: number | undefined;
  /** When it was known where it goes. */
  plannedMs: number | undefined;
};

/** What upstreams are told of it: nothing, the span that asks them, or also what the client's vendors noted. */
export type Propagation = "none" | "traceparent" | "tracestate";

/** 8 random bytes. All zeros, which would be no id, come up less often than hardware fails. */
export function newSpanId(): string {
  return randomHex(8);
}

/** 16 random bytes. */
export function newTraceId(): string {
  return randomHex(16);
}

function randomHex(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toHex();
}

const none: Readonly<Record<string, string>> = {};

/** The headers that make what an upstream does part of the trace, below the span `spanId` (W3C Trace Context, section 3.2). */
export function traceHeaders(
  trace: RequestTrace | undefined,
  spanId: string | undefined,
): Readonly<Record<string, string>> {
  if (trace === undefined || spanId === undefined || trace.propagate === "none") return none;
  const traceparent = `00-${trace.traceId}-${spanId}-${trace.isSampled ? "01" : "00"}`;
  if (trace.propagate === "traceparent" || trace.state === undefined) return { traceparent };
  return { traceparent, tracestate: trace.state };
}
