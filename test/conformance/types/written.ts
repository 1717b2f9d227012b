import type { WireFormat } from "../../../runtime/contract.ts";
import { isDone, sseDecoder } from "../../../runtime/wire/sse.ts";
import type { Answered } from "./recorder.ts";
import type { VendorTypes } from "./wire-types.ts";

/** A piece of JSON as it was on the wire, and what it is in which vendor's API. */
export type Written = { [Format in keyof VendorTypes]: Of<Format> }[keyof VendorTypes];
type Of<Format extends keyof VendorTypes> = Readonly<{ format: Format; kind: keyof VendorTypes[Format]; json: string }>;

/** What one answer of an API consists of. */
export function writtenOf(format: WireFormat, { status, contentType, text }: Answered): readonly Written[] {
  if (contentType.startsWith("text/event-stream")) return eventsOf(format, text);
  return [{ format, kind: status === 200 ? "answer" : "error", json: text }];
}

/** The events of a stream, of which the last may be an error of the API. */
export function eventsOf(format: WireFormat, text: string): readonly Written[] {
  const decoder = sseDecoder();
  const events = [...decoder.push(new TextEncoder().encode(text)), ...decoder.end()];
  return events
    .filter(({ data }) => !isDone(data))
    .map(({ data }) => ({ format, kind: isError(JSON.parse(data)) ? "error" : "event", json: data }));
}

/** A Responses stream's error is an event like any other. */
function isError(event: Readonly<{ error?: unknown; type?: string; sequence_number?: number }>): boolean {
  return event.error !== undefined && event.sequence_number === undefined;
}
