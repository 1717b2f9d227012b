import { postText } from "../../support/raw-request.ts";
import { halfClose, idleConnections, leaveDuringHedge, pipelined, sdkHits } from "./client-scenes.ts";
import type { RawRequest, Row } from "./row.ts";
import { answer, chatBody, hello, response, socket, tried } from "./say.ts";

const chatPath = "/v1/chat/completions";
const loadTest = "test/faults/load.test.ts";
const factsTest = "test/faults/facts.test.ts";

type RawAnswer = Readonly<{ status: RawRequest["status"]; says?: string }>;

/** A request as bytes. `lines` are joined and followed by an empty one. */
function raw(name: string, lines: readonly string[], expected: RawAnswer, body = ""): RawRequest {
  return { kind: "raw", name, request: `${lines.join("\r\n")}\r\n\r\n${body}`, ...expected };
}

/** A POST whose body is wrong. */
function post(
  name: string,
  body: string,
  expected: RawAnswer,
  headers: Readonly<Record<string, string>> = {},
): RawRequest {
  return { kind: "raw", name, request: postText(chatPath, body, headers), ...expected };
}

const start = [`POST ${chatPath} HTTP/1.1`, "Host: a", "Connection: close"];
/** Refused by the server itself, and closed. */
const refused = { status: [400, 501, 505, 0] } as const;

