import { within } from "../answer/within.ts";
import type { Timeouts } from "../contract.ts";
import { connectFailure, failure, systemErrorCode } from "../errors.ts";
import { startWatchdog, type Watchdog } from "../server/watchdog.ts";
import type { WireError } from "../wire/canonical.ts";
import type { ConnectProbe } from "./connect-probe.ts";

/**
 * The one place that calls a provider. Redirects are never followed: Bun would forward `x-api-key` to the new origin.
 * Bodies are always read to their end or cancelled: an unread one keeps a fetch slot.
 */

export type UpstreamCall = Readonly<{
  provider: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** POST when absent. */
  method?: string;
  body: Uint8Array;
  /** Instead of `body`: what is passed on while it comes in, so it cannot be sent twice. */
  upload?: ReadableStream<Uint8Array> | undefined;
  timeouts: Timeouts;
  /** When the attempt began, on `UpstreamOptions.now`: its earlier calls count towards `timeouts.totalMs` too. */
  startedMs: number;
}>;

/** One read of an answer's body. `waiting`: nothing came in the given time; the read goes on and can be asked for again. */
export type BodyRead =
  | Readonly<{ kind: "chunk"; bytes: Uint8Array }>
  | Readonly<{ kind: "end" }>
  | Readonly<{ kind: "waiting" }>
  | Readonly<{ kind: "failed"; error: WireError }>;

export type UpstreamBody = Readonly<{
  /** Next bytes, or `waiting` after `maxWaitMs`. Never rejects. */
  read(maxWaitMs?: number): Promise<BodyRead>;
  /** Closes the connection; safe to call at any time and more than once. */
  cancel(): void;
}>;

export type UpstreamAnswer =
  | Readonly<{ kind: "answer"; status: number; headers: Headers; body: UpstreamBody }>
  | Readonly<{ kind: "failed"; error: WireError }>;

/** Why an attempt was ended from our side; thrown as the abort reason so that the reader can tell. */
class AttemptEnded extends Error {
  readonly error: WireError;
  constructor(error: WireError) {
    super(error.message);
    this.error = error;
  }
}

export type UpstreamOptions = Readonly<{
  fetch: typeof globalThis.fetch;
  /** Monotonic milliseconds. */
  now: () => number;
  /** Rejects when a TCP connection cannot be made in time; see connect-probe.ts. */
  connect: ConnectProbe;
  /** Told of every request that is sent again because its pooled connection was dead. */
  onStale?: (provider: string) => void;
}>;

/** A reset this soon after sending is a pooled connection the provider had already closed; nothing was processed. */
const staleConnectionMs = 1000;

/** Who can end an attempt from outside; the provider's connection then closes at once. */
export type Caller = Readonly<{
  /** The client's: fires when it leaves. */
  signal: AbortSignal;
  /** Told what ends the attempt, for a gateway that must stop. */
  onAbort: (end: () => void) => void;
}>;

/** Another instance may serve it at once. */
const shuttingDown = failure("internal", "The gateway is shutting down.", { status: 503, code: "shutting_down" });

/** Sends one request. */
export async function callUpstream(
  call: UpstreamCall,
  { signal, onAbort }: Caller,
  options: UpstreamOptions,
): Promise<UpstreamAnswer> {
  const { provider, timeouts } = call;
  const abort = new AbortController();
  const end = (error: WireError) => abort.abort(new AttemptEnded(error));
  const clientGone = () => end(failure("internal", "The client closed the connection."));
  if (signal.aborted) clientGone();
  signal.addEventListener("abort", clientGone, { once: true });
  onAbort(() => end(shuttingDown));

  const timedOut = (what: string, key: string, ms: number) => () =>
    end(failure("timeout", `Provider "${provider}" ${what} within ${ms} ms (timeouts.${key}).`));
  const total = startWatchdog(
    leftMs(call, options.now()),
    options.now,
    timedOut("did not finish", "total_ms", timeouts.totalMs),
  );
  const firstByte = startWatchdog(
    timeouts.firstByteMs,
    options.now,
    timedOut("sent nothing", "first_byte_ms", timeouts.firstByteMs),
  );
  const release = () => {
    total.stop();
    firstByte.stop();
    signal.removeEventListener("abort", clientGone);
  };
  options
    .connect(call.url, timeouts.connectMs)
    .catch(() =>
      end(
        failure(
          "timeout",
          `Provider "${provider}" did not accept a connection within ${timeouts.connectMs} ms (timeouts.connect_ms).`,
        ),
      ),
    );

  try {
    const response = await send(call, abort.signal, options);
    const idle = timedOut("sent nothing more", "idle_ms", timeouts.idleMs);
    return {
      kind: "answer",
      status: response.status,
      headers: response.headers,
      body: readBody(response, {
        provider,
        abort,
        firstByte,
        release,
        idle,
        idleMs: timeouts.idleMs,
        now: options.now,
      }),
    };
  } catch (thrown) {
    release();
    return { kind: "failed", error: thrownError(thrown, abort.signal) ?? connectFailure(provider, thrown) };
  }
}

