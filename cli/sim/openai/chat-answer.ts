import type { JsonObject } from "../json.ts";
import type { Prompt } from "../prompt.ts";
import type { Said } from "../said.ts";

/** Everything a Chat Completions answer is written from, streamed or whole. */
export type ChatAnswer = Readonly<{
  prompt: Prompt;
  said: Said;
  /** Unix seconds. */
  createdAt: number;
  /** `n` of the request. */
  choices: number;
  /** Thinking stands in `reasoning_content`; else nobody sees it. */
  showsReasoning: boolean;
  /** The request used `functions`, so the answer uses `function_call`. */
  legacyFunctions: boolean;
  /** Whether the stream ends with a chunk that holds `usage`. */
  includeUsage: boolean;
  /** Undefined when a script took it away. */
  usage: JsonObject | undefined;
  /** Characters of text in one delta; undefined for one token each. */
  deltaChars: number | undefined;
}>;
