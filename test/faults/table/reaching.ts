import { expect } from "bun:test";
import { startSimulator } from "../../../cli/sim/simulator.ts";
import { defaults } from "../../../schemas/defaults.ts";
import { type Address, blackHole, closedPort, startFaultServer } from "../../support/fault-server.ts";
import { postText, rawSocket } from "../../support/raw-request.ts";
import { startBench } from "./bench.ts";
import { selfSigned } from "./certificate.ts";
import { observe, requestOf } from "./observe.ts";
import type { Row, Upstream } from "./row.ts";
import {
  address,
  answer,
  chatBody,
  chatEvent,
  error,
  exhausts,
  failsOver,
  first,
  hello,
  response,
  shared,
  socket,
  tried,
  upstream,
  well,
} from "./say.ts";

const unlimited = defaults.admission;
const unreachable = "upstream_unreachable";
const hasty = { timeouts: { connectMs: 300, firstByteMs: 300, idleMs: 300, totalMs: 300 } };
const gaveUp = { shouldRetry: "false" } as const;
/** A label of a name has 63 characters at most (RFC 1035 section 2.3.4), so no resolver is asked over the network. */
const nowhere = () => Promise.resolve({ url: `http://${"a".repeat(64)}.invalid`, stop: () => undefined });
const sharedHole = shared(blackHole);
const json = "content-type: application/json";

/** Well, but at a name that leads to two addresses, of which only the second listens. */
async function secondAddress(): Promise<Address> {
  const { port, stop, requests } = await startSimulator();
  return { url: `http://localhost:${port}`, stop: () => void stop(), hits: () => requests.length };
}

const tlsAddress = shared(async () => startFaultServer(() => undefined, { tls: await selfSigned() }));
async function plainBehindHttps(): Promise<Address> {
  const { url, stop } = await startFaultServer(() => undefined);
  return { url: url.replace("http:", "https:"), stop };
}

/** Bytes in answer to everything; the connection stays open. */
function says(bytes: string) {
  return socket((connection) => void connection.write(bytes), { format: "openai-chat" });
}

const body = chatBody(hello);
const length = `content-length: ${body.length}`;
const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const events = `${chatEvent({ role: "assistant", content: hello })}${chatEvent({}, "stop")}data: [DONE]\n\n`;