export const clients: readonly Row[] = [
  {
    id: "F91",
    fault: "The client leaves: the provider sees it within 100 ms",
    provenBy: [{ file: loadTest, title: "a client that leaves is seen by the provider within 100 ms: %s" }],
  },
  {
    id: "F92",
    fault: "The client leaves while two models are raced",
    cases: [{ kind: "scene", gets: "both calls are closed", hits: "alpha 1, beta 1", run: leaveDuringHedge }],
  },
  {
    id: "F94",
    fault: "The client closes its half of the connection and goes on reading",
    cases: [
      {
        kind: "scene",
        gets: "no answer: Bun takes it for gone, and the provider's call is closed",
        hits: "alpha 1",
        run: halfClose,
      },
    ],
  },
  {
    id: "F95",
    fault: "The client reads slowly, or not at all",
    provenBy: [
      { file: "test/runtime/pump.test.ts", title: "the upstream is read only as fast as the client reads" },
      { file: "test/runtime/pump.test.ts", title: "a client that takes no bytes for stalledClientMs counts as gone" },
    ],
  },
  {
    id: "F96",
    fault: "2,000 connections that ask nothing",
    cases: [{ kind: "scene", gets: "the next one its answer", hits: "alpha 1", run: idleConnections }],
  },
  {
    id: "F98",
    fault: "A body larger than limits.max_body_bytes",
    cases: [
      post("declared", "x".repeat(1_100_000), { status: 413, says: "larger than" }),
      raw(
        "in chunks",
        [...start, "Transfer-Encoding: chunked"],
        { status: 413, says: "larger than" },
        `10c8e0\r\n${"x".repeat(1_100_000)}\r\n0\r\n\r\n`,
      ),
    ],
  },
  {
    id: "F99",
    fault: "A compressed body",
    cases: [
      post("a coding nobody knows", "{}", { status: 415, says: "gzip" }, { "content-encoding": "compress" }),
      post("not what it says", "{}", { status: 400, says: "content-encoding" }, { "content-encoding": "gzip" }),
    ],
    provenBy: [
      { file: "test/runtime/request-body.test.ts", title: "gzip" },
      { file: "test/runtime/request-body.test.ts", title: "gzip bomb" },
    ],
  },
  {
    id: "F100",
    fault: "A body nested a million deep",
    cases: [post("brackets", `{"model":"m","x":${"[".repeat(1_000_000)}`, { status: [400, 413] })],
    provenBy: [{ file: "test/runtime/request-body.test.ts", title: "a million brackets are refused, and quickly" }],
  },
  {
    id: "F101",
    fault: "Members named __proto__ and constructor are members like any other",
    cases: [
      tried(
        "",
        [
          socket(
            (connection) =>
              void connection.write(
                response(
                  ["content-type: application/json", `content-length: ${chatBody(hello).length}`],
                  chatBody(hello),
                ),
              ),
            { format: "openai-chat" },
          ),
        ],
        { gets: [answer("alpha", 1)], hits: { alpha: 1 }, moved: { "attempts{alpha,ok}": 1 } },
        { only: "whole", ask: JSON.parse('{"__proto__":{"model":"other","stream":true},"constructor":1}') },
      ),
    ],
  },
  {
    id: "F102",
    fault: "A body that is no request",
    cases: [
      post("no JSON", "hello", { status: 400, says: "line 1 column 1" }),
      post("nothing", "", { status: 400, says: "no body" }),
      post("half a body", '{"model":"swift",', { status: 400, says: "ends too early" }),
      post("NaN", '{"model":NaN}', { status: 400, says: "line 1 column 10" }),
      post("NUL", '{"model":"a\u0000"}', { status: 400, says: "unexpected character" }),
      post("a list", "[]", { status: 400, says: "not a JSON object" }),
      post("a model that is a number", '{"model":5}', { status: 400, says: "model" }),
      post("no model", '{"messages":[]}', { status: 400, says: "model" }),
      { kind: "raw", name: "not UTF-8", request: notUtf8(), status: 400, says: "UTF-8" },
    ],
    provenBy: [
      { file: loadTest, title: "10,000 malformed requests leave the process healthy, and none is answered with 500" },
    ],
  },
  {
    id: "F103",
    fault: "A field that the provider's API lacks",
    provenBy: [
      { file: "test/runtime/losses.test.ts", title: "what a translation leaves out is named in x-arouter-warnings" },
      {
        file: "test/runtime/losses.test.ts",
        title: "a field that changes the meaning is refused without asking for strictness, by its path",
      },
    ],
  },
  {
    id: "F105",
    fault: "A head that is too large",
    cases: [
      post("20 KB in one header", "{}", { status: 431 }, { "x-long": "x".repeat(20_000) }),
      raw("1,000 headers", [...start, ...Array.from({ length: 1000 }, (_, at) => `x-${at}: ${"y".repeat(20)}`)], {
        status: 431,
      }),
      raw("a path of 20 KB", [`GET /${"x".repeat(20_000)} HTTP/1.1`, "Host: a", "Connection: close"], {
        status: [414, 431],
      }),
    ],
  },
  {
    id: "F106",
    fault: "A request that two parsers could read in two ways",
    cases: [
      raw("a length and chunks", [...start, "Content-Length: 4", "Transfer-Encoding: chunked"], refused, "0\r\n\r\n"),
      raw(
        "two codings of the transfer",
        [...start, "Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
        refused,
        "0\r\n\r\n",
      ),
      raw("two lengths", [...start, "Content-Length: 2", "Content-Length: 3"], refused, "{}"),
      raw("a length of +5", [...start, "Content-Length: +2"], refused, "{}"),
      raw("a length of -1", [...start, "Content-Length: -1"], refused, "{}"),
      raw("a list of lengths", [...start, "Content-Length: 2, 2"], refused, "{}"),
      raw("a space before the colon", [...start, "Content-Length : 2"], refused, "{}"),
      raw("a folded header", [...start, "x-a: b", " c"], refused, "{}"),
      raw(
        "a chunk of 2^68 bytes",
        [...start, "Transfer-Encoding: chunked"],
        refused,
        "100000000000000000\r\n{}\r\n0\r\n\r\n",
      ),
      raw("NUL in a header", [...start, "x-a: b\u0000c"], refused),
    ],
  },
  {
    id: "F107",
    fault: "Two Host headers",
    cases: [raw("two", ["GET / HTTP/1.1", "Host: a", "Host: b", "Connection: close"], { status: 400 })],
    provenBy: [{ file: factsTest, title: "two Host headers are refused" }],
  },
  {
    id: "F108",
    fault: "A Host that is none",
    cases: [
      raw("empty", ["GET /livez HTTP/1.1", "Host:", "Connection: close"], { status: 400 }),
      raw("HTTP/1.0 without one", ["GET /livez HTTP/1.0"], { status: [400, 505] }),
    ],
    provenBy: [{ file: factsTest, title: "Host %s is refused" }],
  },
  {
    id: "F109",
    fault: "Requests for a proxy",
    cases: [
      raw("CONNECT", ["CONNECT example.com:443 HTTP/1.1", "Host: example.com:443", "Connection: close"], {
        status: [400, 404, 405],
      }),
      raw("TRACE", ["TRACE /v1/messages HTTP/1.1", "Host: a", "Connection: close"], { status: 405 }),
      raw("another host's address", ["GET http://example.com/x HTTP/1.1", "Host: a", "Connection: close"], {
        status: [400, 404],
      }),
    ],
  },
  {
    id: "F110",
    fault: "A second request on a connection whose first one waits for its answer",
    cases: [
      {
        kind: "scene",
        gets: "no answer: Bun closes the connection, and the provider's call is closed",
        hits: "alpha 1",
        run: pipelined,
      },
    ],
  },
  {
    id: "F112",
    fault: "Headers that claim something: keys, cookies, organisations",
    provenBy: [{ file: "test/runtime/fidelity.test.ts", title: "R70 %s, never the client's" }],
  },
  {
    id: "F114",
    fault: "An SDK that tries again on its own",
    cases: [
      {
        kind: "scene",
        gets: "500 after one try of the SDK's",
        hits: "alpha 3",
        run: () => sdkHits(500, 3),
      },
      {
        kind: "scene",
        name: "no credit",
        gets: "402 or 429 after one try of the SDK's",
        hits: "alpha 1",
        run: () => sdkHits(402, 1),
      },
    ],
  },
];

function notUtf8(): Uint8Array {
  const bytes = Buffer.from(postText(chatPath, '{"model":"?"}'), "latin1");
  bytes[bytes.indexOf("?")] = 0xff;
  return bytes;
}
