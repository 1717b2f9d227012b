import type { JsonObject, StreamEvent } from "../canonical.ts";

/** One output item while it arrives. Servers leave out deltas or say things twice, so what was passed on is remembered. */
export type ItemReader = Readonly<{
  /** An event of this item, but for `output_item.done`. */
  read(type: string, event: JsonObject): readonly StreamEvent[];
  /** The item as it is in the end; called once. Empty when the stream never said. */
  finish(item: JsonObject): readonly StreamEvent[];
}>;

/** What the items of one answer share. */
export type OutputState = {
  /** The upstream's name of the model, once it is known. */
  model: string;
  /** Of the text so far, in code points. */
  textLength: number;
  refusal: string;
  /** What must stand before the next message's text. */
  gap: string;
  searches: number;
  readonly calls: { id: string; isOpen: boolean; isWhole: boolean }[];
  uniqueId: (id: string | undefined) => string;
};
