import { expect } from "bun:test";
import type { WireFormat } from "../../../runtime/contract.ts";
import { providerTerms } from "../../support/terms.ts";
import { startBench } from "./bench.ts";
import { type Client, observe, requestOf } from "./observe.ts";
import type { Expected, Row } from "./row.ts";
import {
  answer,
  both,
  chatBody,
  chatEvent,
  cut,
  error,
  exhausts,
  failsOver,
  first,
  hello,
  response,
  socket,
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
      {
        kind: "exchanges",
        name: "another provider",
        only,
        upstreams: [upstream({ errorAfterEvents: 0, errorType: "overloaded_error" }), well],
        ...both(failsOver("overloaded")),
      },
      {
        kind: "exchanges",
        name: "behind the role, which is no content yet",
        only,
        upstreams: [upstream({ errorAfterEvents: 1, errorType: "overloaded_error" }), well],
        ...both(failsOver("overloaded")),
      },
      {
        kind: "exchanges",
        name: "no other provider: a plain HTTP error",
        only,
        upstreams: [upstream({ errorAfterEvents: 0, errorType: "rate_limit_error" })],
        ...both({
          ...exhausts("rate_limited", error(429, 3, { retryAfter: "1" })),
          moved: { ...exhausts("rate_limited", error(429, 3)).moved, "quarantines{alpha,default,rate-limited}": 1 },
        }),
      },
    ],
  },
  {
    id: "F71",
    fault: "An error event in the middle",
    cases: [
      { kind: "exchanges", only, upstreams: [upstream({ ...spoken, errorAfterEvents: 7 }), well], ...both(brokenOff) },
    ],
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
      {
        kind: "exchanges",
        name: "reset before the first content",
        only,
        upstreams: [upstream({ resetAfterBytes: 20 }), well],
        ...both(failsOver(bad)),
      },
      {
        kind: "exchanges",
        name: "closed before the first content",
        only,
        upstreams: [upstream({ closeAfterBytes: 20 }), well],
        ...both(failsOver(bad)),
      },
      {
        kind: "exchanges",
        name: "reset in the middle",
        only,
        upstreams: [upstream({ ...spoken, resetAfterBytes: 1500 }), well],
        ...both(brokenOff),
      },
      {
        kind: "exchanges",
        name: "closed in the middle",
        only,
        upstreams: [upstream({ ...spoken, closeAfterBytes: 1500 }), well],
        ...both(brokenOff),
      },
      {
        kind: "exchanges",
        name: "a whole answer, reset",
        only: "whole",
        upstreams: [upstream({ resetAfterBytes: 50 }), well],
        ...both(failsOver(bad)),
      },
      {
        kind: "exchanges",
        name: "reset instead of an answer",
        upstreams: [upstream({ resetBeforeHeaders: true }), well],
        ...both(failsOver("upstream_unreachable", 2)),
      },
    ],
  },
  {
    id: "F73",
    fault: "A regular end in the middle of the answer",
    cases: [
      {
        kind: "exchanges",
        name: "after some text",
        only,
        upstreams: [upstream({ ...spoken, endAfterEvents: 7 }), well],
        ...both(brokenOff),
      },
      {
        kind: "exchanges",
        name: "before any",
        only,
        upstreams: [upstream({ ...spoken, endAfterEvents: 1 }), well],
        ...both(failsOver(bad)),
      },
      {
        kind: "exchanges",
        name: "only the terminator is missing: the answer is whole",
        only,
        upstreams: [upstream({ noTerminator: true }), well],
        ...both({ ...alone, hits: { alpha: 1, beta: 0 } }),
      },
    ],
  },
  {
    id: "F75",
    fault: "The provider stalls",
    cases: [
      {
        kind: "exchanges",
        name: "before the first event",
        only,
        upstreams: [upstream({ firstEventDelayMs: 20_000 }, hasty), well],
        ...both(failsOver("timeout")),
      },
      {
        kind: "exchanges",
        name: "behind the role",
        only,
        upstreams: [upstream({ stallAfterEvents: 1 }, hasty), well],
        ...both(failsOver("timeout")),
      },
      {
        kind: "exchanges",
        name: "in the middle",
        only,
        upstreams: [upstream({ ...spoken, stallAfterEvents: 7 }, hasty), well],
        ...both(brokenOff),
      },
    ],
  },
  {
    id: "F76",
    fault: "A byte now and then",
    cases: [
      {
        kind: "exchanges",
        only,
        upstreams: [
          upstream(
            { writeBytes: 1, writeDelayMs: 50 },
            { settings: { timeouts: { ...hasty.settings.timeouts, totalMs: 600 } } },
          ),
          well,
        ],
        ...both(failsOver("timeout")),
      },
    ],
  },
  {
    id: "F77",
    fault: "Every byte comes alone",
    cases: [
      {
        kind: "exchanges",
        upstreams: [upstream({ text: "zażółć 日本 👩‍🚀\r\n", writeBytes: 1 })],
        ...both(says("zażółć 日本 👩‍🚀\r\n")),
      },
    ],
  },
  {
    id: "F78",
    fault: "Other line ends, comments, a byte order mark, lines nobody knows",
    cases: [
      { kind: "exchanges", name: "CRLF", only, upstreams: [upstream({ lineEnd: "crlf" })], ...both(alone) },
      { kind: "exchanges", name: "CR", only, upstreams: [upstream({ lineEnd: "cr" })], ...both(alone) },
      { kind: "exchanges", name: "a byte order mark", only, upstreams: [upstream({ bom: true })], ...both(alone) },
      { kind: "exchanges", name: "comments", only, upstreams: [upstream({ comments: true })], ...both(alone) },
      {
        kind: "exchanges",
        name: "retry, id, unknown fields, data without a colon",
        only,
        upstreams: [sse("retry: soon\nid: a\u0000b\nfoo: bar\n\n", role, said, "nonsense\n\n", stop, done)],
        ...both(alone),
      },
    ],
    provenBy: [],
  },
  {
    id: "F79",
    fault: "A line of 64 MB",
    cases: [
      {
        kind: "exchanges",
        name: "before the first content",
        only,
        upstreams: [endlessLine(role), well],
        ...both(failsOver(bad)),
      },
      {
        kind: "exchanges",
        name: "in the middle",
        only,
        upstreams: [endlessLine(role + chatEvent({ content: longText.slice(0, 20) })), well],
        ...both(brokenOff),
      },
    ],
  },
  {
    id: "F80",
    fault: "A tool call of 60,000 pieces",
    cases: [
      {
        kind: "exchanges",
        only,
        upstreams: [
          upstream({ toolCalls: [{ name: "f", arguments: `{"a":"${"x".repeat(60_000)}"}` }], deltaChars: 1 }),
        ],
        ask: {},
        ...both(says("")),
      },
    ],
  },
  {
    id: "F82",
    fault: "Usage twice, and text behind it",
    cases: [
      {
        kind: "exchanges",
        only,
        upstreams: [sse(role, usage(1), said, usage(2), stop, usage(3), done)],
        ...both(alone),
      },
    ],
  },
  {
    id: "F83",
    fault: "A whole body for a stream, or a stream with JSON's Content-Type",
    cases: [
      {
        kind: "exchanges",
        name: "a whole body becomes a stream",
        only,
        upstreams: [upstream({ body: chatBody(hello), contentType: "application/json" }, chat)],
        ...both(alone),
      },
      {
        kind: "exchanges",
        name: "events labelled as JSON",
        only,
        upstreams: [upstream({ contentType: "application/json" }), well],
        ...both(failsOver(bad)),
      },
      {
        kind: "exchanges",
        name: "JSON labelled as events",
        only,
        upstreams: [upstream({ body: chatBody(hello), contentType: "text/event-stream" }, chat), well],
        ...both(failsOver(bad)),
      },
    ],
  },
  {
    id: "F84",
    fault: "A compressed stream",
    cases: [
      { kind: "exchanges", name: "gzip", upstreams: [upstream({ contentEncoding: "gzip" })], ...both(alone) },
      { kind: "exchanges", name: "zstd", upstreams: [upstream({ contentEncoding: "zstd" })], ...both(alone) },
    ],
  },
  {
    id: "F85",
    fault: "The model says the stream's own terminator",
    cases: [
      {
        kind: "exchanges",
        upstreams: [upstream({ text: "a\n\ndata: [DONE]\n\nevent: message_stop\r\n\r\nb" })],
        ...both(says("a\n\ndata: [DONE]\n\nevent: message_stop\r\n\r\nb")),
      },
    ],
  },
  {
    id: "F87",
    fault: "A stream without an end: timeouts.total_ms ends it",
    cases: [
      {
        kind: "exchanges",
        only,
        upstreams: [endless, well],
        ...both({ ...brokenOff, gets: [cut("alpha", "on ".repeat(10_000))] }),
      },
    ],
  },
];

