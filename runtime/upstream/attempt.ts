import type { Relay } from "../answer/relay.ts";
import { streamedAnswer } from "../answer/streamed-answer.ts";
import { wholeAnswer } from "../answer/whole-answer.ts";
import type { Timeouts } from "../contract.ts";
import type { CostLimit } from "../money/cost-limit.ts";
import type { Used } from "../money/used.ts";
import type { AttemptRecord } from "../routing/attempt-log.ts";
import type { RankingRequest } from "../routing/hot-state.ts";
import type { Candidate } from "../routing/schedule.ts";
import type { Dependencies } from "../server/dependencies.ts";
import { type RequestTrace, traceHeaders } from "../telemetry/request-trace.ts";
import type { Verdict } from "../validation/validation.ts";
import type { Loss, WireError } from "../wire/canonical.ts";
import type { BodyFacts, ReplyContext, Said, UpstreamCodec } from "../wire/codec.ts";
import { type Asked, askUpstream } from "./ask-upstream.ts";
import type { ClientRequest, Preparation, Prepared } from "./prepare.ts";
import type { UpstreamBody, UpstreamCall } from "./upstream.ts";
import { upstreamHeaders } from "./upstream-headers.ts";

/** What every attempt of one request shares. */
export type AttemptInput = Readonly<{
  requestId: string;
  /** Which key the client came with, as `clientKeyId` names it; undefined when it came with none. */
  clientKey: () => string | undefined;
  client: ClientRequest;
  clientHeaders: Headers;
  /** Whose request it is, among those the gateway keeps things for. */
  tenant: () => string;
  facts: BodyFacts;
  /** The one that matched, or `none`. */
  rule: string;
  validate: readonly string[];
  /** A rough count of input tokens, for limits that keys have. */
  estimatedTokens: number;
  /** What the request may cost at most; undefined when it does not say. */
  costLimit?: CostLimit | undefined;
  /** When the request came in, on the monotonic clock. */
  arrivedMs: number;
  /** Undefined while nothing is traced. */
  trace?: RequestTrace | undefined;
  /** What the request asks about its routing. */
  ranking: RankingRequest;
  /** The reply's context once the served model is known. */
  context: (model: string) => ReplyContext;
  /** Fires when the client leaves. */
  signal: AbortSignal;
  /** Told what ends the attempt, for the gateway to call when it must stop. */
  onAbort: (end: () => void) => void;
  /** The one key that can serve it: that of the account where something it names is kept. */
  onlyKey?: string | undefined;
}>;

/** An answer's body for the client: all of it, or a stream that has begun. */
export type AnswerBody = Readonly<{
  /** What it has used so far. */
  used: () => Used | undefined;
  said?: () => Said | undefined;
}> &
  (
    | Readonly<{ kind: "whole"; bytes: Uint8Array }>
    | Readonly<{
        kind: "stream";
        head: readonly Uint8Array[];
        relay: Relay;
        body: UpstreamBody;
        /** Judges the whole answer once it has been sent, for the log only. */
        observe: (() => Promise<void>) | undefined;
      }>
  );

export type Failed = Readonly<{
  kind: "failed";
  error: WireError;
  /** The status the upstream answered with, when that was no 2xx. */
  status: number | undefined;
  /** How long the upstream asked to be left alone. */
  waitMs: number | undefined;
  /** The upstream's own error body, for a client of the same format. */
  verbatim: Readonly<{ status: number; bytes: Uint8Array }> | undefined;
  upstream: Answered | undefined;
  /** Of an answer that had begun. */
  used?: Used | undefined;
}>;

/** The request cannot be put to this upstream; nothing was sent. */
export type Refused = Extract<Preparation, { kind: "refused" }>;

export type Answer = Readonly<{
  kind: "answered";
  body: AnswerBody;
  verdict: Verdict;
  /** It ended of its own accord and said nothing at all. */
  empty: boolean;
  losses: readonly Loss[];
  upstream: Answered;
  /** The usage in it is the gateway's own guess. */
  isEstimate?: boolean;
}>;

/** Where an answer came from. */
export type Answered = Readonly<{ headers: Headers; codec: UpstreamCodec }>;

