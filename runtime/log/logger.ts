import type { FinishedRequest, RequestWatcher } from "../request/finished-request.ts";
import { escapedJson } from "./escaped-json.ts";
import { formatRequest } from "./format-request.ts";
import { isAtLeast, type Level } from "./level.ts";

/** How the log is written: for people, for machines, or without a line for each request. */
export type LogFormat = "text" | "json" | "none";

/** Where the gateway tells what it does. */
export type Logger = Readonly<{
  /** Undefined while nobody reads it, so that `log.debug?.(…)` puts no message together for nothing. */
  debug: ((message: string) => void) | undefined;
  info: (message: string) => void;
  warn: (message: string) => void;
  error: (message: string) => void;
  /** A line for each request that is over; undefined when there are to be none. */
  request: RequestWatcher | undefined;
}>;

export type LoggerOptions = Readonly<{
  format: LogFormat;
  level: Level;
  /** Whether lines for people are coloured. */
  isColoured: boolean;
  /** Takes a line without its end. */
  print: (line: string) => void;
  /** Milliseconds since 1970. */
  epochMs: () => number;
}>;

export function createLogger({ format, level, isColoured, print, epochMs }: LoggerOptions): Logger {
  const asJson = format === "json";

  function writes(of: Level, word: string): (message: string) => void {
    if (!isAtLeast(of, level)) return () => undefined;
    return asJson
      ? (message) => print(escapedJson({ time: new Date(epochMs()).toISOString(), level: of, message }))
      : (message) => print(`${word}: ${message}`);
  }

  function request(over: FinishedRequest): void {
    const of = levelOf(over);
    if (isAtLeast(of, level))
      print(formatRequest(over, epochMs(), asJson ? { kind: "json", level: of } : { kind: "text", isColoured }));
  }

  return {
    debug: isAtLeast("debug", level) ? writes("debug", "debug") : undefined,
    info: writes("info", "info"),
    warn: writes("warn", "warning"),
    error: writes("error", "error"),
    request: format === "none" ? undefined : request,
  };
}

/** What the client could not help is worth a warning: also a stream that broke off. */
function levelOf({ status, how }: FinishedRequest): Level {
  return status >= 500 || (how === "failed" && status < 400) ? "warn" : "info";
}
