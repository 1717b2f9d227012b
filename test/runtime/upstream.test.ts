import { afterEach, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import type { Timeouts } from "../../runtime/contract.ts";
import { readAll } from "../../runtime/read-all.ts";
import { callUpstream, type UpstreamAnswer, type UpstreamOptions } from "../../runtime/upstream/upstream.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const options: UpstreamOptions = {
  fetch: globalThis.fetch,
  now: () => performance.now(),
  connect: () => Promise.resolve(),
};
const patient: Timeouts = { connectMs: 5000, firstByteMs: 5000, idleMs: 5000, totalMs: 5000 };

/** A TCP server that hands every connection, with what the client sent first, to `onRequest`. */
async function rawServer(onRequest: (socket: Socket, count: number) => void): Promise<string> {
  let count = 0;
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", () => onRequest(socket, ++count));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}/v1/x`;
}

function call(
  url: string,
  timeouts: Timeouts = patient,
  signal = new AbortController().signal,
): Promise<UpstreamAnswer> {
  const body = new TextEncoder().encode("{}");
  return callUpstream(
    { provider: "p", url, headers: { "x-api-key": "secret" }, body, timeouts, startedMs: options.now() },
    { signal, onAbort: () => undefined },
    options,
  );
}

const answerOf = (body: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const streamHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

async function failureOf(answer: UpstreamAnswer) {
  if (answer.kind === "failed") return answer.error;
  const whole = await readAll(answer.body, 1000);
  return whole.kind === "failed" ? whole.error : undefined;
}

test("an answer comes with its status, headers and bytes", async () => {
  const url = await rawServer((socket) => socket.write(answerOf('{"a":1}')));
  const answer = await call(url);
  if (answer.kind !== "answer") throw new Error(answer.error.message);
  const whole = await readAll(answer.body, 1000);
  expect(answer.status).toBe(200);
  expect(whole.kind === "body" && new TextDecoder().decode(whole.bytes)).toBe('{"a":1}');
});

test("a redirect is not followed: the key would go to the new origin", async () => {
  let stolen = false;
  const thief = await rawServer((socket) => {
    stolen = true;
    socket.end(answerOf("{}"));
  });
  const url = await rawServer((socket) =>
    socket.end(`HTTP/1.1 307 Found\r\nlocation: ${thief}\r\ncontent-length: 0\r\n\r\n`),
  );
  const answer = await call(url);
  expect(answer.kind === "answer" && answer.status).toBe(307);
  expect(stolen).toBe(false);
});

test("a pooled connection the provider had closed costs one fresh try", async () => {
  const url = await rawServer((socket, count) =>
    count === 2 ? socket.resetAndDestroy() : socket.write(answerOf("{}")),
  );
  await failureOf(await call(url));
  const second = await call(url);
  expect(second.kind === "answer" && second.status).toBe(200);
});

test("a provider that always resets is tried twice and no more", async () => {
  let connections = 0;
  const url = await rawServer((socket) => {
    connections++;
    socket.resetAndDestroy();
  });
  expect(await failureOf(await call(url))).toMatchObject({ class: "upstream-unreachable", status: 502 });
  expect(connections).toBe(2);
});

test("R40 a closed port is a connect failure that names the provider", async () => {
  expect(await failureOf(await call("http://127.0.0.1:1/v1/x"))).toMatchObject({
    status: 502,
    code: "upstream_connect_error",
    message: 'Provider "p" refused the connection.',
  });
});

test.each([
  [
    "first_byte_ms before the headers",
    { firstByteMs: 60 },
    () => undefined,
    "sent nothing within 60 ms (timeouts.first_byte_ms)",
  ],
  [
    "first_byte_ms before the first event",
    { firstByteMs: 60 },
    (socket: Socket) => {
      socket.write(streamHead);
    },
    "sent nothing within 60 ms (timeouts.first_byte_ms)",
  ],
  [
    "idle_ms between two reads",
    { idleMs: 60 },
    (socket: Socket) => {
      socket.write(`${streamHead}3\r\nabc\r\n`);
    },
    "sent nothing more within 60 ms (timeouts.idle_ms)",
  ],
  [
    "total_ms",
    { totalMs: 60 },
    (socket: Socket) => {
      socket.write(`${streamHead}3\r\nabc\r\n`);
    },
    "did not finish within 60 ms (timeouts.total_ms)",
  ],
])("a timeout is a 504 that names its setting: %s", async (_name, timeouts, respond, message) => {
  const url = await rawServer(respond);
  const error = await failureOf(await call(url, { ...patient, ...timeouts }));
  expect(error).toMatchObject({ class: "timeout", status: 504, message: `Provider "p" ${message}.` });
});

test("a connection that cannot be made in time is a 504 that names connect_ms", async () => {
  const url = await rawServer(() => undefined);
  const unconnected: UpstreamOptions = { ...options, connect: () => Promise.reject(new Error("too late")) };
  const timeouts = { ...patient, connectMs: 70 };
  const request = { provider: "p", url, headers: {}, body: new Uint8Array(), timeouts, startedMs: options.now() };
  const answer = await callUpstream(
    request,
    { signal: new AbortController().signal, onAbort: () => undefined },
    unconnected,
  );
  expect(answer.kind === "failed" && answer.error).toMatchObject({
    status: 504,
    message: 'Provider "p" did not accept a connection within 70 ms (timeouts.connect_ms).',
  });
});

test("an answer cut short is a failure, not an end", async () => {
  const url = await rawServer((socket) => socket.end(`${streamHead}3\r\nabc\r\n`));
  expect(await failureOf(await call(url))).toMatchObject({ class: "bad-upstream-answer", status: 502 });
});

test("a client that leaves closes the provider's connection within 100 ms, also while the provider stalls", async () => {
  let closed: (at: number) => void = () => undefined;
  const closedAt = new Promise<number>((resolve) => {
    closed = resolve;
  });
  const url = await rawServer((socket) => {
    socket.write(`${streamHead}3\r\nabc\r\n`);
    socket.on("close", () => closed(performance.now()));
  });
  const client = new AbortController();
  const answer = await call(url, patient, client.signal);
  if (answer.kind !== "answer") throw new Error(answer.error.message);
  await answer.body.read();
  const pending = answer.body.read();
  const leftAt = performance.now();
  client.abort();
  expect((await closedAt) - leftAt).toBeLessThan(100);
  expect((await pending).kind).toBe("failed");
});

test("a read that waits can be asked for again and loses nothing", async () => {
  const url = await rawServer((socket) => {
    socket.write(`${streamHead}1\r\na\r\n`);
    setTimeout(() => socket.end("1\r\nb\r\n0\r\n\r\n"), 60);
  });
  const answer = await call(url);
  if (answer.kind !== "answer") throw new Error(answer.error.message);
  const kinds: string[] = [];
  let text = "";
  for (let read = await answer.body.read(20); read.kind !== "end"; read = await answer.body.read(20)) {
    kinds.push(read.kind);
    if (read.kind === "chunk") text += new TextDecoder().decode(read.bytes);
  }
  expect(text).toBe("ab");
  expect(kinds).toContain("waiting");
});

test("more than the limit is a failure, and the rest is not read", async () => {
  const url = await rawServer((socket) => socket.write(answerOf("x".repeat(5000))));
  const error = await failureOf(await call(url));
  expect(error?.message).toBe("The answer is larger than 1000 bytes (limits.max_response_bytes).");
});

test("a client that reads slowly is not taken for a silent provider", async () => {
  const url = await rawServer((socket) => {
    socket.write(`${streamHead}1\r\na\r\n`);
    setTimeout(() => socket.end("1\r\nb\r\n0\r\n\r\n"), 20);
  });
  const answer = await call(url, { ...patient, idleMs: 60 });
  if (answer.kind !== "answer") throw new Error(answer.error.message);
  expect((await answer.body.read()).kind).toBe("chunk");
  await Bun.sleep(150);
  expect((await answer.body.read()).kind).toBe("chunk");
});

test("R38 calls one after the other share one connection", async () => {
  const sockets = new Set<Socket>();
  const url = await rawServer((socket) => {
    sockets.add(socket);
    socket.write(answerOf("{}"));
  });
  for (let count = 0; count < 5; count++) await failureOf(await call(url));
  expect(sockets.size).toBe(1);
});

test("what an attempt took before counts towards its whole time", async () => {
  const url = await rawServer(() => undefined);
  const request = {
    provider: "p",
    url,
    headers: {},
    body: new Uint8Array(),
    timeouts: { ...patient, totalMs: 60_000 },
  };
  const started = options.now();
  const answer = await callUpstream(
    { ...request, startedMs: started - 59_950 },
    { signal: new AbortController().signal, onAbort: () => undefined },
    options,
  );
  expect(answer.kind === "failed" && answer.error).toMatchObject({
    status: 504,
    message: 'Provider "p" did not finish within 60000 ms (timeouts.total_ms).',
  });
  expect(options.now() - started).toBeLessThan(4000);
});
