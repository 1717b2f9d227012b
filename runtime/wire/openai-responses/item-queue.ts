import type { JsonObject } from "../canonical.ts";
import { sha256Hex } from "../names.ts";

/** An event of the stream but for its place in it. */
export type ItemEvent = Readonly<{ type: string } & JsonObject>;

export type ItemStatus = "completed" | "incomplete";

/** One output item on its way to the client. */
type QueuedItem = Readonly<{
  /** Adds an event of this item; `item_id` and `output_index` are put in when it is its turn. */
  push(event: ItemEvent): void;
  /** The item is whole. */
  finish(item: JsonObject): void;
  isFinished(): boolean;
}>;

/** Items in the order they were opened. Clients read one at a time, so the others wait until it is finished. */
export type ItemQueue = Readonly<{
  /** `prefix` begins the item's id; `item` is the item as it begins, undefined where it is only shown once it is whole. */
  open(prefix: string, item: JsonObject | undefined): QueuedItem;
  /** The events that can be sent now. */
  drain(): readonly ItemEvent[];
  /** The items that were sent whole, in order. */
  done(): readonly JsonObject[];
}>;

type Entry = {
  readonly prefix: string;
  readonly begun: JsonObject | undefined;
  events: ItemEvent[];
  whole: JsonObject | undefined;
  isStarted: boolean;
};

/** Ids of items are made of the response's id and their place in it: the same wherever an item is named. */
export function itemQueue(responseId: string): ItemQueue {
  const entries: Entry[] = [];
  const done: JsonObject[] = [];

  function drainFirst(entry: Entry): readonly ItemEvent[] {
    const begun = entry.begun ?? (entry.whole && { ...entry.whole, status: "in_progress" });
    if (begun === undefined) return [];
    const output_index = done.length;
    const id = `${entry.prefix}_${sha256Hex(`${responseId}:${output_index}`).slice(0, 32)}`;
    const added = { type: "response.output_item.added", output_index, item: { id, ...begun } };
    const events = entry.events.map(({ type, ...rest }) => ({ type, item_id: id, output_index, ...rest }));
    const sent = entry.isStarted ? events : [added, ...events];
    entry.isStarted = true;
    entry.events = [];
    if (entry.whole === undefined) return sent;
    const item = { id, ...entry.whole };
    done.push(item);
    return [...sent, { type: "response.output_item.done", output_index, item }];
  }

  return {
    open(prefix, begun) {
      const entry: Entry = { prefix, begun, events: [], whole: undefined, isStarted: false };
      entries.push(entry);
      return {
        push(event) {
          entry.events.push(event);
        },
        finish(item) {
          entry.whole ??= item;
        },
        isFinished: () => entry.whole !== undefined,
      };
    },
    drain() {
      const events: ItemEvent[] = [];
      for (let first = entries[0]; first !== undefined; first = entries[0]) {
        events.push(...drainFirst(first));
        if (first.whole === undefined) break;
        entries.shift();
      }
      return events;
    },
    done: () => [...done],
  };
}