/** Of the attempt's whole time; 0 is no limit. */
function leftMs({ timeouts, startedMs }: UpstreamCall, nowMs: number): number {
  return timeouts.totalMs === 0 ? 0 : Math.max(1, startedMs + timeouts.totalMs - nowMs);
}

async function send(call: UpstreamCall, signal: AbortSignal, options: UpstreamOptions): Promise<Response> {
  const started = options.now();
  const { method = "POST", upload } = call;
  const request: RequestInit = {
    method,
    headers: call.headers,
    body: method === "GET" || method === "HEAD" ? null : (upload ?? call.body),
    redirect: "manual",
    signal,
  };
  try {
    return await options.fetch(call.url, request);
  } catch (thrown) {
    const stale = systemErrorCode(thrown) === "ECONNRESET" && options.now() - started < staleConnectionMs;
    if (!stale || signal.aborted || upload !== undefined) throw thrown;
    options.onStale?.(call.provider);
    // `keepalive: false` makes Bun open a fresh connection instead of taking another pooled one that may be stale too.
    return await options.fetch(call.url, { ...request, keepalive: false });
  }
}

function thrownError(thrown: unknown, signal: AbortSignal): WireError | undefined {
  if (thrown instanceof AttemptEnded) return thrown.error;
  return signal.aborted && signal.reason instanceof AttemptEnded ? signal.reason.error : undefined;
}

type BodyOptions = Readonly<{
  provider: string;
  abort: AbortController;
  firstByte: Watchdog;
  release: () => void;
  idle: () => void;
  idleMs: number;
  now: () => number;
}>;

function readBody(response: Response, options: BodyOptions): UpstreamBody {
  const reader = response.body?.getReader();
  // Runs only while a read is open: a slow client is not the provider's silence.
  const idle = startWatchdog(options.idleMs, options.now, options.idle);
  let pending: Promise<BodyRead> | undefined;
  let finished = reader === undefined;
  if (finished) close();

  function close(): void {
    finished = true;
    options.release();
    idle.stop();
  }

  async function next(): Promise<BodyRead> {
    if (finished || reader === undefined) return { kind: "end" };
    try {
      idle.touch();
      const { done, value } = await reader.read();
      options.firstByte.stop();
      idle.pause();
      if (!done) return { kind: "chunk", bytes: value };
      close();
      return { kind: "end" };
    } catch (thrown) {
      close();
      return { kind: "failed", error: thrownError(thrown, options.abort.signal) ?? broken(options.provider, thrown) };
    }
  }

  return {
    read: async (maxWaitMs) => {
      pending ??= next();
      const outcome = maxWaitMs === undefined ? await pending : await within(pending, maxWaitMs);
      if (outcome.kind !== "waiting") pending = undefined;
      return outcome;
    },
    cancel: () => {
      if (finished) return;
      close();
      options.abort.abort(new AttemptEnded(failure("internal", "The attempt was cancelled.")));
      reader?.cancel().catch(() => undefined);
    },
  };
}

function broken(provider: string, thrown: unknown): WireError {
  const code = systemErrorCode(thrown);
  return failure(
    "bad-upstream-answer",
    `Provider "${provider}" broke off its answer${code === undefined ? "" : ` (${code})`}.`,
  );
}
