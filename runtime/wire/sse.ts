import { createParser, type EventSourceMessage } from "eventsource-parser";
import { parseJson } from "./json.ts";

/** One server-sent event, as dispatched by the WHATWG rules: `data` lines joined with a line feed. */
export type SseEvent = Readonly<{ event: string | undefined; data: string }>;

/** Bytes in, events out. One per stream. */
export type SseDecoder = Readonly<{
  /** Any slice of the stream, cut anywhere. Throws FrameTooLong, also on every later call. */
  push(chunk: Uint8Array): readonly SseEvent[];
  /** The stream ended. An event without its closing blank line counts only if its data is whole. */
  end(): readonly SseEvent[];
}>;

export class FrameTooLong extends Error {
  override readonly name = "FrameTooLong";
  constructor(maxFrameChars: number) {
    super(`a server-sent event is longer than ${maxFrameChars} characters`);
  }
}

const defaultMaxFrameChars = 32 * 1024 * 1024;
/** The parser's own limit counts the unfinished line with its `data: ` prefix; this keeps ours the one that decides. */
const linePrefixSlack = 16;

/**
 * Framing by WHATWG HTML 9.2.6: one leading BOM, LF, CR and CRLF line ends also when split over chunks, comments and
 * unknown fields ignored, several data lines joined. `maxFrameChars` limits the data of one event (UTF-16 units).
 */
export function sseDecoder(maxFrameChars: number = defaultMaxFrameChars): SseDecoder {
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
  let events: SseEvent[] = [];
  let failure: FrameTooLong | undefined;
  const parser = createParser({
    maxBufferSize: maxFrameChars + linePrefixSlack,
    onEvent(message: EventSourceMessage) {
      if (failure !== undefined) return;
      if (message.data.length > maxFrameChars) failure = new FrameTooLong(maxFrameChars);
      else events.push({ event: message.event, data: message.data });
    },
    onError(error) {
      if (error.type === "max-buffer-size-exceeded") failure ??= new FrameTooLong(maxFrameChars);
    },
  });

  function feed(text: string): readonly SseEvent[] {
    if (failure !== undefined) throw failure;
    if (text !== "") parser.feed(text);
    if (failure !== undefined && events.length === 0) throw failure;
    const ready = events;
    events = [];
    return ready;
  }

  return {
    push: (chunk) => feed(utf8.decode(chunk, { stream: true })),
    end: () => feed(`${utf8.decode()}\n\n`).filter((event) => isWhole(event.data)),
  };
}

/** Text of one event. Line ends inside `data` become further data lines, as the format has no escape for them. */
export function encodeSse(event: SseEvent): string {
  const name = event.event === undefined ? "" : `event: ${event.event}\n`;
  const data = event.data.includes("\n") || event.data.includes("\r") ? event.data.split(/\r\n|\r|\n/) : [event.data];
  return `${name}data: ${data.join("\ndata: ")}\n\n`;
}

/** Whether `data` is the `[DONE]` that ends some streams; servers differ in case and trailing space. */
export function isDone(data: string): boolean {
  return data.length < 16 && data.trim().toUpperCase() === "[DONE]";
}

function isWhole(data: string): boolean {
  return isDone(data) || parseJson(data) !== undefined;
}
