import { brokenAtEveryByte } from "./every-byte.ts";
import type { Expected, Row } from "./row.ts";
import {
  answer,
  chatBody,
  chatEvent,
  cut,
  error,
  exhausts,
  failsOver,
  hello,
  response,
  socket,
  tried,
  upstream,
  well,
} from "./say.ts";

const bad = "bad_upstream_answer";
const chat = { format: "openai-chat" } as const;
const only = "stream" as const;
const eventStream = "content-type: text/event-stream";
const longText = "one two three four five six seven eight nine ten eleven twelve";
/** With time between its events: what comes together with the end of its connection is never seen. */
const spoken = { text: longText, deltaChars: 4, eventDelayMs: 5 };
const hasty = { settings: { timeouts: { connectMs: 2000, firstByteMs: 400, idleMs: 400, totalMs: 3000 } } };
const alone: Expected = { gets: [answer("alpha", 1)], hits: { alpha: 1 }, moved: { "attempts{alpha,ok}": 1 } };

/** Alpha had begun when it broke: what came stays, and nobody else is asked. */
const brokenOff: Expected = {
  gets: [cut("alpha", longText)],
  hits: { alpha: 1, beta: 0 },
  moved: { "attempts{alpha,ok}": 1 },
};

/** All of it, from alpha. */
function says(text: string): Expected {
  return { ...alone, gets: [answer("alpha", 1, text)] };
}

/** A stream of these events of OpenAI's. */
function sse(...events: readonly string[]) {
  return upstream({ sse: events.join("") }, chat);
}

const role = chatEvent({ role: "assistant", content: "" });
const said = chatEvent({ content: hello });
const stop = chatEvent({}, "stop");
const done = "data: [DONE]\n\n";
const usage = (tokens: number) =>
  `data: ${JSON.stringify({ id: "c", choices: [], usage: { prompt_tokens: 1, completion_tokens: tokens, total_tokens: tokens + 1 } })}\n\n`;

/** Events without an end, as fast as they are read. */
const endless = socket(
  (connection) => {
    connection.write(response([eventStream], role));
    const timer = setInterval(() => connection.write(chatEvent({ content: "on " })), 5);
    connection.on("close", () => clearInterval(timer));
  },
  { ...chat, settings: { timeouts: { connectMs: 2000, firstByteMs: 600, idleMs: 600, totalMs: 600 } } },
);

/** A line without an end. */
const endlessLine = (before: string) =>
  socket((connection) => {
    connection.write(response([eventStream], before));
    const piece = "x".repeat(1024 * 1024);
    let left = 64;
    const more = () => {
      if (left-- > 0 && !connection.destroyed) connection.write(left === 63 ? `data: ${piece}` : piece, more);
    };
    more();
  }, chat);