/** Every length of a stream, in both formats, to a client of the same format and, more coarsely, of the other. */
async function brokenAtEveryByte(): Promise<void> {
  await brokenEvery(1, "chat", "openai-chat");
  await brokenEvery(1, "messages", "anthropic-messages");
  await brokenEvery(7, "messages", "openai-chat");
  await brokenEvery(7, "chat", "anthropic-messages");
}

const alphaText = "one two three";

async function brokenEvery(step: number, client: Client, format: WireFormat): Promise<void> {
  const lengths = Array.from({ length: Math.ceil(longestStream / step) }, (_, at) => at * step);
  const broken = lengths.map((resetAfterBytes) => ({ text: alphaText, deltaChars: 4, resetAfterBytes }));
  const settings = { breaker: { ...providerTerms.breaker, enabled: false } };
  const bench = await startBench({ upstreams: [first(broken, { settings }), well], format });
  const { path, body } = requestOf(client, { stream: true });
  const kinds = new Set<string>();
  let left = lengths.length;
  async function askOn(): Promise<void> {
    while (left-- > 0) {
      const seen = await observe(await fetch(bench.url + path, { method: "POST", body }), client, true);
      const whole = seen.kind === "answer" && seen.text === (seen.from === "alpha" ? alphaText : hello);
      const part = seen.kind === "cut" && seen.from === "alpha" && alphaText.startsWith(seen.text);
      expect(whole || part, JSON.stringify(seen)).toBe(true);
      kinds.add(`${seen.kind} of ${"from" in seen ? seen.from : ""}`);
    }
  }
  await Promise.all(Array.from({ length: 16 }, askOn));
  expect([...kinds].sort()).toEqual(["answer of alpha", "answer of beta", "cut of alpha"]);
  await bench.stop();
}

/** No stream of `alphaText` is longer. */
const longestStream = 2500;
