import type { WireError } from "../canonical.ts";
import type { StreamTap } from "../codec.ts";
import { isObject, objectOf, parseJson } from "../json.ts";
import type { SseEvent } from "../sse.ts";
import { decodeErrorBody } from "./error.ts";
import { usageTally } from "./usage.ts";

/** The `type` of a frame whose `event:` line a server left out; the API writes it first. */
const leadingType = /^\s*\{\s*"type"\s*:\s*"([a-z_]+)"/;

/**
 * Watches a stream that is forwarded as it is. Most frames are deltas, so the event's name decides, and only the first
 * and last frames, errors, and block starts before the first delta are parsed.
 */
export function streamTap(): StreamTap {
  const usage = usageTally();
  let isComplete = false;
  let isCommitted = false;
  let failure: WireError | undefined;

  return {
    push(event) {
      const type = event.event ?? leadingType.exec(event.data)?.[1];
      if (type === "error" || event.data.includes('"error":')) failure ??= errorIn(event, type);
      switch (type) {
        case "message_start":
          usage.read(objectOf(parse(event)?.["message"])?.["usage"]);
          break;
        case "content_block_start":
          isCommitted ||= startsContent(event);
          break;
        case "content_block_delta":
          isCommitted = true;
          break;
        case "message_delta":
          usage.read(parse(event)?.["usage"]);
          isCommitted = true;
          break;
        case "message_stop":
          isComplete = true;
          isCommitted = true;
          break;
        default:
          break;
      }
    },
    complete: () => isComplete,
    usage: () => usage.current(),
    error: () => failure,
    committed: () => isCommitted,
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
