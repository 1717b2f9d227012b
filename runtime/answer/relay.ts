import type { AnswerFilter } from "../adapt/answer-filter.ts";
import { failure } from "../errors.ts";
import { spokenInEvent, spokenInFrame } from "../money/spoken-chars.ts";
import type { Json, StreamEvent, Usage, WireError } from "../wire/canonical.ts";
import {
  type AnswerMap,
  type ClientCodec,
  emptyAnswerMap,
  type ReplyContext,
  type Said,
  type UpstreamCodec,
} from "../wire/codec.ts";
import { encodeSse, type SseDecoder, type SseEvent, sseDecoder } from "../wire/sse.ts";
import { type Collector, createCollector } from "./collector.ts";
import { roundJoiner } from "./join-rounds.ts";
import { wholeFrames } from "./whole-frames.ts";

/**
 * Upstream stream bytes to client stream bytes, one chunk at a time. How the upstream's bytes were cut into chunks
 * never changes what all returned bytes add up to.
 */
export type Relay = Readonly<{
  push(chunk: Uint8Array): Uint8Array;
  /** The upstream closed: what is still due. A stream without its terminator ends in the client format's error frame. */
  end(): Uint8Array;
  /** The upstream broke: the client format's error frame. */
  fail(error: WireError): Uint8Array;
  /** Content was seen; before that, a failure can still become a plain HTTP error or another attempt. */
  committed(): boolean;
  /** It ended of its own accord and said nothing at all. */
  empty(): boolean;
  usage(): Usage | undefined;
  said(): Said;
  /** About how many characters the model has said, reasoning and arguments included. */
  spokenChars(): number;
  /** The upstream said how the answer ended; only usage and the terminator may still come. */
  stopped(): boolean;
  /** The client has been sent its terminator or error frame; no byte follows. */
  ended(): boolean;
  /** It ended before the upstream did, which is not to be listened to any more. */
  cutShort(): boolean;
  /** The upstream's error frame, or why its stream counts as broken. Nothing of use follows. */
  error(): WireError | undefined;
  /** What validators look at; empty unless the relay was made to collect. */
  collected: Collector;
}>;

const encoder = new TextEncoder();
const truncated = failure("bad-upstream-answer", "The provider's stream ended before its terminator.", {
  code: "upstream_stream_truncated",
});

