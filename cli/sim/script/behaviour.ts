import { type Static, type TProperties, Type } from "typebox";

const closed = { additionalProperties: false };
const text = (description: string) => Type.Optional(Type.String({ description }));
const flag = (description: string) => Type.Optional(Type.Boolean({ description }));
const count = (description: string, minimum = 0) =>
  Type.Optional(Type.Integer({ minimum, maximum: 2 ** 31 - 1, description }));

/** What the model says instead of its own answer. */
const saying = {
  text: text("the answer's text"),
  toolCalls: Type.Optional(
    Type.Array(
      Type.Object(
        { name: Type.String(), arguments: Type.String(), id: Type.Optional(Type.String({ minLength: 1 })) },
        closed,
      ),
      { description: "tool calls; `arguments` is sent as it stands, JSON or not" },
    ),
  ),
  thinking: text(
    "what the model thinks: thinking block, reasoning summary, thought part (in Chat of deepseek-* and kimi-* alone)",
  ),
  redactedThinking: text("thinking nobody may read: redacted_thinking block, reasoning item without summary"),
  webSearch: text("search the web for this first, where the request offers the vendor's web search"),
  refusal: text("refuse, in these words"),
  blockReason: text("turn the prompt down with this promptFeedback.blockReason (Gemini)"),
  stopReason: Type.Optional(
    Type.Union([Type.String(), Type.Null()], {
      description:
        "finish_reason / stop_reason / finishReason, word for word; status or incomplete reason of a response",
    }),
  ),
  usage: Type.Optional(
    Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()], {
      description: "fields laid over `usage` / `usageMetadata`; null sends none",
    }),
  ),
  deltaChars: count("characters in one text delta of a stream", 1),
  prose: flag("answer prose although JSON was asked for"),
} satisfies TProperties;

/** A body that is not the API's own. */
const body = {
  body: text("this body instead of the answer, word for word (`body=` for an empty one)"),
  sse: text("this event stream instead of the answer, word for word"),
  wire: text("these bytes on the socket instead of an HTTP response, then close"),
  html: flag("an HTML page, as a proxy in front of the API sends it"),
  invalidJson: flag("the first half of the body only, so that it is no JSON"),
  contentType: text("Content-Type of the response"),
  contentEncoding: Type.Optional(Type.Enum(["gzip", "deflate", "br", "zstd"], { description: "compress the body" })),
} satisfies TProperties;

const status = {
  status: Type.Optional(
    Type.Integer({ minimum: 200, maximum: 999, description: "this status, with the API's own error body from 400 on" }),
  ),
  errorType: text("`error.type` of an error; `error.status` (Gemini)"),
  errorCode: text("`error.code` (OpenAI), `error.details.error_code` (Anthropic), ErrorInfo reason (Gemini)"),
  errorMessage: text("`error.message` of an error"),
  retryAfter: text("Retry-After header: seconds or an HTTP date; RetryInfo (Gemini): seconds"),
  headers: Type.Optional(Type.Record(Type.String(), Type.String(), { description: "headers to add or replace" })),
  redirect: text("answer 307 (or `status`) with this Location"),
  hugeHeaderBytes: count("add a header this long"),
} satisfies TProperties;

const timing = {
  headersDelayMs: count("wait before the response headers"),
  neverAnswer: flag("take the request, send nothing, keep the connection open"),
  firstEventDelayMs: count("wait between the headers and the body"),
  eventDelayMs: count("wait before every event but the first"),
  stallAfterEvents: count("send this many events, then nothing, connection open"),
  writeDelayMs: count("wait before every write of `writeBytes`"),
} satisfies TProperties;

const breakage = {
  resetBeforeHeaders: flag("TCP reset instead of an answer"),
  resetAfterBytes: count("TCP reset after this many body bytes"),
  closeAfterBytes: count("plain close (FIN) after this many body bytes"),
  endAfterEvents: count("end the stream in the regular way after this many events"),
  errorAfterEvents: count("the API's error event after this many events, then end; takes errorType and errorMessage"),
  failAfterEvents: count(
    "`response.failed` after this many events, then end (Responses; elsewhere as errorAfterEvents)",
  ),
  noTerminator: flag("leave out `[DONE]` / `message_stop` / `response.completed` / the last Gemini chunk"),
  reuse: Type.Optional(
    Type.Enum(["reset", "silent"], { description: "what the next request on this connection meets" }),
  ),
} satisfies TProperties;

const framing = {
  writeBytes: count("cut the body into writes of this many bytes", 1),
  lineEnd: Type.Optional(Type.Enum(["lf", "crlf", "cr"], { description: "line ends of the event stream" })),
  bom: flag("start the body with a byte order mark"),
  comments: flag("a keep-alive comment before every event"),
  pings: flag("an `event: ping` before every event, as Anthropic sends some"),
  tight: flag("no space after the colons of the event stream"),
  framing: Type.Optional(
    Type.Enum(["length", "chunked", "close"], { description: "how the end of the body is marked" }),
  ),
} satisfies TProperties;

/** Everything a script or a model-name directive can ask for; the descriptions are the user's reference. */
export const behaviourGroups = { saying, body, status, timing, breakage, framing } as const;

export const behaviourSchema = Type.Object(
  { ...saying, ...body, ...status, ...timing, ...breakage, ...framing },
  closed,
);

/** What one answer does differently. All parts combine, such as a delay and a cut. `{}` is the vendor's regular answer. */
export type Behaviour = Static<typeof behaviourSchema>;
