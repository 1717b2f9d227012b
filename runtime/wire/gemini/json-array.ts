/**
 * A stream without `alt=sse`: one JSON array, an element for every event, that is valid once it has ended. Takes the same
 * stream as server-sent events, cut anywhere.
 */
export type JsonArrayFraming = Readonly<{ push(bytes: Uint8Array): Uint8Array; end(): Uint8Array }>;

const encoder = new TextEncoder();
const lineEnd = /\r\n|\r|\n/;

export function jsonArrayFraming(): JsonArrayFraming {
  const utf8 = new TextDecoder();
  let pending = "";
  let elements = 0;

  function element(line: string): string {
    if (!line.startsWith("data:")) return "";
    const data = line.slice("data:".length).trim();
    // What keeps a quiet stream open is white space here.
    if (data === "" || data === "{}") return " ";
    elements += 1;
    return (elements === 1 ? "[" : ",\r\n") + data;
  }

  function take(text: string, isEnd: boolean): string {
    pending += text;
    const lines = pending.split(lineEnd);
    // A carriage return at the very end may be half of a line end.
    pending = isEnd ? "" : (lines.pop() ?? "");
    return lines.map(element).join("");
  }

  return {
    push: (bytes) => encoder.encode(take(utf8.decode(bytes, { stream: true }), false)),
    end() {
      const rest = take(utf8.decode(), true);
      return encoder.encode(`${rest}${elements === 0 ? "[" : ""}]`);
    },
  };
}
