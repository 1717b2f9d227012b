import type { Json, JsonObject } from "./json.ts";
import type { PromptCache } from "./prompt-cache.ts";
import type { Frame, Problem, Reply } from "./reply.ts";
import type { Behaviour } from "./script/behaviour.ts";

export type Headers = Readonly<Record<string, string>>;

/** What an answer needs from outside the request. */
export type Circumstances = Readonly<{
  /** Unix seconds. */
  createdAt: number;
  /** What the vendor calls the request in headers and error bodies. */
  requestId: string;
}>;

/** One vendor's API, as far as the simulator plays it. */
export type Api = Readonly<{
  /** Path of the endpoint that answers a conversation. */
  path: string;
  /** The credential the request carries, in whichever header the vendor reads it from. */
  keyOf(headers: Headers): string | undefined;
  /** Why the vendor would not let this caller in; `key` is the only valid one, when there is one. */
  authenticate(headers: Headers, key: string | undefined): Problem | undefined;
  /** Why the vendor would turn the body down. Every message names the place. */
  check(body: Json, headers: Headers, models: readonly string[] | undefined): Problem | undefined;
  /** The regular answer of a body that `check` passed. */
  answer(body: JsonObject, headers: Headers, cache: PromptCache, behaviour: Behaviour, now: Circumstances): Reply;
  errorReply(problem: Problem, now: Circumstances): Reply;
  /** The event that reports an error inside a stream. */
  errorFrame(problem: Problem, now: Circumstances): Frame;
  /** `error.type` for a status, where no script names one. */
  errorType(status: number): string;
  models(headers: Headers, query: URLSearchParams, models: readonly string[] | undefined): Json;
  /** Undefined when there is no such model. */
  model(id: string, models: readonly string[] | undefined): Json | undefined;
  /** The vendor's words for a model it does not have. */
  noModel(id: string): Problem;
}>;
