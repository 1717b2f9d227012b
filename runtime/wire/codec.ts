import type { Dialect, Endpoint, Surface, WireFormat } from "../contract.ts";
import type {
  Json,
  JsonObject,
  Loss,
  Rejection,
  Request,
  Response,
  StreamEvent,
  Usage,
  WireError,
} from "./canonical.ts";
import type { Places } from "./places.ts";
import type { SideCall } from "./side-call.ts";
import type { SseEvent } from "./sse.ts";

/** What routing and validation need of a request body, read without decoding it into the canonical form. */
export type BodyFacts = Readonly<{
  stream: boolean;
  hasTools: boolean;
  hasImage: boolean;
  responseFormat: string | undefined;
  maxTokens: number | undefined;
  /** Every text a model would read, in order: system, messages, tool results, tool definitions. */
  texts(): readonly string[];
  /** The schema the request wants its answer to follow, and whether that answer is its text or a forced tool's input. */
  outputSchema(): Readonly<{ schema: JsonObject; of: "text" | "tool-input" }> | undefined;
}>;

/** The upstream side of one translated attempt. */
export type UpstreamTarget = Readonly<{
  model: string;
  dialect: Dialect;
  /** For what cannot be said to it; absent: losses and rejections have the encoder's own words for fields. */
  places?: Places | undefined;
}>;

/** How to read an answer: what the encoder of a translated request renamed or wrapped, and how the upstream counts. */
export type AnswerMap = Readonly<{
  /** Upstream tool name to the client's, only where they differ. */
  toolNames: ReadonlyMap<string, string>;
  /** Upstream tools that stand for a client's `custom` tool: their `{input}` is unwrapped. */
  customTools: ReadonlySet<string>;
  /** The forced tool that carries structured output: its input becomes the answer's text. */
  outputTool: string | undefined;
  /** Stop sequences the upstream has no field for: the answer is cut here (`local-stop.ts`). */
  localStop?: readonly string[] | undefined;
  /** `<think>…</think>` at the head of the text is reasoning. */
  thinkTags?: boolean | undefined;
  /** `input_tokens` counts cached input as well. */
  inclusiveUsage?: boolean | undefined;
}>;

export type Decoded<T> = Readonly<{
  kind: "decoded";
  value: T;
  losses: readonly Loss[];
  /** Of a client's request: where it stands in the client's body. */
  places?: Places | undefined;
}>;

export type EncodedRequest = Readonly<{
  kind: "encoded";
  body: JsonObject;
  losses: readonly Loss[];
  answer: AnswerMap;
}>;

/** The client side of one reply. Ids and times are arguments: a codec has no clock and no randomness. */
export type ReplyContext = Readonly<{
  /** The gateway's request id, letters and digits only; encoders add their vendor's prefix. */
  requestId: string;
  createdSeconds: number;
  /** The name every `model` field of the reply carries. */
  model: string;
  /** The client's own body, for what shapes its answer (`stream_options.include_usage`, legacy `functions`). */
  request: JsonObject;
}>;

/** Upstream bytes to events. One per stream; all state lives in the closure. */
export type StreamReader = Readonly<{
  push(event: SseEvent): readonly StreamEvent[];
  /** The upstream closed. Yields what is still due: `end` when the terminator was seen, else an `error` of class `bad-upstream-answer`. */
  end(): readonly StreamEvent[];
}>;

/** Events to the client's SSE text. `error` writes the format's error frame and no success terminator. */
export type StreamWriter = Readonly<{ push(event: StreamEvent): string }>;

/** What an answer says of itself, as far as it was seen: its own name, the model's, and why it ended. */
export type Said = Readonly<{
  id?: string | undefined;
  model?: string | undefined;
  /** A canonical reason, or the upstream's own word for one. */
  stop?: string | undefined;
}>;

