import type { Admitted } from "../admission/admission.ts";
import { pump } from "../answer/pump.ts";
import type { Offer, Target } from "../contract.ts";
import { failure } from "../errors.ts";
import { offerPrice } from "../money/offer-price.ts";
import { type RequestMoney, requestMoney } from "../money/request-money.ts";
import { requestedCost } from "../money/requested-cost.ts";
import { costComments, costHeaders } from "../money/tell-cost.ts";
import type { AttemptLog, AttemptRecord } from "../routing/attempt-log.ts";
import type { RouteEnd } from "../routing/attempt-loop.ts";
import { finishAnswer } from "../routing/finish-answer.ts";
import type { Walked } from "../routing/pursue.ts";
import type { Dependencies } from "../server/dependencies.ts";
import type { Entry } from "../server/in-flight.ts";
import type { RequestTrace } from "../telemetry/request-trace.ts";
import type { AnswerBody, Answered, Failed } from "../upstream/attempt.ts";
import { retryHints } from "../upstream/retry-hints.ts";
import type { ErrorClass, JsonObject, WireError } from "../wire/canonical.ts";
import type { ClientCodec, ReplyContext } from "../wire/codec.ts";
import { clientKeyId } from "./auth.ts";
import type { FinishedRequest } from "./finished-request.ts";
import type { Plan } from "./plan-request.ts";
import { type ReplyFacts, replyHeaders } from "./reply-headers.ts";
import type { RuleFacts } from "./rule-facts.ts";

/** What is known about one request so far, and how its answer is put together from that. */
export type Exchange = Readonly<{
  requestId: string;
  /** Monotonic. */
  startedMs: number;
  /** Undefined while nothing is traced. */
  trace: RequestTrace | undefined;
  /** What ends the attempt that goes on right now; called when the gateway shuts down. */
  onAbort: Entry["onAbort"];
  /** Takes a place, which it holds until its answer is over; or why there is none. */
  admit(): WireError | undefined | Promise<WireError | undefined>;
  requested(model: string): void;
  planned(plan: Pick<Plan, "itinerary" | "facts" | "ruleFacts">): void;
  context(served: string, request: JsonObject): ReplyContext;
  fail(error: WireError): Response;
  /** An answer of our own; `isEstimate` when it is a guess. */
  tell(json: unknown, isEstimate?: boolean): Response;
  answer(walked: Walked): Response;
  /** What a provider said to a request that is no call of a model. `body` of a stream is told whom to tell of its end. */
  forward(served: Target, said: Forwarded): Response;
}>;

/** An answer that passes as it comes. */
type Forwarded = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | ((ended: (how: FinishedRequest["how"]) => void) => ReadableStream<Uint8Array>);
}>;