export const streams: readonly Row[] = [
  {
    id: "F70",
    fault: "The first event is an error",
    cases: [
      tried(
        "another provider",
        [upstream({ errorAfterEvents: 0, errorType: "overloaded_error" }), well],
        failsOver("overloaded"),
        { only },
      ),
      tried(
        "behind the role, which is no content yet",
        [upstream({ errorAfterEvents: 1, errorType: "overloaded_error" }), well],
        failsOver("overloaded"),
        { only },
      ),
      tried(
        "no other provider: a plain HTTP error",
        [upstream({ errorAfterEvents: 0, errorType: "rate_limit_error" })],
        {
          ...exhausts("rate_limited", error(429, 3, { retryAfter: "1" })),
          moved: { ...exhausts("rate_limited", error(429, 3)).moved, "quarantines{alpha,default,rate-limited}": 1 },
        },
        { only },
      ),
    ],
  },
  {
    id: "F71",
    fault: "An error event in the middle",
    cases: [tried("", [upstream({ ...spoken, errorAfterEvents: 7 }), well], brokenOff, { only })],
    provenBy: [{ file: "test/runtime/fidelity.test.ts", title: "F70 F71 F73 streams that break" }],
  },
  {
    id: "F72",
    fault: "The connection breaks",
    cases: [
      {
        kind: "scene",
        name: "reset after every byte of a stream in turn",
        gets: "alpha's answer and error event, or its whole answer, or beta's whole answer; never two mixed",
        timeoutMs: 60_000,
        run: brokenAtEveryByte,
      },
      tried("reset before the first content", [upstream({ resetAfterBytes: 20 }), well], failsOver(bad), { only }),
      tried("closed before the first content", [upstream({ closeAfterBytes: 20 }), well], failsOver(bad), { only }),
      tried("reset in the middle", [upstream({ ...spoken, resetAfterBytes: 1500 }), well], brokenOff, { only }),
      tried("closed in the middle", [upstream({ ...spoken, closeAfterBytes: 1500 }), well], brokenOff, { only }),
      tried("a whole answer, reset", [upstream({ resetAfterBytes: 50 }), well], failsOver(bad), { only: "whole" }),
      tried(
        "reset instead of an answer",
        [upstream({ resetBeforeHeaders: true }), well],
        sentAgain(failsOver("upstream_unreachable", 2)),
      ),
    ],
  },
  {
    id: "F73",
    fault: "A regular end in the middle of the answer",
    cases: [
      tried("after some text", [upstream({ ...spoken, endAfterEvents: 7 }), well], brokenOff, { only }),
      tried("before any", [upstream({ ...spoken, endAfterEvents: 1 }), well], failsOver(bad), { only }),
      tried(
        "only the terminator is missing: the answer is whole",
        [upstream({ noTerminator: true }), well],
        { ...alone, hits: { alpha: 1, beta: 0 } },
        { only },
      ),
    ],
  },
  {
    id: "F75",
    fault: "The provider stalls",
    cases: [
      tried("before the first event", [upstream({ firstEventDelayMs: 20_000 }, hasty), well], failsOver("timeout"), {
        only,
      }),
      tried("behind the role", [upstream({ stallAfterEvents: 1 }, hasty), well], failsOver("timeout"), { only }),
      tried("in the middle", [upstream({ ...spoken, stallAfterEvents: 7 }, hasty), well], brokenOff, { only }),
    ],
  },
  {
    id: "F76",
    fault: "A byte now and then",
    cases: [
      tried(
        "",
        [
          upstream(
            { writeBytes: 1, writeDelayMs: 50 },
            { settings: { timeouts: { ...hasty.settings.timeouts, totalMs: 600 } } },
          ),
          well,
        ],
        failsOver("timeout"),
        { only },
      ),
    ],
  },
  {
    id: "F77",
    fault: "Every byte comes alone",
    cases: [tried("", [upstream({ text: "zażółć 日本 👩‍🚀\r\n", writeBytes: 1 })], says("zażółć 日本 👩‍🚀\r\n"))],
  },
  {
    id: "F78",
    fault: "Other line ends, comments, a byte order mark, lines nobody knows",
    cases: [
      tried("CRLF", [upstream({ lineEnd: "crlf" })], alone, { only }),
      tried("CR", [upstream({ lineEnd: "cr" })], alone, { only }),
      tried("a byte order mark", [upstream({ bom: true })], alone, { only }),
      tried("comments", [upstream({ comments: true })], alone, { only }),
      tried(
        "retry, id, unknown fields, data without a colon",
        [sse("retry: soon\nid: a\u0000b\nfoo: bar\n\n", role, said, "nonsense\n\n", stop, done)],
        alone,
        { only },
      ),
    ],
    provenBy: [],
  },
  {
    id: "F79",
    fault: "A line of 64 MB",
    cases: [
      tried("before the first content", [endlessLine(role), well], failsOver(bad), { only }),
      tried("in the middle", [endlessLine(role + chatEvent({ content: longText.slice(0, 20) })), well], brokenOff, {
        only,
      }),
    ],
  },
  {
    id: "F80",
    fault: "A tool call of 60,000 pieces",
    cases: [
      tried(
        "",
        [upstream({ toolCalls: [{ name: "f", arguments: `{"a":"${"x".repeat(60_000)}"}` }], deltaChars: 1 })],
        says(""),
        { only, ask: {} },
      ),
    ],
  },
  {
    id: "F82",
    fault: "Usage twice, and text behind it",
    cases: [tried("", [sse(role, usage(1), said, usage(2), stop, usage(3), done)], alone, { only })],
  },
  {
    id: "F83",
    fault: "A whole body for a stream, or a stream with JSON's Content-Type",
    cases: [
      tried(
        "a whole body becomes a stream",
        [upstream({ body: chatBody(hello), contentType: "application/json" }, chat)],
        alone,
        { only },
      ),
      tried("events labelled as JSON", [upstream({ contentType: "application/json" }), well], failsOver(bad), { only }),
      tried(
        "JSON labelled as events",
        [upstream({ body: chatBody(hello), contentType: "text/event-stream" }, chat), well],
        failsOver(bad),
        { only },
      ),
    ],
  },
  {
    id: "F84",
    fault: "A compressed stream",
    cases: [
      tried("gzip", [upstream({ contentEncoding: "gzip" })], alone),
      tried("zstd", [upstream({ contentEncoding: "zstd" })], alone),
    ],
  },
  {
    id: "F85",
    fault: "The model says the stream's own terminator",
    cases: [
      tried(
        "",
        [upstream({ text: "a\n\ndata: [DONE]\n\nevent: message_stop\r\n\r\nb" })],
        says("a\n\ndata: [DONE]\n\nevent: message_stop\r\n\r\nb"),
      ),
    ],
  },
  {
    id: "F87",
    fault: "A stream without an end: timeouts.total_ms ends it",
    cases: [tried("", [endless, well], { ...brokenOff, gets: [cut("alpha", "on ".repeat(10_000))] }, { only })],
  },
];

/** The first reset may be a pooled connection that the provider had closed. */
function sentAgain(expected: Expected): Expected {
  return { ...expected, moved: { ...expected.moved, "stale_connections{alpha}": 1 } };
}
