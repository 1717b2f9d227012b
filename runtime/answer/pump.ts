import { drain, lateFramesMs } from "../server/drain.ts";
import type { BodyRead, UpstreamBody } from "../upstream/upstream.ts";
import type { Relay } from "./relay.ts";

export type PumpOptions = Readonly<{
  /** Client bytes that are ready before anything else is read. */
  head: readonly Uint8Array[];
  body: UpstreamBody;
  relay: Relay;
  /** The client format's keep-alive frame, sent when nothing came for `keepAliveMs`. */
  keepAlive: Uint8Array;
  keepAliveMs: number;
  /** How long a client may take no bytes before it counts as gone; 0 waits for ever. */
  stalledClientMs: number;
  /** Runs once, when the stream is over for whatever reason. */
  onEnd: (how: "finished" | "failed" | "client-gone") => void;
  /** Called after `onEnd` of a stream that is whole: what is still to be said behind its terminator. */
  trailer?: () => Uint8Array;
}>;

/**
 * The rest of a streamed answer as a pull-based body: the client's reading speed sets the upstream's, and a client
 * that leaves closes the upstream's connection. Never rejects; a broken upstream ends in an error frame.
 */
export function pump(options: PumpOptions): ReadableStream<Uint8Array> {
  const { body, relay } = options;
  const head = [...options.head];
  let over = false;
  let stalled: ReturnType<typeof setTimeout> | undefined;

  function finish(how: "finished" | "failed" | "client-gone"): void {
    if (over) return;
    over = true;
    clearTimeout(stalled);
    if (how === "finished" && !relay.cutShort()) void drain(body);
    else body.cancel();
    options.onEnd(how);
  }

  async function step(controller: ReadableStreamDefaultController<Uint8Array>): Promise<boolean> {
    const ready = head.shift();
    if (ready !== undefined) return deliver(controller, ready);
    if (!relay.ended()) {
      const read = await body.read(relay.stopped() ? lateFramesMs : options.keepAliveMs);
      if (over) return true;
      const out = relayed(read);
      const goesOn = read.kind === "chunk" || (read.kind === "waiting" && !relay.stopped());
      if (goesOn && !relay.ended()) return deliver(controller, out);
      if (out.length > 0) controller.enqueue(out);
    }
    const isWhole = relay.error() === undefined;
    finish(isWhole ? "finished" : "failed");
    const trailer = isWhole ? options.trailer?.() : undefined;
    if (trailer !== undefined && trailer.length > 0) controller.enqueue(trailer);
    controller.close();
    return true;
  }

  function relayed(read: BodyRead): Uint8Array {
    switch (read.kind) {
      case "chunk":
        return relay.push(read.bytes);
      case "waiting":
        return relay.stopped() ? relay.end() : options.keepAlive;
      case "end":
        return relay.end();
      case "failed":
        // A connection that breaks after the answer was whole took nothing from the client.
        return relay.stopped() ? relay.end() : relay.fail(read.error);
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        clearTimeout(stalled);
        while (!(await step(controller)));
        if (over || options.stalledClientMs === 0) return;
        stalled = setTimeout(() => {
          finish("client-gone");
          controller.error(new Error("The client stopped reading."));
        }, options.stalledClientMs);
      },
      cancel: () => finish("client-gone"),
    },
    { highWaterMark: 0 },
  );
}

function deliver(controller: ReadableStreamDefaultController<Uint8Array>, bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  controller.enqueue(bytes);
  return true;
}
