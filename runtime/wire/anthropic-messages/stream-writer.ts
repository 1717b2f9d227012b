import type { Stop, Usage, WireError } from "../canonical.ts";
import type { ReplyContext, StreamWriter } from "../codec.ts";
import { contentWriter } from "./content-writer.ts";
import { streamError } from "./error.ts";
import { frame } from "./frame.ts";
import { messageEnvelope } from "./reply-blocks.ts";
import { encodeStop } from "./stop.ts";
import { encodeMessageUsage, encodeUsage } from "./usage.ts";
import { asksForSearch } from "./web-search.ts";

/**
 * Canonical events as a Messages stream: one `message_start`, the blocks one after another, one `message_delta` with the
 * final counts, `message_stop`. Events and their order: @anthropic-ai/sdk 1.11 types.
 */
export function streamWriter(context: ReplyContext): StreamWriter {
  const content = contentWriter(context.requestId, asksForSearch(context.request));
  let state: "waiting" | "started" | "ended" = "waiting";
  let usage: Usage | undefined;
  let stop: Stop = { reason: "end" };

  function start(): string {
    if (state !== "waiting") return "";
    state = "started";
    const nothingYet = { stop_reason: null, stop_sequence: null, stop_details: null, container: null };
    const message = {
      ...messageEnvelope(context.requestId, context.model, []),
      ...nothingYet,
      usage: encodeMessageUsage(usage, 0, null),
    };
    return frame({ type: "message_start", message });
  }

  function fail(error: WireError): string {
    state = "ended";
    return streamError(error, context.requestId);
  }

  function finish(): string {
    const isWhole = content.finish(stop);
    const blocks = content.drain();
    if (!isWhole) return blocks + fail(brokenArguments);
    state = "ended";
    const delta = encodeStop(stop, content.hasCalls());
    const last = frame({ type: "message_delta", delta, usage: encodeUsage(usage, content.searches()) });
    return blocks + last + frame({ type: "message_stop" });
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
          return frame({ type: "ping" });
        case "error":
          return fail(event.error);
        case "end":
          return start() + finish();
        default: {
          const isWhole = content.push(event);
          return start() + content.drain() + (isWhole ? "" : fail(brokenArguments));
        }
      }
    },
  };
}

const brokenArguments: WireError = {
  class: "bad-upstream-answer",
  status: 502,
  message: "The model ended a tool call whose arguments are not valid JSON.",
  code: "upstream_invalid_response",
};