export const reaching: readonly Row[] = [
  {
    id: "F01",
    fault: "The host name does not resolve",
    cases: [
      tried("another provider", [address(nowhere), well], failsOver(unreachable, 0)),
      tried("no other provider", [address(nowhere)], exhausts(unreachable, error(502, 3, gaveUp), 0)),
    ],
  },
  {
    id: "F02",
    fault: "One of the name's addresses is dead",
    cases: [
      tried("", [address(secondAddress)], {
        gets: [answer("alpha", 1)],
        hits: { alpha: 1 },
        moved: { "attempts{alpha,ok}": 1 },
      }),
    ],
  },
  {
    id: "F03",
    fault: "The connection is refused",
    cases: [
      tried("another provider", [address(closedPort), well], failsOver(unreachable, 0), { proves: "R230" }),
      tried("no other provider", [address(closedPort)], exhausts(unreachable, error(502, 3, gaveUp), 0)),
    ],
  },
  {
    id: "F04",
    fault: "Nobody takes the connection, nobody refuses it",
    cases: [
      tried(
        "",
        [
          address(sharedHole, { settings: { timeouts: { ...hasty.timeouts, firstByteMs: 4000, totalMs: 8000 } } }),
          well,
        ],
        failsOver("timeout", 0),
        { proves: "R399" },
      ),
    ],
    provenBy: [
      { file: "test/runtime/connect-probe.test.ts", title: "a host that takes no connection is given up in time" },
    ],
  },
  {
    id: "F05",
    fault: "TLS",
    cases: [
      tried("a self-signed certificate", [address(tlsAddress), well], failsOver(unreachable, 0), { needs: "openssl" }),
      tried(
        "plain HTTP where TLS is expected, and a handshake that stalls",
        [address(plainBehindHttps, { settings: hasty }), well],
        failsOver("timeout", 0),
      ),
    ],
  },
  {
    id: "F06",
    fault: "The provider takes the request and says nothing",
    cases: [
      tried("another provider", [upstream({ neverAnswer: true }, { settings: hasty }), well], failsOver("timeout"), {
        proves: "R230 R354",
      }),
      tried(
        "no other provider",
        [upstream({ neverAnswer: true }, { settings: hasty })],
        exhausts("timeout", error(504, 3, gaveUp)),
      ),
    ],
  },
  {
    id: "F08",
    fault: "A pooled connection was closed by the provider",
    cases: [
      tried("", [first([{ reuse: "reset" }])], {
        gets: [answer("alpha", 1), answer("alpha", 1)],
        hits: { alpha: 2 },
        moved: { "attempts{alpha,ok}": 2, "stale_connections{alpha}": 1 },
      }),
    ],
    provenBy: [
      { file: "test/runtime/upstream.test.ts", title: "a provider that always resets is tried twice and no more" },
    ],
  },
  {
    id: "F09",
    fault: "A pooled connection is half open: nothing ever comes back",
    cases: [
      tried("", [first([{ reuse: "silent" }], { settings: { timeouts: { ...hasty.timeouts, totalMs: 600 } } })], {
        gets: [answer("alpha", 1), answer("alpha", 2)],
        hits: { alpha: 2 },
        moved: { "attempts{alpha,ok}": 2, "attempts{alpha,timeout}": 1, "retries{alpha}": 1 },
      }),
    ],
  },
  {
    id: "F10",
    fault: "Not HTTP",
    cases: [
      tried("other bytes", [upstream({ wire: "220 mail.example ESMTP\r\n" }), well], failsOver(unreachable)),
      tried(
        "a bad chunk size",
        [says(response([json, "transfer-encoding: chunked"], "zz\r\n{}\r\n0\r\n\r\n")), well],
        failsOver("bad_upstream_answer"),
      ),
      tried("two lengths", [says(response([json, length, "content-length: 5"], body)), well], failsOver(unreachable)),
    ],
  },
  {
    id: "F11",
    fault: "A length and chunks in one response: the chunks count",
    cases: [
      tried("", [says(response([json, "content-length: 3", "transfer-encoding: chunked"], chunked))], {
        gets: [answer("alpha", 1)],
        hits: { alpha: 1 },
        moved: { "attempts{alpha,ok}": 1 },
      }),
    ],
  },
  {
    id: "F12",
    fault: "100 Continue and 103 Early Hints before the answer",
    cases: [
      tried(
        "whole",
        [
          says(
            `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n${response([json, length], body)}`,
          ),
        ],
        { gets: [answer("alpha", 1)], hits: { alpha: 1 }, moved: { "attempts{alpha,ok}": 1 } },
        { only: "whole" },
      ),
      tried(
        "streamed",
        [
          socket(
            (connection) =>
              void connection.end(
                `HTTP/1.1 100 Continue\r\n\r\n${response(["content-type: text/event-stream"], events)}`,
              ),
            { format: "openai-chat" },
          ),
        ],
        { gets: [answer("alpha", 1)], hits: { alpha: 1 }, moved: { "attempts{alpha,ok}": 1 } },
        { only: "stream" },
      ),
    ],
  },
  {
    id: "F13",
    fault: "A response header of a megabyte: it stays in the gateway",
    cases: [
      tried("", [upstream({ hugeHeaderBytes: 1_000_000 })], {
        gets: [answer("alpha", 1)],
        hits: { alpha: 1 },
        moved: { "attempts{alpha,ok}": 1 },
      }),
    ],
  },
  {
    id: "F15",
    fault: "One provider holds all the requests it is sent",
    cases: [
      {
        kind: "scene",
        gets: "the answer of beta, while alpha has max_in_flight requests",
        hits: "alpha 2, beta 1",
        run: fullProvider,
      },
      { kind: "scene", name: "no other provider", gets: "503, Retry-After: 1", hits: "alpha 2", run: fullLoneProvider },
    ],
    provenBy: [
      { file: "test/faults/facts.test.ts", title: "R40 a gateway started without the variable gives itself the slots" },
    ],
  },
  {
    id: "F16",
    fault: "The provider stops reading in the middle of the request",
    cases: [
      tried(
        "",
        [socket(() => undefined, { format: "openai-chat", settings: hasty }, { ignoreBody: true })],
        exhausts("timeout", error(504, 3, gaveUp)),
        {
          proves: "R398",
          ask: { messages: [{ role: "user", content: "x".repeat(6_000_000) }] },
          catalog: {
            limits: { maxBodyBytes: 16_000_000, maxJsonDepth: 64, maxResponseBytes: 32_000_000, ...unlimited },
          },
        },
      ),
    ],
  },
];

const silent = upstream({ neverAnswer: true }, { settings: { maxInFlight: 2 } });

async function fullProvider(): Promise<void> {
  const { response, bench } = await thirdRequest([silent, well]);
  expect(await observe(response, "chat", false)).toEqual(answer("beta", 1));
  expect(bench.hits()).toEqual({ alpha: 2, beta: 1 });
  await bench.stop();
}

async function fullLoneProvider(): Promise<void> {
  const { response, bench } = await thirdRequest([silent]);
  expect(await observe(response, "chat", false)).toEqual(error(503, 0, { retryAfter: "1" }));
  expect(bench.hits()).toEqual({ alpha: 2 });
  await bench.stop();
}

/** What is said to a request while alpha has two that it does not answer. */
async function thirdRequest(upstreams: readonly [Upstream, ...Upstream[]]) {
  const bench = await startBench({ upstreams, format: "openai-chat" });
  const { path, body: request } = requestOf("chat", {});
  const waiting = [1, 2].map(() => rawSocket(bench.url, postText(path, request)).socket);
  while (bench.hits()["alpha"] !== 2) await Bun.sleep(5);
  const response = await fetch(bench.url + path, { method: "POST", body: request });
  const copy = new Response(await response.text(), { status: response.status, headers: response.headers });
  for (const client of waiting) client.destroy();
  return { response: copy, bench };
}
