import type { Socket } from "node:net";
import type { HttpRequest } from "./http-request.ts";
import { perform } from "./perform.ts";
import { requestReader } from "./request-reader.ts";
import type { Answer, Reuse } from "./step.ts";

/** Answers one request. `gone` aborts when the client closes the connection before the answer is complete. */
export type Handler = (request: HttpRequest, gone: AbortSignal) => Promise<Answer>;

/** Serves requests of one connection, one after the other, until either side closes it. Never throws. */
export function serveConnection(socket: Socket, handler: Handler): void {
  const read = requestReader();
  const gone = new AbortController();
  let queue: Promise<void> = Promise.resolve();
  let reuse: Reuse = "serve";

  async function answer(request: HttpRequest): Promise<void> {
    if (reuse === "silent") return;
    if (reuse === "reset") {
      socket.resetAndDestroy();
      return;
    }
    const { steps, reuse: later } = await handler(request, gone.signal);
    const open = await perform(steps, socket, gone.signal);
    reuse = later;
    if (open && request.headers["connection"]?.toLowerCase() === "close") socket.end();
  }

  /** A client that left is no failure; anything else is a mistake in here and must be seen. */
  function fail(error: unknown): void {
    if (!gone.signal.aborted) console.error("simulator:", error);
    socket.destroy();
  }

  socket.setNoDelay(true);
  socket.on("error", () => gone.abort());
  socket.on("close", () => gone.abort());
  socket.on("data", (bytes: Buffer) => {
    try {
      for (const request of read(bytes)) queue = queue.then(() => answer(request)).catch(fail);
    } catch (error) {
      socket.end(`HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${error}\n`);
    }
  });
}
