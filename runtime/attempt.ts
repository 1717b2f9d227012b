import type { Target, Timeouts } from "./contract.ts";
import type { Dependencies } from "./dependencies.ts";
import { failure } from "./errors.ts";
import { type Hold, openStream } from "./open-stream.ts";
import { type ClientRequest, type Prepared, prepare, upstreamHeaders } from "./prepare.ts";
import { readAll } from "./read-all.ts";
import { forwardRelay, type Relay, translatingRelay } from "./relay.ts";
import { retryAfterSeconds } from "./reply-headers.ts";
import { callUpstream, type UpstreamBody } from "./upstream.ts";
import type { Verdict } from "./validation/validation.ts";
import type { Block, Json, Loss, WireError } from "./wire/canonical.ts";
import { type BodyFacts, type Codec, emptyAnswerMap, type ReplyContext } from "./wire/codec.ts";
import { replay } from "./wire/replay.ts";

/** What every attempt of one request shares. */
export type AttemptInput = Readonly<{
  client: ClientRequest;
  clientHeaders: Headers;
  facts: BodyFacts;
  validate: readonly string[];
  /** The reply's context once the served model is known. */
  context: (model: string) => ReplyContext;
  /** Fires when the client leaves or the gateway must stop. */
  signal: AbortSignal;
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

export type AttemptOutcome =
  /** The request cannot be put to this upstream; nothing was sent. */
  | Readonly<{ kind: "refused"; error: WireError }>
  | Readonly<{
      kind: "failed";
      error: WireError;
      /** The upstream's own error body, for a client of the same format. */
      verbatim: Readonly<{ status: number; bytes: Uint8Array }> | undefined;
      upstream: Answered | undefined;
    }>
  | Readonly<{
      kind: "answered";
      body: AnswerBody;
      verdict: Verdict;
      losses: readonly Loss[];
      upstream: Answered;
    }>;

/** Where an answer came from. */
export type Answered = Readonly<{ headers: Headers; codec: Codec }>;

/** Before this, a streaming upstream's silence holds the client's headers back too. */
const holdForContentMs = 10_000;
const maxErrorBytes = 1024 * 1024;
const notApplicable: Verdict = { kind: "not-applicable" };

/** One try at one upstream model: prepare, send, read as far as the verdict needs. */
export async function attempt(target: Target, input: AttemptInput, deps: Dependencies): Promise<AttemptOutcome> {
  const provider = deps.gateway.catalog.providers[target.provider];
  if (provider === undefined)
    return { kind: "refused", error: failure("internal", `No provider "${target.provider}".`) };
  const prepared = prepare(input.client, provider, target);
  if (prepared.kind === "refused") return prepared;

  const key = deps.keys.get(target.provider);
  const answer = await callUpstream(
    {
      provider: target.provider,
      url: provider.baseUrl + prepared.upstream.path,
      headers: upstreamHeaders(prepared, provider, key, input.clientHeaders, input.facts.stream),
      body: prepared.body,
      timeouts: timeoutsFor(provider.timeouts, input.facts.stream),
    },
    input.signal,
    deps.upstream,
  );
  if (answer.kind === "failed") return failed(answer.error);

  const upstream = { headers: answer.headers, codec: prepared.upstream };
  if (answer.status < 200 || answer.status > 299) {
    return await refusedByUpstream(target, prepared, { ...answer, upstream }, deps);
  }
  const streamed = input.facts.stream && !isJson(answer.headers);
  const call = { target, prepared, input, deps, upstream, body: answer.body };
  return streamed ? await streamedAnswer(call) : await wholeAnswer(call);
}

/** The first byte of a whole answer comes when the model is done: only the total can limit it. */
function timeoutsFor(timeouts: Timeouts, stream: boolean): Timeouts {
  return stream ? timeouts : { ...timeouts, firstByteMs: 0 };
}

type AnsweredCall = Readonly<{
  target: Target;
  prepared: Prepared;
  input: AttemptInput;
  deps: Dependencies;
  upstream: Answered;
  body: UpstreamBody;
}>;

function failed(error: WireError, upstream?: Answered): AttemptOutcome {
  return { kind: "failed", error, verbatim: undefined, upstream };
}

function isJson(headers: Headers): boolean {
  return headers.get("content-type")?.toLowerCase().startsWith("application/json") === true;
}

async function refusedByUpstream(
  target: Target,
  prepared: Prepared,
  answer: Readonly<{ status: number; body: UpstreamBody; upstream: Answered }>,
  deps: Dependencies,
): Promise<AttemptOutcome> {
  const whole = await readAll(answer.body, maxErrorBytes);
  if (answer.status >= 300 && answer.status < 400) {
    const message = `Provider "${target.provider}" answered with a redirect (${answer.status}). Set its base_url to the final address.`;
    return failed(failure("bad-upstream-answer", message, { code: "upstream_redirect" }), answer.upstream);
  }
  if (answer.status === 401) {
    // A 401 would tell the client that its own key is wrong, and make it log out or ask for another.
    const message = `Provider "${target.provider}" rejected the gateway's API key. Check providers.${target.provider}.api_key.`;
    return failed(failure("upstream-auth", message), answer.upstream);
  }
  const bytes = whole.kind === "body" ? whole.bytes : new Uint8Array(0);
  const decoded = prepared.upstream.decodeError(answer.status, new TextDecoder().decode(bytes));
  const wait = retryAfterSeconds(answer.upstream.headers.get("retry-after"), deps.epochMs());
  const error = wait === undefined ? decoded : { ...decoded, retryAfterMs: wait * 1000 };
  const verbatim = prepared.native && looksWhole(bytes) ? { status: answer.status, bytes } : undefined;
  return { kind: "failed", error, verbatim, upstream: answer.upstream };
}

async function streamedAnswer(call: AnsweredCall): Promise<AttemptOutcome> {
  const { input, deps, prepared } = call;
  const schema = input.validate.length === 0 ? undefined : input.facts.outputSchema();
  const collect = input.validate.length > 0;
  const context = input.context(call.target.model);
  const relay = prepared.native
    ? forwardRelay(prepared.upstream, context.requestId, collect)
    : translatingRelay(prepared.upstream, input.client.codec, prepared.answer, context);
  const hold = holdFor(call, relay, schema);
  const opened = await openStream(call.body, relay, hold, deps.upstream.now);
  if (opened.kind === "failed") return failed(opened.error, call.upstream);
  const observe = hold.kind === "window" ? () => observeLeak(call, hold.validate) : undefined;
  return {
    kind: "answered",
    body: { kind: "stream", head: opened.head, relay, body: call.body, observe },
    verdict: opened.verdict,
    losses: prepared.losses,
    upstream: call.upstream,
  };
}

function holdFor(call: AnsweredCall, relay: Relay, schema: ReturnType<BodyFacts["outputSchema"]>): Hold {
  const { input, deps } = call;
  if (input.validate.length === 0) return { kind: "content", maxMs: holdForContentMs };
  const { bufferBytes, maxMs } = deps.gateway.catalog.preflush;
  return {
    kind: "window",
    bufferBytes,
    maxMs,
    candidate: () => (schema?.of === "tool-input" ? relay.collected.toolText() : relay.collected.text()),
    validate: () => judge(call, relay.collected.blocks()),
  };
}

/** An answer longer than the window can fail its validators after it was shown; that is only worth a line in the log. */
async function observeLeak(call: AnsweredCall, validate: () => Promise<Verdict>): Promise<void> {
  const verdict = await validate();
  if (verdict.kind !== "failed") return;
  call.deps.warn(`a streamed answer of ${call.target.model} failed validation behind the window: ${verdict.message}`);
}

async function wholeAnswer(call: AnsweredCall): Promise<AttemptOutcome> {
  const { input, deps, prepared, upstream } = call;
  const whole = await readAll(call.body, deps.gateway.catalog.limits.maxResponseBytes);
  if (whole.kind === "failed") return failed(whole.error, upstream);
  const { bytes } = whole;
  if (!looksWhole(bytes)) return failed(notAnAnswer(call.target.provider), upstream);
  const forward = prepared.native && !input.facts.stream;
  if (forward && input.validate.length === 0 && !mentionsError(bytes)) {
    return { kind: "answered", body: { kind: "whole", bytes }, verdict: notApplicable, losses: [], upstream };
  }

  const json = parseJson(bytes);
  if (json === undefined) return failed(notAnAnswer(call.target.provider), upstream);
  const decoded = prepared.upstream.decodeResponse(json, prepared.native ? emptyAnswerMap : prepared.answer);
  if (decoded.kind === "failed") return failed(decoded.error, upstream);
  const verdict = await judge(call, decoded.value.blocks);
  const context = input.context(call.target.model);
  const body: AnswerBody = forward
    ? { kind: "whole", bytes }
    : { kind: "whole", bytes: encodeAnswer(call, decoded.value, context) };
  return { kind: "answered", body, verdict, losses: [...prepared.losses, ...decoded.losses], upstream };
}

async function judge(call: AnsweredCall, blocks: readonly Block[]): Promise<Verdict> {
  const { input, deps } = call;
  if (input.validate.length === 0) return notApplicable;
  const verdict = await deps.validation.check(input.validate, { blocks, schema: input.facts.outputSchema() });
  if (verdict.kind === "unchecked") deps.warn(`an answer of ${call.target.model} went unchecked: ${verdict.message}`);
  return verdict;
}

/** One JSON body in the client's format; as a stream in one burst when that is what the client asked for. */
function encodeAnswer(
  call: AnsweredCall,
  response: Parameters<Codec["encodeResponse"]>[0],
  context: ReplyContext,
): Uint8Array {
  const { codec } = call.input.client;
  if (!call.input.facts.stream)
    return new TextEncoder().encode(JSON.stringify(codec.encodeResponse(response, context)));
  const writer = codec.streamWriter(context);
  return new TextEncoder().encode(
    replay(response)
      .map((event) => writer.push(event))
      .join(""),
  );
}

function notAnAnswer(provider: string): WireError {
  return failure(
    "bad-upstream-answer",
    `Provider "${provider}" answered 200 with something that is not its API's JSON.`,
    {
      code: "upstream_invalid_response",
    },
  );
}

const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Cheap test that bytes are one JSON object and not a web page, nothing, or a body that was cut short. */
function looksWhole(bytes: Uint8Array): boolean {
  let start = 0;
  let end = bytes.length - 1;
  while (start < end && isSpace(bytes[start])) start++;
  while (end > start && isSpace(bytes[end])) end--;
  return bytes[start] === openBrace && bytes[end] === closeBrace;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** An error object inside a 200 begins with its `error` member, or `type`; a real answer has no such word up front. */
function mentionsError(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 64)).includes('"error"');
}

function parseJson(bytes: Uint8Array): Json | undefined {
  try {
    const json: Json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return json;
  } catch {
    return undefined;
  }
}
