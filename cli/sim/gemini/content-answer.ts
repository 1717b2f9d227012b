import type { JsonObject } from "../json.ts";
import type { Said } from "../said.ts";

/** Everything an answer of the Gemini API is written from, streamed or whole. */
export type ContentAnswer = Readonly<{
  said: Said;
  /** The model asked for; `modelVersion` of the answer. */
  model: string;
  /** The same for the streamed and the whole form of one request. */
  responseId: string;
  /** What signatures are bound to. */
  prefix: string;
  /** From Gemini 3 on calls have ids and texts are signed too. */
  generation: number;
  /** Why the prompt was turned down; there is no candidate then. */
  blockReason: string | undefined;
  /** Undefined when a script took it away. */
  usage: JsonObject | undefined;
  /** Characters of text in one chunk; undefined for one token each. */
  deltaChars: number | undefined;
}>;
