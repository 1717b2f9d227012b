import { connect, type Socket } from "node:net";

/** What one connection saw. */
export type RawExchange = Readonly<{
  /** Everything received, one character per byte. */
  received: string;
  /** How often bytes arrived. */
  reads: number;
  /** How it ended; `open` when nothing ended it within the time given. */
  end: "closed" | "reset" | "open";
  /** Until the first byte, in milliseconds; undefined when none came. */
  firstByteMs: number | undefined;
}>;

/** Sends requests one after the other on one connection, each after the answer to the last has been quiet for `quietMs`. */
export async function rawExchange(port: number, requests: readonly string[], quietMs = 60): Promise<RawExchange> {
  const socket = connect({ port, host: "127.0.0.1" });
  const seen = watch(socket);
  for (const request of requests) {
    if (seen.state().end !== "open") break;
    socket.write(request);
    await seen.quiet(quietMs);
  }
  socket.destroy();
  return seen.state();
}

/** An HTTP/1.1 request with a JSON body. */
export function rawRequest(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): string {
  const text = JSON.stringify(body);
  const lines = Object.entries({
    host: "simulator",
    authorization: "Bearer key",
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(text)),
    ...headers,
  });
  return `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${text}`;
}

/** The body of a chunked answer, chunk by chunk, as far as it came. */
export function chunksOf(received: string): readonly string[] {
  const chunks: string[] = [];
  let rest = received.slice(received.indexOf("\r\n\r\n") + 4);
  for (;;) {
    const size = Number.parseInt(rest, 16);
    if (!(size > 0)) return chunks;
    const start = rest.indexOf("\r\n") + 2;
    chunks.push(rest.slice(start, start + size));
    rest = rest.slice(start + size + 2);
  }
}

function watch(socket: Socket): Readonly<{ state(): RawExchange; quiet(ms: number): Promise<void> }> {
  const startMs = performance.now();
  let received = "";
  let reads = 0;
  let end: RawExchange["end"] = "open";
  let firstByteMs: number | undefined;
  let lastMs = startMs;
  socket.on("data", (bytes: Buffer) => {
    firstByteMs ??= performance.now() - startMs;
    lastMs = performance.now();
    received += bytes.toString("latin1");
    reads += 1;
  });
  socket.on("end", () => {
    if (end === "open") end = "closed";
  });
  socket.on("error", () => {
    end = "reset";
  });
  return {
    state: () => ({ received, reads, end, firstByteMs }),
    quiet: async (ms) => {
      lastMs = performance.now();
      while (end === "open" && performance.now() - lastMs < ms) await Bun.sleep(5);
    },
  };
}
