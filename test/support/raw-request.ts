import { connect, type Socket } from "node:net";

export type RawAnswer = Readonly<{ status: number; head: string; body: string }>;

/**
 * Sends bytes on a fresh TCP connection and reads until the server closes: for requests no HTTP client would send, and
 * for more requests at once than one process's fetch can have. Rejects after `timeoutMs`.
 */
export function rawRequest(url: string, request: string | Uint8Array, timeoutMs = 10_000): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { socket, received } = rawSocket(url, request);
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`no complete answer in ${timeoutMs} ms; got ${JSON.stringify(received().slice(0, 300))}`));
    }, timeoutMs);
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(parseAnswer(received()));
    });
  });
}

/** An open connection on which `request` was sent; `received` is all that came so far. */
export function rawSocket(
  url: string,
  request: string | Uint8Array,
): Readonly<{ socket: Socket; received: () => string }> {
  const { hostname, port } = new URL(url);
  const chunks: Uint8Array[] = [];
  const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(request));
  socket.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  // A reset is an end like any other here; what came before it is what tests look at.
  socket.on("error", () => undefined);
  return { socket, received: () => Buffer.concat(chunks).toString("utf8") };
}

/** A POST with a JSON body that asks the server to close afterwards. */
export function postText(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const all = {
    host: "127.0.0.1",
    connection: "close",
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(text)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${text}`;
}

function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const head = end === -1 ? text : text.slice(0, end);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    head,
    body: end === -1 ? "" : text.slice(end + 4),
  };
}
