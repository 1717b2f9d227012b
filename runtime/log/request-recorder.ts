import type { FinishedRequest } from "../request/finished-request.ts";
import { wireNames } from "../request/reply-headers.ts";
import { traceJson } from "../store/trace-json.ts";
import { traceRow } from "../store/trace-row.ts";
import type { UpstreamBody } from "../upstream/upstream.ts";
import type { AnswerMap, UpstreamCodec } from "../wire/codec.ts";
import { openRotatingFile, type Rotation } from "./rotating-file.ts";
import { tokensIn } from "./tokens-in.ts";

/** One attempt at an upstream, as both of its lines in the log file name it. */
export type RecordedCall = Readonly<{
  /** The client request's, as its answer says. */
  requestId: string;
  provider: string;
  model: string;
  /** From 1. */
  attempt: number;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  stream: boolean;
  /** The request may not be kept: its bodies stay out. */
  isPrivate: boolean;
  /** Further headers that hold secrets, by lower-case name. */
  secretHeaders?: readonly string[];
  codec: UpstreamCodec;
  /** How the codec reads its answer. */
  answer: AnswerMap;
}>;

/** What the upstream began to answer, or why it did not. */
type RecordedAnswer =
  | Readonly<{ kind: "answer"; status: number; headers: Headers; body: UpstreamBody }>
  | Readonly<{ kind: "failed"; message: string }>;

/** Writes whole requests and answers to a file, one JSON object a line: an operator's explicit wish, never the default. */
export type RequestRecorder = Readonly<{
  request(call: RecordedCall): void;
  /** The body to read instead: when it is over, its line is written. */
  answer(call: RecordedCall, answer: RecordedAnswer, startedMs: number): UpstreamBody | undefined;
  /** A client's request that is over, as its trace: what rules could ask about it, who served it, what it cost. */
  finished(request: FinishedRequest): void;
  /** Resolves when everything is in the file. */
  close(): Promise<void>;
}>;

/** Longer bodies are cut here; a stream of hours must not fill the memory. */
const maxBodyBytes = 8 * 1024 * 1024;
/** What is shown of a credential. */
const shownOfKey = 10;
const secretHeaders: ReadonlySet<string> = new Set(["authorization", "x-api-key", "api-key", "x-goog-api-key"]);

/** Where it is written. */
type LogFile = Readonly<{ path: string }> & Rotation;

/** Appends to the file, in the background; `warn` is told once of a file that cannot be written. */
export function createRequestRecorder(
  { path, ...rotation }: LogFile,
  clock: Readonly<{ epochMs: () => number; now: () => number }>,
  warn: (message: string) => void,
): RequestRecorder {
  const file = openRotatingFile(path, rotation, warn);
  const write = (line: object) =>
    file.write(JSON.stringify({ timestamp: new Date(clock.epochMs()).toISOString(), ...line }));

  function answered(
    call: RecordedCall,
    said: Readonly<{ status: number | null; headers: object; bytes: Uint8Array; error: string | null }>,
    startedMs: number,
  ): void {
    const text = new TextDecoder().decode(said.bytes);
    write({
      ...common(call, "response"),
      headers: said.headers,
      body: call.isPrivate ? null : text,
      status_code: said.status,
      duration_seconds: (clock.now() - startedMs) / 1000,
      token_count: said.status === 200 ? tokensIn(text, call) : null,
      success: said.error === null && said.status !== null && said.status < 300,
      error: said.error,
    });
  }

  return {
    request: (call) =>
      write({
        ...common(call, "request"),
        headers: maskedHeaders(call.headers, call.secretHeaders),
        body: call.isPrivate ? null : new TextDecoder().decode(call.body.subarray(0, maxBodyBytes)),
      }),
    answer: (call, answer, startedMs) => {
      if (answer.kind === "failed") {
        answered(call, { status: null, headers: {}, bytes: new Uint8Array(0), error: answer.message }, startedMs);
        return undefined;
      }
      const headers = maskedHeaders(Object.fromEntries(answer.headers));
      return recorded(answer.body, (bytes, error) =>
        answered(call, { status: answer.status, headers, bytes, error }, startedMs),
      );
    },
    finished: (request) =>
      write({
        direction: "finished",
        request_id: request.requestId,
        trace: traceJson({ ...traceRow(request), seq: 0 }),
      }),
    close: file.close,
  };
}

function common(call: RecordedCall, direction: "request" | "response"): object {
  return {
    direction,
    request_id: call.requestId,
    provider: call.provider,
    model: call.model,
    attempt_number: call.attempt,
    method: "POST",
    path: call.path,
    wire_format: wireNames[call.codec.format],
    is_streaming: call.stream,
  };
}

function maskedHeaders(
  headers: Readonly<Record<string, string>>,
  further: readonly string[] = [],
): Record<string, string> {
  const masked = Object.entries(headers).map(([name, value]) =>
    secretHeaders.has(name) || further.includes(name)
      ? [name, `${value.slice(0, shownOfKey)}…[redacted]`]
      : [name, value],
  );
  return Object.fromEntries(masked);
}

/** The same body; `over` is told once what came through it, and what broke it. */
function recorded(body: UpstreamBody, over: (bytes: Uint8Array, error: string | null) => void): UpstreamBody {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isOver = false;

  function end(error: string | null): void {
    if (isOver) return;
    isOver = true;
    over(Buffer.concat(chunks), error);
  }

  return {
    read: async (maxWaitMs) => {
      const read = await body.read(maxWaitMs);
      if (read.kind === "chunk" && size < maxBodyBytes) {
        const kept = read.bytes.subarray(0, maxBodyBytes - size);
        chunks.push(kept.slice());
        size += kept.length;
      }
      if (read.kind === "end") end(null);
      if (read.kind === "failed") end(read.error.message);
      return read;
    },
    cancel: () => {
      end("cancelled by the gateway");
      body.cancel();
    },
  };
}
