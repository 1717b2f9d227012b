import type { Stop, Usage, WireError } from "../canonical.ts";
import type { ReplyContext, StreamWriter } from "../codec.ts";
import { encodeSse } from "../sse.ts";
import { failedError } from "./error.ts";
import type { ItemEvent } from "./item-queue.ts";
import { replyObject } from "./reply-object.ts";
import { replyOutput } from "./reply-output.ts";
import { encodeStop } from "./stop.ts";

export const keepAlive = ": keepalive\n\n";

/**
 * Canonical events as a stream of the Responses API: created, the items one after another, and the whole response at the
 * end (openai 7.55.0 `ResponseStreamEvent`). No `[DONE]` follows.
 */
export function streamWriter(context: ReplyContext): StreamWriter {
  const output = replyOutput(context);
  let state: "waiting" | "started" | "ended" = "waiting";
  let sequence = 0;
  let usage: Usage | undefined;
  let stop: Stop = { reason: "end" };

  function write({ type, ...rest }: ItemEvent): string {
    const data = JSON.stringify({ type, sequence_number: sequence, ...rest });
    sequence += 1;
    return encodeSse({ event: type, data });
  }

  function start(): string {
    if (state !== "waiting") return "";
    state = "started";
    const response = replyObject(context, { status: "in_progress", output: [] });
    return write({ type: "response.created", response }) + write({ type: "response.in_progress", response });
  }

  function fail(error: WireError): string {
    const opened = start();
    state = "ended";
    const response = replyObject(context, { status: "failed", output: output.done(), error: failedError(error) });
    return opened + write({ type: "response.failed", response });
  }

  function finish(): string {
    const opened = start();
    output.finish(stop);
    const items = output.drain().map(write).join("");
    state = "ended";
    const ending = encodeStop(stop, output.hasRefusal());
    const response = replyObject(context, { ...ending, output: output.done(), usage });
    return opened + items + write({ type: `response.${ending.status}`, response });
  }

  return {
    push(event) {
      if (state === "ended") return "";
      switch (event.kind) {
        case "start":
          return start();
        case "usage":
          usage = event.usage;
          return "";
        case "stop":
          stop = event.stop;
          return "";
        case "ping":
          return keepAlive;
        case "error":
          return fail(event.error);
        case "end":
          return finish();
        default: {
          const opened = start();
          output.push(event);
          return opened + output.drain().map(write).join("");
        }
      }
    },
  };
}
