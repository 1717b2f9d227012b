import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";

/** What came of a unary call. */
export type GrpcResult =
  | Readonly<{ kind: "ok" }>
  /** `isPassing`: the same call may do better in a moment. */
  | Readonly<{ kind: "failed"; message: string; isPassing: boolean }>;

/** A client for one method of one gRPC server, over one HTTP/2 connection that is opened when it is needed. */
export type GrpcMethod = Readonly<{
  call(message: Uint8Array, timeoutMs: number): Promise<GrpcResult>;
  close(): void;
}>;

export type GrpcMethodOptions = Readonly<{
  /** Scheme, host and port: `http` is HTTP/2 without TLS. */
  url: string;
  /** `/package.Service/Method`. */
  path: string;
  headers: Readonly<Record<string, string>>;
}>;

/** Statuses after which an exporter may try again. Source: OpenTelemetry Protocol specification, "Failures". */
const passing: ReadonlySet<number> = new Set([1, 4, 10, 11, 14, 15]);

/**
 * Unary calls as gRPC over HTTP/2 has them (grpc/doc/PROTOCOL-HTTP2.md): each message behind five bytes, the status in the
 * trailers. Answers are not read: those of an OTLP export hold nothing to act on.
 */
export function createGrpcMethod({ url, path, headers }: GrpcMethodOptions): GrpcMethod {
  let session: ClientHttp2Session | undefined;

  function open(): ClientHttp2Session {
    if (session !== undefined && !session.closed && !session.destroyed) return session;
    const opened = connect(url);
    // Its requests fail with it, and each of them tells.
    opened.on("error", () => undefined);
    opened.on("close", () => forget(opened));
    // A server that takes no more requests finishes those it has.
    opened.on("goaway", () => forget(opened));
    session = opened;
    return opened;
  }

  function forget(gone: ClientHttp2Session): void {
    if (session === gone) session = undefined;
  }

  return {
    call: (message, timeoutMs) => {
      const used = open();
      const request = used.request({
        ...headers,
        [constants.HTTP2_HEADER_METHOD]: "POST",
        [constants.HTTP2_HEADER_PATH]: path,
        "content-type": "application/grpc",
        te: "trailers",
        "grpc-timeout": `${Math.max(1, Math.floor(timeoutMs))}m`,
      });
      const result = resultOf(request, timeoutMs, () => {
        // What does not answer may be a connection that is dead and does not know it.
        forget(used);
        used.destroy();
      });
      request.end(framed(message));
      return result;
    },
    close: () => session?.close(),
  };
}

/** An uncompressed message with its length in front. */
function framed(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(5 + message.length);
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, 5);
  return frame;
}

function resultOf(request: ClientHttp2Stream, timeoutMs: number, timedOut: () => void): Promise<GrpcResult> {
  return new Promise((resolve) => {
    let status: GrpcResult | undefined;
    const timer = setTimeout(() => {
      settle({ kind: "failed", message: `no answer within ${timeoutMs} ms`, isPassing: false });
      timedOut();
    }, timeoutMs);
    timer.unref();

    function settle(result: GrpcResult): void {
      clearTimeout(timer);
      resolve(result);
    }

    request.on("response", (headers) => {
      const http = headers[":status"];
      // A call that fails at once has its status here.
      status = grpcStatus(headers);
      if (http !== 200) status = { kind: "failed", message: `HTTP status ${http}`, isPassing: (http ?? 0) >= 500 };
    });
    request.on("trailers", (trailers) => {
      status ??= grpcStatus(trailers);
    });
    request.on("error", (error) => settle({ kind: "failed", message: error.message, isPassing: true }));
    request.on("close", () => settle(status ?? { kind: "failed", message: "it broke off", isPassing: true }));
    request.resume();
  });
}

function grpcStatus(headers: Readonly<Record<string, unknown>>): GrpcResult | undefined {
  const written = headers["grpc-status"];
  if (written === undefined) return undefined;
  const code = Number(written);
  if (code === 0) return { kind: "ok" };
  const message = typeof headers["grpc-message"] === "string" ? `: ${decoded(headers["grpc-message"])}` : "";
  return { kind: "failed", message: `gRPC status ${code}${message}`, isPassing: passing.has(code) };
}

/** A status message is percent-encoded. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