export function openExchange(request: Request, codec: ClientCodec, deps: Dependencies): Exchange {
  const requestId = deps.newRequestId();
  const startedMs = deps.upstream.now();
  const startedAtMs = deps.epochMs();
  const createdSeconds = Math.floor(startedAtMs / 1000);
  const entered = deps.inFlight.enter();
  const trace = deps.beginTrace(request.headers);
  let stream = false;
  let asked: RuleFacts | undefined;
  let rewritten = false;
  let facts: ReplyFacts = {
    requestId,
    traceId: trace?.traceId,
    wire: codec.format,
    requested: undefined,
    served: undefined,
    rule: "none",
    decision: "passthrough",
    attempts: 0,
    hedge: undefined,
    losses: [],
  };
  let log: AttemptLog | undefined;
  let answered: AttemptRecord | undefined;
  /** What the model that the client asked for leads to, before any rule. */
  let requestedOffer: Offer | undefined;
  let place: Admitted | undefined;

  /** Gives what the request has cost, now that it is over. */
  function finish(status: number, how: FinishedRequest["how"], error?: WireError): RequestMoney {
    const spent = money();
    entered.leave();
    place?.release();
    deps.finished({
      requestId,
      method: request.method,
      path: new URL(request.url).pathname,
      endpoint: codec.endpoint,
      startedAtMs,
      startedMs,
      ms: deps.upstream.now() - startedMs,
      facts,
      status,
      how,
      stream,
      asked,
      clientKey: () => clientKeyId(request, deps.clientKeys),
      error,
      attempts: log?.records ?? [],
      answered,
      trace,
      money: spent,
    });
    return spent;
  }

  /** Of all attempts so far. */
  function money(): RequestMoney {
    const priceOf = (offer: Offer) => offerPrice(offer, deps.gateway, answered?.startedAtMs ?? startedAtMs);
    return requestMoney(log?.records ?? [], requestedCost(requestedOffer, answered, priceOf));
  }

  function take(given: Admitted | WireError): WireError | undefined {
    if ("class" in given) return given;
    place = given;
    return undefined;
  }

  const headersFor = (upstream: Answered | undefined) =>
    replyHeaders(facts, codec, upstream && { ...upstream, nowEpochMs: deps.epochMs() });

  function errorReply(
    error: WireError,
    upstream: Answered | undefined,
    status: number,
    body: string | Uint8Array,
  ): Response {
    const spent = finish(status, "failed", error);
    const headers = { ...headersFor(upstream), ...costHeaders(spent), "content-type": "application/json" };
    return new Response(body, { status, headers: { ...headers, ...retryHints(error, status, headers) } });
  }

  function fail(error: WireError, upstream?: Answered): Response {
    const { status, body } = codec.encodeError(error, requestId);
    return errorReply(error, upstream, status, JSON.stringify(body));
  }

  function deliver(end: Extract<RouteEnd, { kind: "answered" }>): Response {
    const { outcome } = end;
    const headers = headersFor(outcome.upstream);
    if (stream) {
      headers["content-type"] = "text/event-stream; charset=utf-8";
      headers["cache-control"] = "no-cache";
      headers["x-accel-buffering"] = "no";
    } else {
      headers["content-type"] = "application/json";
    }
    if (outcome.body.kind === "stream") return new Response(streamed(end, outcome.body), { headers });
    finishAnswer(end, "finished", deps);
    const spent = finish(200, "finished");
    return new Response(outcome.body.bytes, { headers: { ...headers, ...costHeaders(spent) } });
  }

  function streamed(
    end: Extract<RouteEnd, { kind: "answered" }>,
    body: AnswerBody & { kind: "stream" },
  ): ReadableStream<Uint8Array> {
    const { offer } = end.candidate;
    const ended = deps.metrics.streaming({ target: offer, rule: facts.rule, used: body.used });
    return pump({
      ...body,
      keepAlive: new TextEncoder().encode(codec.keepAlive),
      keepAliveMs: deps.keepAliveMs,
      stalledClientMs: deps.stalledClientMs,
      onEnd: (how) => {
        ended();
        finishAnswer(end, how, deps);
        finish(200, how);
        if (how === "finished") void body.observe?.();
      },
      trailer: () => new TextEncoder().encode(costComments(money(), codec.format)),
    });
  }

  /** Every candidate failed: the last one's error, or one that says just that. */
  function exhausted(outcome: Failed, goesOn: boolean, attempts: number): Response {
    const asked = deps.gateway.catalog.failover.exhausted === "bad_gateway" && goesOn && attempts > 0;
    const reply = asked
      ? fail(allFailed(outcome.error, attempts))
      : outcome.verbatim === undefined
        ? fail(outcome.error, outcome.upstream)
        : errorReply(outcome.error, outcome.upstream, outcome.verbatim.status, outcome.verbatim.bytes);
    // The vendor's own words come with the vendor's own advice.
    const advice = outcome.verbatim === undefined ? null : outcome.upstream?.headers.get("x-should-retry");
    if (!asked && (advice === "true" || advice === "false")) reply.headers.set("x-should-retry", advice);
    // The gateway has tried again and elsewhere already; a client that does the same multiplies the load.
    if (attempts > 1 && !waits.has(outcome.error.class)) reply.headers.set("x-should-retry", "false");
    return reply;
  }

  return {
    requestId,
    startedMs,
    trace,
    onAbort: entered.onAbort,
    admit: () => {
      const given = deps.admission.enter(request.signal);
      return given instanceof Promise ? given.then(take) : take(given);
    },
    requested: (model) => {
      if (trace !== undefined) trace.readMs = deps.upstream.now();
      facts = { ...facts, requested: model };
    },
    planned: ({ itinerary, facts: body, ruleFacts }) => {
      if (trace !== undefined) trace.plannedMs = deps.upstream.now();
      stream = body.stream;
      asked = ruleFacts;
      rewritten = itinerary.rewritten;
      requestedOffer = itinerary.requested?.offers[0];
      facts = { ...facts, rule: itinerary.rule, decision: rewritten ? "rewritten" : "passthrough" };
    },
    context: (served, body) => ({
      requestId,
      createdSeconds,
      model: deps.gateway.catalog.replyModel === "requested" ? (facts.requested ?? served) : served,
      request: body,
    }),
    fail,
    tell: (json, isEstimate = false) => {
      facts = { ...facts, isEstimate };
      finish(200, "finished");
      return Response.json(json, { headers: headersFor(undefined) });
    },
    forward: (served, { status, headers, body }) => {
      facts = { ...facts, served, attempts: 1 };
      const all = { ...headersFor(undefined), ...headers };
      if (!(body instanceof Uint8Array)) {
        return new Response(
          body((how) => finish(status, how)),
          { status, headers: all },
        );
      }
      finish(status, status < 400 ? "finished" : "failed");
      return new Response(body, { status, headers: all });
    },
    answer: ({ end, log: made, fallbacks }) => {
      log = made;
      // How long a whole answer takes says how long it is; the first content of a stream says how busy the upstream is.
      const overloaded = end.kind === "failed" && overload.has(end.outcome.error.class);
      if (overloaded || (stream && end.kind === "answered")) place?.began(deps.upstream.now() - startedMs, overloaded);
      const attempts = made.records.length;
      if (end.kind === "failed") {
        facts = { ...facts, served: end.offer, attempts };
        return end.outcome.kind === "refused" ? fail(end.outcome.error) : exhausted(end.outcome, end.goesOn, attempts);
      }
      answered = end.record;
      const healed = fallbacks > 0 && end.outcome.verdict.kind !== "failed";
      const decision = rewritten ? "rewritten" : healed ? "self-healed" : "passthrough";
      const { losses, isEstimate = false } = end.outcome;
      facts = { ...facts, served: end.candidate.offer, attempts, decision, losses, hedge: end.hedge, isEstimate };
      return deliver(end);
    },
  };
}

/** What an upstream that has too much to do says, or does. */
const overload: ReadonlySet<ErrorClass> = new Set(["rate-limited", "overloaded", "provider-unavailable", "timeout"]);

/** Errors that pass by themselves after the time they name. */
const waits: ReadonlySet<ErrorClass> = new Set(["rate-limited", "overloaded", "provider-unavailable"]);

function allFailed({ message }: WireError, attempts: number): WireError {
  return failure("bad-upstream-answer", `All providers failed (${attempts} attempts). The last one: ${message}`, {
    code: "all_providers_failed",
  });
}
