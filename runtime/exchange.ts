import type { AnswerBody, Answered, AttemptOutcome } from "./attempt.ts";
import type { Target } from "./contract.ts";
import type { Dependencies, RequestEvent } from "./dependencies.ts";
import type { Entry } from "./in-flight.ts";
import type { Itinerary } from "./itinerary.ts";
import { pump } from "./pump.ts";
import { type ReplyFacts, replyHeaders } from "./reply-headers.ts";
import type { ErrorClass, JsonObject, WireError } from "./wire/canonical.ts";
import type { Codec, ReplyContext } from "./wire/codec.ts";

/** How the walk over an itinerary ended. */
export type Walked = Readonly<{ outcome: AttemptOutcome; target: Target; attempts: number }>;

/** What is known about one request so far, and how its answer is put together from that. */
export type Exchange = Readonly<{
  requestId: string;
  /** What ends the attempt that goes on right now; called when the gateway shuts down. */
  onAbort: Entry["onAbort"];
  requested(model: string): void;
  planned(itinerary: Itinerary, stream: boolean): void;
  context(served: string, request: JsonObject): ReplyContext;
  fail(error: WireError): Response;
  answer(walked: Walked): Response;
}>;

export function openExchange(request: Request, codec: Codec, deps: Dependencies): Exchange {
  const requestId = deps.newRequestId();
  const started = deps.upstream.now();
  const createdSeconds = Math.floor(deps.epochMs() / 1000);
  const entered = deps.inFlight.enter();
  let stream = false;
  let rewritten = false;
  let facts: ReplyFacts = {
    requestId,
    wire: codec.format,
    requested: undefined,
    served: undefined,
    rule: "none",
    decision: "passthrough",
    attempts: 0,
    losses: [],
  };

  function finish(status: number, how: RequestEvent["how"]): void {
    entered.leave();
    deps.log?.({
      requestId,
      method: request.method,
      path: new URL(request.url).pathname,
      status,
      requested: facts.requested ?? "none",
      served: facts.served?.model ?? "none",
      provider: facts.served?.provider ?? "unknown",
      rule: facts.rule,
      decision: facts.decision,
      attempts: facts.attempts,
      stream,
      ms: deps.upstream.now() - started,
      how,
    });
  }

  const headersFor = (upstream: Answered | undefined) =>
    replyHeaders(facts, codec, upstream && { ...upstream, nowEpochMs: deps.epochMs() });

  function errorReply(
    error: WireError,
    upstream: Answered | undefined,
    status: number,
    body: string | Uint8Array,
  ): Response {
    const headers = headersFor(upstream);
    headers["content-type"] = "application/json";
    finish(status, "failed");
    return new Response(body, { status, headers: { ...headers, ...retryHeaders(error, headers) } });
  }

  function fail(error: WireError, upstream?: Answered): Response {
    const { status, body } = codec.encodeError(error, requestId);
    return errorReply(error, upstream, status, JSON.stringify(body));
  }

  function deliver(outcome: AttemptOutcome & { kind: "answered" }): Response {
    const headers = headersFor(outcome.upstream);
    if (stream) {
      headers["content-type"] = "text/event-stream; charset=utf-8";
      headers["cache-control"] = "no-cache";
      headers["x-accel-buffering"] = "no";
    } else {
      headers["content-type"] = "application/json";
    }
    if (outcome.body.kind === "stream") return new Response(streamed(outcome.body), { headers });
    finish(200, "finished");
    return new Response(outcome.body.bytes, { headers });
  }

  function streamed(body: AnswerBody & { kind: "stream" }): ReadableStream<Uint8Array> {
    return pump({
      ...body,
      keepAlive: new TextEncoder().encode(codec.keepAlive),
      keepAliveMs: deps.keepAliveMs,
      stalledClientMs: deps.stalledClientMs,
      onEnd: (how) => {
        finish(200, how);
        if (how === "finished") void body.observe?.();
      },
    });
  }

  return {
    requestId,
    onAbort: entered.onAbort,
    requested: (model) => {
      facts = { ...facts, requested: model };
    },
    planned: (itinerary, isStream) => {
      stream = isStream;
      rewritten = itinerary.rewritten;
      facts = { ...facts, rule: itinerary.rule, decision: rewritten ? "rewritten" : "passthrough" };
    },
    context: (served, body) => ({ requestId, createdSeconds, model: served, request: body }),
    fail,
    answer: ({ outcome, target, attempts }) => {
      // A refused attempt was never sent.
      facts = { ...facts, served: target, attempts: outcome.kind === "refused" ? attempts - 1 : attempts };
      switch (outcome.kind) {
        case "refused":
          return fail(outcome.error);
        case "failed":
          return outcome.verbatim === undefined
            ? fail(outcome.error, outcome.upstream)
            : errorReply(outcome.error, outcome.upstream, outcome.verbatim.status, outcome.verbatim.bytes);
        case "answered": {
          const healed = attempts > 1 && outcome.verdict.kind !== "failed";
          const decision = rewritten ? "rewritten" : healed ? "self-healed" : "passthrough";
          facts = { ...facts, decision, losses: outcome.losses };
          return deliver(outcome);
        }
      }
    },
  };
}

const transient: ReadonlySet<ErrorClass> = new Set(["rate-limited", "overloaded", "provider-unavailable"]);

/** What tells SDKs and agents whether and when to try again. */
function retryHeaders(error: WireError, present: Readonly<Record<string, string>>): Record<string, string> {
  const headers: Record<string, string> = {};
  if (error.retryAfterMs !== undefined) headers["retry-after"] = String(Math.ceil(error.retryAfterMs / 1000));
  // Codex takes a 429 without Retry-After as fatal; one second is long enough not to hammer.
  else if (transient.has(error.class) && !("retry-after" in present)) headers["retry-after"] = "1";
  if (error.class === "client-auth") headers["www-authenticate"] = "Bearer";
  // Trying again cannot help, and Claude Code would go on for minutes.
  if (error.class === "client-auth" || error.class === "upstream-auth" || error.class === "billing") {
    headers["x-should-retry"] = "false";
  }
  return headers;
}
