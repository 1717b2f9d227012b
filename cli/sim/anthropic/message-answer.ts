import type { JsonObject } from "../json.ts";
import type { Prompt } from "../prompt.ts";
import type { Said } from "../said.ts";

/** Everything a Messages answer is written from, streamed or whole. */
export type MessageAnswer = Readonly<{
  prompt: Prompt;
  said: Said;
  /** Undefined when a script took it away. */
  usage: JsonObject | undefined;
  /** Characters of text in one delta; undefined for one token each. */
  deltaChars: number | undefined;
}>;
