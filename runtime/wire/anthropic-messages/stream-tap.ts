import type { WireError } from "../canonical.ts";
import type { AnswerMap, StreamTap } from "../codec.ts";
import { isObject, objectOf, parseJson, stringOf } from "../json.ts";
import { encodeSse, type SseEvent } from "../sse.ts";
import { decodeErrorBody } from "./error.ts";
import { usageTally } from "./usage.ts";

/** Official clients throw without it, though `message_delta` has said all there is to say. */
const messageStop = encodeSse({ event: "message_stop", data: '{"type":"message_stop"}' });

/** The `type` of a frame whose `event:` line a server left out; the API writes it first. */
const leadingType = /^\s*\{\s*"type"\s*:\s*"([a-z_]+)"/;

/**
 * Watches a stream that is forwarded as it is. Most frames are deltas, so the event's name decides, and only the first
 * and last frames, errors, and block starts before the first delta are parsed.
 */
export function streamTap(answer?: AnswerMap): StreamTap {
  const usage = usageTally(answer?.inclusiveUsage);
  let stopReason: string | undefined;
  let id: string | undefined;
  let model: string | undefined;
  let isSaid = false;
  let isStopped = false;
  let isCommitted = false;
  let failure: WireError | undefined;

  return {
    push(event) {
      const type = event.event ?? leadingType.exec(event.data)?.[1];
      if (type === "error" || event.data.includes('"error":')) failure ??= errorIn(event, type);
      switch (type) {
        case "message_start": {
          const message = objectOf(parse(event)?.["message"]);
          usage.read(message?.["usage"]);
          id = stringOf(message?.["id"]);
          model = stringOf(message?.["model"]);
          break;
        }
        case "content_block_start":
          isSaid ||= startsContent(event);
          isCommitted ||= isSaid;
          break;
        case "content_block_delta":
          isSaid = true;
          isCommitted = true;
          break;
        case "message_delta": {
          const json = parse(event);
          usage.read(json?.["usage"]);
          stopReason ??= stringOf(objectOf(json?.["delta"])?.["stop_reason"]);
          isCommitted = true;
          break;
        }
        case "message_stop":
          isStopped = true;
          isCommitted = true;
          break;
        default:
          break;
      }
    },
    complete: () => failure === undefined && (isStopped || stopReason !== undefined),
    missingEnd: () => (isStopped ? "" : messageStop),
    usage: () => usage.current(),
    said: () => ({ id, model, stop: stopReason }),
    error: () => failure,
    committed: () => isCommitted,
    empty: () => stopReason === "end_turn" && !isSaid,
  };
}

function parse(event: SseEvent) {
  return objectOf(parseJson(event.data));
}

/** The substring also occurs inside answers, so the frame itself has the last word. */
function errorIn(event: SseEvent, type: string | undefined): WireError | undefined {
  const json = parseJson(event.data);
  const isError = type === "error" || (isObject(json) && Boolean(json["error"]));
  return isError ? decodeErrorBody(undefined, json ?? event.data) : undefined;
}

/** An empty text or thinking block promises nothing yet; every other block is content by itself. */
function startsContent(event: SseEvent): boolean {
  const block = objectOf(parse(event)?.["content_block"]);
  return !(block?.["type"] === "text" && !block["text"]) && !(block?.["type"] === "thinking" && !block["thinking"]);
}
