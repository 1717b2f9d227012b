import { afterEach, expect, test } from "bun:test";
import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { createServer as createTcpServer } from "node:net";
import { createGrpcExporter, type GrpcExporterOptions } from "../../runtime/telemetry/grpc-exporter.ts";

type Headers = Readonly<Record<string, string | number>>;
/** What a server says to the n-th call, from 1. */
type Reply = (stream: ServerHttp2Stream, call: number) => void;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A server of any method that notes what came. */
async function start(reply: Reply) {
  const calls: Readonly<{ headers: IncomingHttpHeaders; body: Buffer }>[] = [];
  const sessions: ServerHttp2Session[] = [];
  const server: Http2Server = createServer();
  server.on("session", (session) => sessions.push(session));
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const chunks: Buffer[] = [];
    stream.on("error", () => undefined);
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("end", () => {
      calls.push({ headers: { ...headers }, body: Buffer.concat(chunks) });
      reply(stream, calls.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    calls,
    sessions: () => sessions.length,
    drop: () => sessions.at(-1)?.destroy(),
  };
}

/** An answer as gRPC servers give it: a message, then the status. */
const trailing =
  (status: string, message?: string): Reply =>
  (stream) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () =>
      stream.sendTrailers({ "grpc-status": status, ...(message === undefined ? {} : { "grpc-message": message }) }),
    );
    stream.end(Buffer.from([0, 0, 0, 0, 0]));
  };

/** A status and nothing else. */
const atOnce =
  (headers: Headers): Reply =>
  (stream) => {
    stream.respond({ ":status": 200, ...headers }, { endStream: true });
  };

const text = { serializeRequest: (items: string) => new TextEncoder().encode(items) };

function exporterTo(port: number, options: Partial<GrpcExporterOptions> = {}) {
  const exporter = createGrpcExporter(text, {
    url: `http://127.0.0.1:${port}`,
    path: "/some.Service/Export",
    headers: { "x-key": "secret" },
    timeoutMs: 2000,
    backoffMs: 1,
    ...options,
  });
  ends.push(() => void exporter.shutdown());
  const send = (items: string) =>
    new Promise<string>((resolve) => exporter.export(items, ({ error }) => resolve(error?.message ?? "sent")));
  return { exporter, send };
}

test("R41 a call is a framed message, and its status is read behind the answer", async () => {
  const server = await start(trailing("0"));
  const { send } = exporterTo(server.port);
  expect(await send("hello")).toBe("sent");
  const [call] = server.calls;
  expect(call?.body).toEqual(Buffer.from("\0\0\0\0\x05hello"));
  expect(call?.headers).toMatchObject({
    ":method": "POST",
    ":path": "/some.Service/Export",
    "content-type": "application/grpc",
    te: "trailers",
    "grpc-timeout": "2000m",
    "x-key": "secret",
  });
});

test("calls share one connection, and a lost one is opened anew", async () => {
  const server = await start(trailing("0"));
  const { send } = exporterTo(server.port);
  expect(await send("1")).toBe("sent");
  expect(await send("2")).toBe("sent");
  expect(server.sessions()).toBe(1);
  server.drop();
  await Bun.sleep(20);
  expect(await send("3")).toBe("sent");
  expect(server.sessions()).toBe(2);
});

const outcomes: readonly (readonly [name: string, reply: Reply, calls: number, outcome: string])[] = [
  ["a refusal is final", trailing("16", "no%20key"), 1, "gRPC status 16: no key"],
  ["a refusal at once is, too", atOnce({ "grpc-status": "3" }), 1, "gRPC status 3"],
  ["what is unavailable is asked four times", trailing("14"), 4, "gRPC status 14"],
  ["a full server without a time to come back is left alone", trailing("8"), 1, "gRPC status 8"],
  ["a proxy's page is no answer", atOnce({ ":status": 404 }), 1, "HTTP status 404"],
  ["a proxy without a server behind it may get one", atOnce({ ":status": 503 }), 4, "HTTP status 503"],
  ["no status is no success", atOnce({}), 4, "it broke off"],
];

test.each(outcomes)("%s", async (_, reply, calls, outcome) => {
  const server = await start(reply);
  expect(await exporterTo(server.port).send("x")).toBe(outcome);
  expect(server.calls.length).toBe(calls);
});

test("it goes on once the server does", async () => {
  const server = await start((stream, call) => trailing(call < 3 ? "14" : "0")(stream, call));
  expect(await exporterTo(server.port).send("x")).toBe("sent");
  expect(server.calls.length).toBe(3);
});

test("a server that never answers is given up after the time-out, and its connection with it", async () => {
  const server = await start((stream, call) => (call === 1 ? undefined : trailing("0")(stream, call)));
  const { send } = exporterTo(server.port, { timeoutMs: 100 });
  expect(await send("1")).toBe("no answer within 100 ms");
  expect(await send("2")).toBe("sent");
  expect(server.sessions()).toBe(2);
});

test("a port that takes connections and speaks no HTTP/2, and one where nobody listens", async () => {
  const silent = createTcpServer(() => undefined).listen(0, "127.0.0.1");
  ends.push(() => silent.close());
  await new Promise((resolve) => silent.once("listening", resolve));
  const address = silent.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  expect(await exporterTo(port, { timeoutMs: 100 }).send("x")).toBe("no answer within 100 ms");
  expect(await exporterTo(1, { timeoutMs: 500 }).send("x")).not.toBe("sent");
});

test("shutdown waits for what is on its way", async () => {
  const server = await start((stream, call) => void setTimeout(() => trailing("0")(stream, call), 50));
  const { exporter, send } = exporterTo(server.port);
  let outcome: string | undefined;
  void send("x").then((sent) => {
    outcome = sent;
  });
  await exporter.shutdown();
  expect(outcome).toBe("sent");
});
