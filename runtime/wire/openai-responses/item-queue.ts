import type { JsonObject } from "../canonical.ts";
import { sha256Hex } from "../names.ts";

/** An event of the stream but for its place in it. */
export type ItemEvent = JsonObject;

/** One output item on its way to the client. Clients read one item at a time, so the others wait for their turn. */
export type QueuedItem = Readonly<{
  /** Adds events of this item; `item_id` and `output_index` are put in when it is its turn. */
  push(event: ItemEvent): void;
  /** The item is whole. */
  finish(item: JsonObject): void;
  isFinished(): boolean;
}>;

export type ItemQueue = Readonly<{
  /** `prefix` begins the item's id; `item` is the item as it is when it begins. */
  open(prefix: string, item: JsonObject): QueuedItem;
  /** The events that can be sent now. */
  drain(): readonly ItemEvent[];
  /** The items that are whole, in order. */
  done(): readonly JsonObject[];
}>;

type Entry = {
  prefix: string;
  item: JsonObject;
  events: ItemEvent[];
  finished: JsonObject | undefined;
  isStarted: boolean;
};

/** Ids of items are made of the response's id and their place: the same wherever an item is named. */
export function itemQueue(responseId: string): ItemQueue {
  const entries: Entry[] = [];
  const done: JsonObject[] = [];

  function drainFirst(entry: Entry): readonly ItemEvent[] {
    const output_index = done.length;
    const id = `${entry.prefix}_${sha256Hex(`${responseId}:${output_index}`).slice(0, 32)}`;
    const added = entry.isStarted
      ? []
      : [{ type: "response.output_item.added", output_index, item: { id, ...entry.item } }];
    const events = entry.events.map(({ type = "", ...rest }) => ({ type, item_id: id, output_index, ...rest }));
    entry.isStarted = true;
    entry.events = [];
    if (entry.finished === undefined) return [...added, ...events];
    const item = { id, ...entry.finished };
    done.push(item);
    return [...added, ...events, { type: "response.output_item.done", output_index, item }];
  }

  return {
    open(prefix, item) {
      const entry: Entry = { prefix, item, events: [], finished: undefined, isStarted: false };
      entries.push(entry);
      return {
        push: (event) => void entry.events.push(event),
        finish(whole) {
          entry.finished ??= whole;
        },
        isFinished: () => entry.finished !== undefined,
      };
    },
    drain() {
      const events: ItemEvent[] = [];
      for (let first = entries[0]; first !== undefined; first = entries[0]) {
        events.push(...drainFirst(first));
        if (first.finished === undefined) break;
        entries.shift();
      }
      return events;
    },
    done: () => [...done],
  };
}
