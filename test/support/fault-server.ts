import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** Somewhere an upstream could be. */
export type Address = Readonly<{
  url: string;
  /** Requests that got there; absent where none can. */
  hits?(): number;
  stop(): void;
}>;

/** What a fault server does with its `nth` POST (from 1) once it is read as far as asked. */
export type FaultBehaviour = (socket: Socket, nth: number) => void;

export type FaultServer = Address &
  Readonly<{
    /** POSTs so far. */
    hits(): number;
    /** Open connections. */
    connections(): number;
  }>;

export type FaultServerOptions = Readonly<{
  tls?: Readonly<{ key: string; cert: string }>;
  /** Behave as soon as the head is in, and read nothing more. */
  ignoreBody?: boolean;
}>;

/** A server that speaks bytes: for what the simulator cannot say. GET (health probes) gets a 404. */
export async function startFaultServer(
  behave: FaultBehaviour,
  { tls, ignoreBody = false }: FaultServerOptions = {},
): Promise<FaultServer> {
  const sockets = new Set<Socket>();
  let hits = 0;
  function accept(socket: Socket): void {
    sockets.add(socket);
    let received = "";
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Uint8Array) => {
      received += Buffer.from(chunk).toString("latin1");
      const end = requestEnd(received, ignoreBody);
      if (end === undefined) return;
      const isPost = received.startsWith("POST ");
      received = received.slice(end);
      if (!isPost) return void socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
      if (ignoreBody) socket.pause();
      hits += 1;
      behave(socket, hits);
    });
  }
  const server: Server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
  const port = await listening(server);
  return {
    url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    hits: () => hits,
    connections: () => sockets.size,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Where the first request ends; undefined while it is not whole. */
function requestEnd(received: string, headOnly: boolean): number | undefined {
  const head = received.indexOf("\r\n\r\n");
  if (head === -1) return undefined;
  const length = headOnly ? 0 : Number(/content-length: *(\d+)/i.exec(received.slice(0, head))?.[1] ?? 0);
  const end = head + 4 + length;
  return headOnly ? received.length : received.length >= end ? end : undefined;
}

/** An address where nobody listens. */
export async function closedPort(): Promise<Address> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return { url: `http://127.0.0.1:${port}`, stop: () => undefined };
}

const fillMs = 300;
const maxFillers = 1000;

/**
 * An address that takes no connection and refuses none: its process is stopped and its queue of connections full, so
 * that Linux drops further handshakes without a word.
 */
export async function blackHole(): Promise<Address> {
  const listener =
    'require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, function () { console.log(this.address().port) })';
  const stopped = Bun.spawn([process.execPath, "-e", listener], { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const { value } = await stopped.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value));
  stopped.kill("SIGSTOP");
  const fillers: Socket[] = [];
  while (fillers.length < maxFillers && (await connects(port, fillers)));
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      for (const filler of fillers) filler.destroy();
      stopped.kill("SIGKILL");
    },
  };
}

function connects(port: number, fillers: Socket[]): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    fillers.push(socket);
    socket.once("connect", () => resolve(true));
    socket.on("error", () => resolve(false));
    setTimeout(() => resolve(false), fillMs);
  });
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