/** One try at one candidate: send, and read as far as the verdict needs. */
export async function attempt(
  { candidate, prepared, record }: Readonly<{ candidate: Candidate; prepared: Prepared; record: AttemptRecord }>,
  input: AttemptInput,
  deps: Dependencies,
): Promise<Answer | Failed> {
  const { offer, provider, lease } = candidate;
  const { stream } = input.facts;
  const { dataCollection, zdr } = input.ranking.preferences;
  const request = {
    provider: offer.provider,
    url: prepared.surface.baseUrl + pathOf(prepared, { model: offer.model, stream }),
    body: prepared.body,
    timeouts: timeoutsFor(provider.timeouts, stream),
    startedMs: deps.upstream.now(),
  };
  const { requestId, clientKey } = input;
  const recording = { requestId, clientKey, attempt: record.n, stream, isPrivate: dataCollection === "deny" || zdr };
  const call: Unasked = {
    target: offer,
    prepared,
    request,
    deps,
    recording,
    key: lease?.key.value,
    trace: traceHeaders(input.trace, record.spanId),
  };
  const answer = await askWithAccess(call, input);
  if (answer.kind === "failed") return answer;
  const streamed = stream && !isJson(answer.upstream.headers);
  const answered: AnsweredCall = { ...answer.asked, input, upstream: answer.upstream, body: answer.body };
  return streamed ? await streamedAnswer(answered) : await wholeAnswer(answered);
}

/** A request that still lacks its headers. */
type Unasked = Omit<Asked, "request" | "recording"> &
  Readonly<{
    request: Omit<UpstreamCall, "headers">;
    recording: Omit<Asked["recording"], "secretHeaders">;
    key: string | undefined;
    /** Headers that tell the upstream whose part it is. */
    trace: Readonly<Record<string, string>>;
  }>;

type Begun = Exclude<Awaited<ReturnType<typeof askUpstream>>, Failed> & Readonly<{ asked: Asked }>;

/** Sends it with its credentials; once more where those can be had anew and the upstream refused them. */
async function askWithAccess(
  { key, trace, ...call }: Unasked,
  input: AttemptInput,
  again = true,
): Promise<Begun | Failed> {
  const { prepared, deps } = call;
  const granted = await deps.access(prepared.surface, key);
  if (granted.kind === "denied") return failed(granted.error);
  const spoken = upstreamHeaders(prepared, granted.headers, input.clientHeaders, input.facts.stream);
  Object.assign(spoken, trace);
  const finished = prepared.finishHeaders?.(spoken) ?? { kind: "headers", headers: spoken };
  if (finished.kind === "failed") return failed(finished.error);
  const request = { ...call.request, headers: finished.headers };
  const asked: Asked = { ...call, request, recording: { ...call.recording, secretHeaders: granted.secret } };
  const answer = await askUpstream(asked, input);
  if (answer.kind !== "failed") return { ...answer, asked };
  if (answer.status !== 401 || granted.renew === undefined || !again) return answer;
  granted.renew();
  return await askWithAccess({ ...call, key, trace }, input, false);
}

function pathOf({ surface, upstream, side }: Prepared, call: Readonly<{ model: string; stream: boolean }>): string {
  if (side !== undefined) return side.path;
  return surface.path?.replace("{model}", encodeURIComponent(call.model)) ?? upstream.upstreamPath(call);
}

/** The first byte of a whole answer comes when the model is done: only the total can limit it. */
function timeoutsFor(timeouts: Timeouts, stream: boolean): Timeouts {
  return stream ? timeouts : { ...timeouts, firstByteMs: 0 };
}

/** An upstream that has begun to answer with a 2xx. */
export type AnsweredCall = Asked & Readonly<{ input: AttemptInput; upstream: Answered; body: UpstreamBody }>;

/** An attempt without an answer and without an upstream's own words for it. */
export function failed(error: WireError, upstream?: Answered): Failed {
  return { kind: "failed", error, status: undefined, waitMs: error.retryAfterMs, verbatim: undefined, upstream };
}

function isJson(headers: Headers): boolean {
  return headers.get("content-type")?.toLowerCase().startsWith("application/json") === true;
}
