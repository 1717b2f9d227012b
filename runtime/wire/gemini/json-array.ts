import { parseJson } from "../json.ts";
import { sseDecoder } from "../sse.ts";
import { keepAlive } from "./stream-writer.ts";

/**
 * A stream without `alt=sse`: one JSON array with an element for every event. Takes the same stream as server-sent events,
 * cut anywhere. Between two elements stands what Google's servers write there, a comma and CRLF.
 */
export type JsonArrayFraming = Readonly<{
  push(bytes: Uint8Array): Uint8Array;
  /** The stream is over, however it ended: what is still missing for the array to be one. */
  end(): Uint8Array;
}>;

const encoder = new TextEncoder();
const quiet = keepAlive.slice("data:".length).trim();

export function jsonArrayFraming(): JsonArrayFraming {
  const decoder = sseDecoder();
  let isOpen = false;

  /** What keeps a quiet stream open is white space here, and so is what would spoil the array. */
  function element(data: string): string {
    if (data === quiet || parseJson(data) === undefined) return " ";
    const before = isOpen ? ",\r\n" : "[";
    isOpen = true;
    return before + data;
  }

  return {
    push(bytes) {
      const elements = decoder.push(bytes).map(({ data }) => element(data));
      return encoder.encode(elements.join(""));
    },
    end() {
      const elements = decoder.end().map(({ data }) => element(data));
      return encoder.encode(`${elements.join("")}${isOpen ? "" : "["}]`);
    },
  };
}
