import type { HttpRequest } from "./http/http-request.ts";
import { type Json, parseJson } from "./json.ts";

/** A request the simulator has seen. The times are milliseconds since the epoch. */
export type RecordedRequest = {
  /** 1 for the first. */
  readonly number: number;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text, decoded when it came compressed. */
  readonly body: string;
  /** The body parsed anew on every read; undefined when it is not JSON. */
  readonly json: Json | undefined;
  readonly atMs: number;
  /** Status the answer was meant to have; undefined until it is decided. */
  status?: number;
  /** When the client went away before the answer was complete. */
  closedEarlyAtMs?: number;
  /** When the answer was complete. */
  completedAtMs?: number;
};

export type RequestLog = Readonly<{
  entries: readonly RecordedRequest[];
  open(request: HttpRequest, body: string): RecordedRequest;
  clear(): void;
}>;

/** Keeps the latest requests, oldest first: at most `maxEntries`, with at most `maxBodyChars` of body between them. */
export function requestLog(maxEntries: number, maxBodyChars: number, now: () => number): RequestLog {
  const entries: RecordedRequest[] = [];
  let count = 0;
  let bodyChars = 0;
  return {
    entries,
    open: (request, body) => {
      count += 1;
      const entry: RecordedRequest = {
        number: count,
        method: request.method,
        path: request.target,
        headers: request.headers,
        body,
        get json() {
          return parseJson(body);
        },
        atMs: now(),
      };
      entries.push(entry);
      bodyChars += body.length;
      while (entries.length > 1 && (entries.length > maxEntries || bodyChars > maxBodyChars)) {
        bodyChars -= entries.shift()?.body.length ?? 0;
      }
      return entry;
    },
    clear: () => {
      entries.length = 0;
      count = 0;
      bodyChars = 0;
    },
  };
}
