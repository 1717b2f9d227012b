import type { JsonObject } from "../json.ts";
import type { Stop } from "../said.ts";

/** Everything a response is written from, streamed or whole. */
export type ResponseAnswer = Readonly<{
  id: string;
  /** The request, whose options the response repeats. */
  body: JsonObject;
  /** The finished output items, in order. */
  output: readonly JsonObject[];
  stop: Stop;
  /** Undefined when a script took it away. */
  usage: JsonObject | undefined;
  /** Unix seconds. */
  createdAt: number;
  /** Characters of text in one delta; undefined for one token each. */
  deltaChars: number | undefined;
}>;
