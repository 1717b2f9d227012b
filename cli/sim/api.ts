import type { Json } from "./json.ts";
import type { Frame, Problem, Reply } from "./reply.ts";
import type { Behaviour } from "./script/behaviour.ts";
import type { State } from "./state.ts";

export type Headers = Readonly<Record<string, string>>;

/** What an answer needs from outside the request. */
export type Circumstances = Readonly<{
  /** Unix seconds. */
  createdAt: number;
  /** What the vendor calls the request in headers and error bodies. */
  requestId: string;
}>;

/** What a request says before its body is read. */
export type Caller = Readonly<{ headers: Headers; query: URLSearchParams }>;

/** A field of a multipart form; a text has no file name. */
export type FormField = Readonly<{ filename: string | undefined; bytes: Uint8Array }>;

/** A request to an endpoint, let in and read. */
export type Call = Caller &
  Readonly<{
    /** Path without the query. */
    path: string;
    /** The named groups of the endpoint's path, decoded. */
    params: Readonly<Record<string, string>>;
    /** Parsed; null where the endpoint takes no JSON. */
    body: Json;
    /** The fields of a form; empty where the endpoint takes none. */
    form: Readonly<Record<string, FormField>>;
    /** The caller's key; what is kept for one key is not there for another. */
    key: string;
    state: State;
    now: Circumstances;
  }>;

/** One method on one path of a vendor's API. */
export type Endpoint = Readonly<{
  method: "GET" | "POST" | "DELETE";
  /** Matches the whole path; named groups become `params`. */
  path: RegExp;
  takes: "json" | "form" | "nothing";
  /** Whether a script without a path may serve it. The endpoints that run a model say yes, side endpoints no. */
  runsModel: boolean;
  /** The model a call that passed `check` asks for, `@sim:` directive included. */
  model?(call: Call): string;
  /** Why the vendor would turn the call down. Every message names the place. */
  check?(call: Call): Problem | undefined;
  /** The regular answer of a call that `check` passed. */
  answer(call: Call, behaviour: Behaviour): Reply;
}>;

/** A vendor, as far as the simulator plays it. */
export type Vendor = Readonly<{
  name: "openai" | "anthropic" | "gemini";
  endpoints: readonly Endpoint[];
  /** Whether a request on a path of several vendors is plainly for this one. */
  claims(caller: Caller): boolean;
  /** The credential the request carries, wherever the vendor reads it from. */
  keyOf(caller: Caller): string | undefined;
  /** Why the vendor would not let this caller in; `key` is the only valid one, when there is one. */
  authenticate(caller: Caller, key: string | undefined): Problem | undefined;
  errorReply(problem: Problem, now: Circumstances): Reply;
  /** The event that reports an error inside a stream. */
  errorFrame(problem: Problem, now: Circumstances): Frame;
  /** `error.type` (Gemini: `error.status`) for a status, where no script names one. */
  errorType(status: number): string;
  /** Whether the vendor sends Retry-After; Gemini says it in the body. */
  retryHeader: boolean;
}>;
