import { type Asked, askUpstream } from "./ask-upstream.ts";
import type { Provider, Target, Timeouts } from "./contract.ts";
import type { Dependencies } from "./dependencies.ts";
import { failure } from "./errors.ts";
import { type ClientRequest, prepare, upstreamHeaders } from "./prepare.ts";
import type { Relay } from "./relay.ts";
import { streamedAnswer } from "./streamed-answer.ts";
import type { UpstreamBody, UpstreamCall } from "./upstream.ts";
import type { Verdict } from "./validation/validation.ts";
import { wholeAnswer } from "./whole-answer.ts";
import type { Loss, WireError } from "./wire/canonical.ts";
import type { BodyFacts, Codec, ReplyContext } from "./wire/codec.ts";

/** What every attempt of one request shares. */
export type AttemptInput = Readonly<{
  client: ClientRequest;
  clientHeaders: Headers;
  facts: BodyFacts;
  validate: readonly string[];
  /** The reply's context once the served model is known. */
  context: (model: string) => ReplyContext;
  /** Fires when the client leaves. */
  signal: AbortSignal;
  /** Told what ends the attempt, for the gateway to call when it must stop. */
  onAbort: (end: () => void) => void;
}>;

/** An answer's body for the client: all of it, or a stream that has begun. */
export type AnswerBody =
  | Readonly<{ kind: "whole"; bytes: Uint8Array }>
  | Readonly<{
      kind: "stream";
      head: readonly Uint8Array[];
      relay: Relay;
      body: UpstreamBody;
      /** Judges the whole answer once it has been sent, for the log only. */
      observe: (() => Promise<void>) | undefined;
    }>;

export type Failed = Readonly<{
  kind: "failed";
  error: WireError;
  /** The upstream's own error body, for a client of the same format. */
  verbatim: Readonly<{ status: number; bytes: Uint8Array }> | undefined;
  upstream: Answered | undefined;
}>;

export type AttemptOutcome =
  /** The request cannot be put to this upstream; nothing was sent. */
  | Readonly<{ kind: "refused"; error: WireError }>
  | Failed
  | Readonly<{
      kind: "answered";
      body: AnswerBody;
      verdict: Verdict;
      losses: readonly Loss[];
      upstream: Answered;
    }>;

/** Where an answer came from. */
export type Answered = Readonly<{ headers: Headers; codec: Codec }>;

/** One try at one upstream model: prepare, send, read as far as the verdict needs. */
export async function attempt(target: Target, input: AttemptInput, deps: Dependencies): Promise<AttemptOutcome> {
  const provider = deps.gateway.catalog.providers[target.provider];
  if (provider === undefined)
    return { kind: "refused", error: failure("internal", `No provider "${target.provider}".`) };
  const prepared = prepare(input.client, provider, target);
  if (prepared.kind === "refused") return prepared;

  const key = deps.keys.get(target.provider)?.[0].value;
  if (key === undefined && provider.auth !== "none") return failed(noKey(target.provider, provider));
  const request: UpstreamCall = {
    provider: target.provider,
    url: provider.baseUrl + (provider.path ?? prepared.upstream.path),
    headers: upstreamHeaders(prepared, provider, key, input.clientHeaders, input.facts.stream),
    body: prepared.body,
    timeouts: timeoutsFor(provider.timeouts, input.facts.stream),
    startedMs: deps.upstream.now(),
  };
  const asked = { target, prepared, request, deps };
  const answer = await askUpstream(asked, input);
  if (answer.kind === "failed") return answer;
  const streamed = input.facts.stream && !isJson(answer.upstream.headers);
  const call: AnsweredCall = { ...asked, input, upstream: answer.upstream, body: answer.body };
  return streamed ? await streamedAnswer(call) : await wholeAnswer(call);
}

/** With `startup.allow_missing_keys` a provider can be there without its key. */
function noKey(id: string, { keys }: Provider): WireError {
  const variable =
    keys.flatMap(({ secret }) => secret).find((ref) => ref.from === "env")?.name ?? `providers.${id}.api_key`;
  return failure("upstream-auth", `Provider "${id}" has no API key. Set ${variable} where the gateway runs.`, {
    code: "upstream_key_missing",
  });
}

/** The first byte of a whole answer comes when the model is done: only the total can limit it. */
function timeoutsFor(timeouts: Timeouts, stream: boolean): Timeouts {
  return stream ? timeouts : { ...timeouts, firstByteMs: 0 };
}

/** An upstream that has begun to answer with a 2xx. */
export type AnsweredCall = Asked & Readonly<{ input: AttemptInput; upstream: Answered; body: UpstreamBody }>;

/** An attempt without an answer and without an upstream's own words for it. */
export function failed(error: WireError, upstream?: Answered): Failed {
  return { kind: "failed", error, verbatim: undefined, upstream };
}

function isJson(headers: Headers): boolean {
  return headers.get("content-type")?.toLowerCase().startsWith("application/json") === true;
}
