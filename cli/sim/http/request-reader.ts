import type { HttpRequest } from "./http-request.ts";

type Head = Omit<HttpRequest, "body">;
type State =
  | Readonly<{ kind: "head" }>
  | Readonly<{ kind: "length"; head: Head; bytes: number }>
  | Readonly<{ kind: "chunked"; head: Head }>;

const maxHeadBytes = 256 * 1024;
const headEnd = "\r\n\r\n";

/**
 * Bytes of one connection → complete requests (RFC 9112), in order. The returned function keeps what is unfinished.
 * Throws SyntaxError on bytes that are no HTTP/1.1 request; the connection is of no use after that.
 */
export function requestReader(): (bytes: Buffer) => readonly HttpRequest[] {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let state: State = { kind: "head" };

  function next(): HttpRequest | "need-more" | "again" {
    if (state.kind === "length" && pendingBytes < state.bytes) return "need-more";
    const all = Buffer.concat(pending);
    pending = [all];
    if (state.kind === "length") return finish(state.head, all.subarray(0, state.bytes), state.bytes, all);
    if (state.kind === "chunked") {
      const body = chunkedBody(all);
      return body === undefined ? "need-more" : finish(state.head, body.bytes, body.consumed, all);
    }
    const end = all.indexOf(headEnd);
    if (end < 0) {
      if (all.length > maxHeadBytes) throw new SyntaxError("request head too large");
      return "need-more";
    }
    const head = parseHead(all.toString("latin1", 0, end));
    drop(all, end + headEnd.length);
    state = bodyState(head);
    return "again";
  }

  function finish(head: Head, body: Uint8Array, consumed: number, all: Buffer): HttpRequest {
    drop(all, consumed);
    state = { kind: "head" };
    return { ...head, body };
  }

  function drop(all: Buffer, bytes: number): void {
    pending = [all.subarray(bytes)];
    pendingBytes = all.length - bytes;
  }

  return (bytes) => {
    pending.push(bytes);
    pendingBytes += bytes.length;
    const requests: HttpRequest[] = [];
    for (let result = next(); result !== "need-more"; result = next()) {
      if (result !== "again") requests.push(result);
      if (state.kind === "head" && pendingBytes === 0) break;
    }
    return requests;
  };
}

function bodyState(head: Head): State {
  if (head.headers["transfer-encoding"] !== undefined) {
    if (head.headers["content-length"] !== undefined)
      throw new SyntaxError("both Content-Length and Transfer-Encoding");
    return { kind: "chunked", head };
  }
  const length = head.headers["content-length"] ?? "0";
  if (!/^\d+$/.test(length)) throw new SyntaxError(`bad Content-Length: ${length}`);
  return { kind: "length", head, bytes: Number(length) };
}

function parseHead(text: string): Head {
  const [requestLine = "", ...lines] = text.split("\r\n");
  const [method, target, version, ...rest] = requestLine.split(" ");
  if (!method || !target || !/^HTTP\/1\.[01]$/.test(version ?? "") || rest.length > 0) {
    throw new SyntaxError(`bad request line: ${requestLine.slice(0, 80)}`);
  }
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) throw new SyntaxError(`bad header line: ${line.slice(0, 80)}`);
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { method, target, headers };
}

/** The body of a chunked message (RFC 9112 section 7.1); undefined while its last chunk is missing. Trailers are dropped. */
function chunkedBody(all: Buffer): Readonly<{ bytes: Uint8Array; consumed: number }> | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = all.indexOf("\r\n", at);
    if (lineEnd < 0) return undefined;
    const size = all.toString("latin1", at, lineEnd).split(";")[0]?.trim() ?? "";
    if (!/^[0-9a-fA-F]+$/.test(size)) throw new SyntaxError(`bad chunk size: ${size.slice(0, 20)}`);
    const bytes = Number.parseInt(size, 16);
    at = lineEnd + 2;
    if (bytes === 0) {
      const end = all.indexOf("\r\n\r\n", lineEnd);
      return end < 0 ? undefined : { bytes: Buffer.concat(parts), consumed: end + 4 };
    }
    if (all.length < at + bytes + 2) return undefined;
    parts.push(all.subarray(at, at + bytes));
    at += bytes + 2;
  }
}