/** Reads a copy of a forwarded stream, to tell a whole one from a truncated one and to see its usage. */
export type StreamTap = Readonly<{
  push(event: SseEvent): void;
  /** Whether the answer is whole, so that closing now is a clean end. */
  complete(): boolean;
  /** SSE text a whole answer still lacks for the format's clients to take it: a terminator that was cut off. */
  missingEnd(): string;
  usage(): Usage | undefined;
  said(): Said;
  /** An error frame inside the stream. */
  error(): WireError | undefined;
  /** The answer's own id, where the format's clients look for it in an error frame, too. */
  answerId?(): string | undefined;
  /** Whether the answer ended of its own accord and said nothing at all. */
  empty(): boolean;
  /** Whether content, reasoning, a tool call or a terminal result was seen: before that a failure can still become a plain HTTP error. */
  committed(): boolean;
}>;

/**
 * What clients of an API say and hear. Pure: no I/O, clock or randomness. `body` always has `model` and `stream` as members,
 * also where the API's URL says them (Gemini): the caller puts them there.
 */
export type ClientCodec = Readonly<{
  format: WireFormat;
  endpoint: Endpoint;
  /** Path of the API under the gateway's own URL, such as `/v1/messages`, for people to read. */
  path: string;
  /** The name under which clients look for the request id. */
  requestIdHeader: string;
  /** A frame that keeps a quiet stream open and that every client of the format ignores. */
  keepAlive: string;
  facts(body: JsonObject): BodyFacts;
  decodeRequest(body: JsonObject): Decoded<Request> | Rejection;
  encodeResponse(response: Response, context: ReplyContext): JsonObject;
  streamWriter(context: ReplyContext): StreamWriter;
  encodeError(error: WireError, requestId: string): Readonly<{ status: number; body: JsonObject }>;
  /** The error frame that ends a broken stream, as SSE text. `answerId` is the answer's id where the stream told one. */
  streamError(error: WireError, requestId: string, answerId?: string): string;
  /** Of an API that is no conversation: what is called instead of `decodeRequest`, `encodeResponse` and `streamWriter`. */
  sideCall?: (body: JsonObject) => SideCall | Rejection;
  /** Its calls cost next to nothing, and need no place among the others. */
  isLight?: boolean;
  /** How an upstream that has this very API beside its format's own is read; absent: its format's codec does. */
  nativeAt?: (surface: Surface, model: string) => UpstreamCodec | undefined;
}>;

/** What an upstream's API is asked in and answers with. Pure, as well. */
export type UpstreamCodec = Readonly<{
  format: WireFormat;
  /** Path and query of one call, under the provider's base URL. `model` is percent-encoded here. */
  upstreamPath(call: Readonly<{ model: string; stream: boolean }>): string;
  /** Whether the body names the model; else only the path does. */
  modelInBody: boolean;
  /** Client request headers an upstream of the same format gets (lower case), besides what `fixedHeaders` sets. */
  nativeHeaders: readonly string[];
  /** Upstream response headers a client of the same format gets (lower case). */
  rateLimitHeaders: readonly string[];
  /** Headers every upstream request carries; a native client's header of the same name wins. */
  fixedHeaders: Readonly<Record<string, string>>;
  /** The header in which the upstream tells its own request id. */
  requestIdHeader: string;
  /** Whether the upstream fetches this http(s) URL itself; if not, the gateway downloads it before `encodeRequest`. */
  takesUrl(media: "image" | "document" | "video", url: string, target: UpstreamTarget): boolean;
  encodeRequest(request: Request, target: UpstreamTarget): EncodedRequest | Rejection;
  /**
   * The next round of a request whose answers all paused so far: `body` is what `encodeRequest` made, `said` the `resume`
   * of every pause, joined. Only formats whose answers can pause have it.
   */
  continueRequest?: (body: JsonObject, said: readonly Json[]) => JsonObject;
  /** Body of a 2xx answer. A body that is an error or no answer at all is a WireError. */
  decodeResponse(body: Json, answer: AnswerMap): Decoded<Response> | Readonly<{ kind: "failed"; error: WireError }>;
  streamReader(answer: AnswerMap): StreamReader;
  streamTap(answer?: AnswerMap): StreamTap;
  /** Any non-2xx body, JSON or not. `text` is at most a few KiB. */
  decodeError(status: number, text: string): WireError;
}>;

/** One per wire format; `encode` writes that format, `decode` reads it. */
export type Codec = ClientCodec & UpstreamCodec;

export const emptyAnswerMap: AnswerMap = { toolNames: new Map(), customTools: new Set(), outputTool: undefined };