/** The events of a chunk; an event beyond every sane size is an upstream failure, not ours. */
function decodeChunk(decoder: SseDecoder, chunk: Uint8Array): readonly SseEvent[] | WireError {
  try {
    return decoder.push(chunk);
  } catch (thrown) {
    return failure("bad-upstream-answer", thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** What a forwarded stream is read and changed by. */
export type Forwarding = Readonly<{
  filter?: AnswerFilter | undefined;
  answer?: AnswerMap;
  /** Gives whole frames another model name. */
  rename?: ((frames: Uint8Array) => Uint8Array) | undefined;
  /** Is told of each event. */
  watch?: ((event: StreamEvent) => void) | undefined;
}>;

const asItIs = (frames: Uint8Array): Uint8Array => frames;

/**
 * Both sides speak one format: bytes pass unchanged while a copy is watched. With a filter each event is written anew, as
 * soon as it is there.
 */
export function forwardRelay(
  upstream: UpstreamCodec,
  client: ClientCodec,
  requestId: string,
  collect: boolean,
  { filter, answer = emptyAnswerMap, rename = asItIs, watch: tell }: Forwarding = {},
): Relay {
  const decode = sseDecoder();
  const frames = wholeFrames();
  const tap = upstream.streamTap(answer);
  const reader = collect || tell !== undefined ? upstream.streamReader(answer) : undefined;
  const collected = createCollector();
  const filtered = filter?.stream();
  let broken: WireError | undefined;
  let spokenChars = 0;

  /** What a filter makes of events; what it fails at ends the answer. */
  function told(events: readonly SseEvent[], change: NonNullable<typeof filtered>): Uint8Array {
    let out = "";
    for (const event of events) {
      const result = change(event);
      // What the filter fails at was never told, so it commits to nothing.
      if (result !== undefined && "class" in result) {
        broken = result;
        return rename(encoder.encode(out + client.streamError(result, requestId)));
      }
      if (result !== undefined) out += encodeSse(result);
      watch([event]);
    }
    return rename(encoder.encode(out));
  }

  function watch(events: readonly SseEvent[]): void {
    for (const event of events) {
      tap.push(event);
      spokenChars += spokenInFrame(upstream.format, event.data);
      for (const decoded of reader?.push(event) ?? []) {
        if (collect) collected.push(decoded);
        tell?.(decoded);
      }
    }
  }
  const errorFrame = (error: WireError) => encoder.encode(client.streamError(error, requestId, tap.answerId?.()));

  return {
    push: (chunk) => {
      const read = decodeChunk(decode, chunk);
      if ("class" in read) {
        broken = read;
        return errorFrame(read);
      }
      if (filtered !== undefined) return told(read, filtered);
      watch(read);
      return rename(frames.push(chunk));
    },
    end: () => {
      const last = decode.end();
      if (filtered === undefined) watch(last);
      const rest = filtered === undefined ? rename(frames.rest()) : told(last, filtered);
      if (tap.error() !== undefined || broken !== undefined) return rest;
      // What is left of a terminator that was cut off is worth nothing; a whole one takes its place.
      if (tap.complete()) return tap.missingEnd() === "" ? rest : encoder.encode(tap.missingEnd());
      broken = truncated;
      return errorFrame(truncated);
    },
    fail: (error) => {
      broken = error;
      return errorFrame(error);
    },
    committed: tap.committed,
    empty: tap.empty,
    usage: tap.usage,
    said: tap.said,
    spokenChars: () => spokenChars,
    stopped: tap.complete,
    // Bytes behind the terminator belong to the answer too, so only the upstream's close ends a forwarded stream.
    ended: () => tap.error() !== undefined || broken !== undefined,
    cutShort: () => false,
    error: () => tap.error() ?? broken,
    collected,
  };
}

/** A relay whose upstream can pause before its answer is over. The pause itself never reaches the client. */
export type ResumableRelay = Relay &
  Readonly<{
    /** What the upstream said in this round, in its own form, once it paused. No byte before `resume` counts. */
    paused(): readonly Json[] | undefined;
    /** What follows is another stream, that goes on with the answer. */
    resume(): void;
  }>;

/**
 * The two sides speak different formats: events are decoded from one and written in the other. `watch` is told each of
 * them.
 */
export function translatingRelay(
  upstream: UpstreamCodec,
  client: ClientCodec,
  answer: AnswerMap,
  context: ReplyContext,
  watch?: (event: StreamEvent) => void,
): ResumableRelay {
  let decode = sseDecoder();
  let reader = upstream.streamReader(answer);
  const writer = client.streamWriter(context);
  const collected = createCollector();
  const rounds = roundJoiner();
  const state: RelayState = {
    committed: false,
    content: false,
    stopped: false,
    cut: false,
    ended: false,
    early: false,
    error: undefined,
    usage: undefined,
    said: {},
    spokenChars: 0,
  };
  let pause: readonly Json[] | undefined;

  function write(events: readonly StreamEvent[]): string {
    let out = "";
    for (const event of events) {
      if (state.ended || pause !== undefined) break;
      pause = event.kind === "stop" ? event.stop.resume : undefined;
      if (pause === undefined) out += tell(rounds.join(event));
    }
    return out;
  }

  function tell(event: StreamEvent): string {
    note(event, state);
    collected.push(event);
    watch?.(event);
    return writer.push(event);
  }

  return {
    push: (chunk) => {
      const read = decodeChunk(decode, chunk);
      if ("class" in read) return encoder.encode(write([{ kind: "error", error: read }]));
      let out = "";
      for (const event of read) out += write(reader.push(event));
      return encoder.encode(out);
    },
    end: () => {
      // Nobody went on with it, so the pause is the end.
      if (pause !== undefined) return encoder.encode(pausedForGood.map(tell).join(""));
      let out = "";
      for (const event of decode.end()) out += write(reader.push(event));
      return encoder.encode(out + write(reader.end()));
    },
    fail: (error) => encoder.encode(write([{ kind: "error", error }])),
    committed: () => state.committed,
    empty: () => state.stopped && !state.content && !state.cut,
    usage: () => state.usage,
    said: () => state.said,
    spokenChars: () => state.spokenChars,
    stopped: () => state.stopped,
    ended: () => state.ended,
    cutShort: () => state.early,
    error: () => state.error,
    collected,
    paused: () => (state.ended ? undefined : pause),
    resume: () => {
      decode = sseDecoder();
      reader = upstream.streamReader(answer);
      rounds.next(collected.text());
      pause = undefined;
    },
  };
}

const pausedForGood: readonly StreamEvent[] = [{ kind: "stop", stop: { reason: "pause" } }, { kind: "end" }];

type RelayState = {
  committed: boolean;
  content: boolean;
  stopped: boolean;
  /** It ended for another reason than that the model was done. */
  cut: boolean;
  ended: boolean;
  early: boolean;
  error: WireError | undefined;
  usage: Usage | undefined;
  said: Said;
  spokenChars: number;
};

function note(event: StreamEvent, state: RelayState): void {
  switch (event.kind) {
    case "start":
      // A pause begins another answer, but the first is the one that the client gets.
      state.said = { id: event.id, model: event.model, ...state.said };
      return;
    case "ping":
    case "block-break":
      return;
    case "usage":
      state.usage = event.usage;
      return;
    case "stop":
      state.stopped = true;
      state.said = { ...state.said, stop: event.stop.reason };
      state.cut = event.stop.reason !== "end";
      state.committed = true;
      return;
    case "error":
      state.error = event.error;
      state.ended = true;
      return;
    case "end":
      state.ended = true;
      state.early = event.early === true;
      return;
    default:
      state.committed = true;
      state.content = true;
      state.spokenChars += spokenInEvent(event);
  }
}
