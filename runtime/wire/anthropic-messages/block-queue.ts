import type { JsonObject } from "../canonical.ts";
import { frame } from "./frame.ts";

/** One content block of a reply on its way to the client. */
export type QueuedBlock = Readonly<{
  /** Adds a delta. */
  push(delta: JsonObject): void;
  /** No more deltas will come; the block may close as soon as it is its turn. */
  finish(): void;
  isFinished(): boolean;
}>;

/**
 * Blocks in the order they were opened. Clients read one open block at a time and drop deltas for any other, so only the
 * first block in the queue is written; the rest wait until it is finished.
 */
export type BlockQueue = Readonly<{
  open(block: JsonObject): QueuedBlock;
  /** The frames that can be written now. */
  drain(): string;
}>;

type Entry = { block: JsonObject; deltas: JsonObject[]; isStarted: boolean; isFinished: boolean };

export function blockQueue(): BlockQueue {
  const entries: Entry[] = [];
  let index = 0;

  function drainFirst(entry: Entry): string {
    const start = entry.isStarted ? "" : frame({ type: "content_block_start", index, content_block: entry.block });
    const deltas = entry.deltas.map((delta) => frame({ type: "content_block_delta", index, delta })).join("");
    entry.isStarted = true;
    entry.deltas = [];
    return start + deltas;
  }

  return {
    open(block) {
      const entry: Entry = { block, deltas: [], isStarted: false, isFinished: false };
      entries.push(entry);
      return {
        push(delta) {
          entry.deltas.push(delta);
        },
        finish() {
          entry.isFinished = true;
        },
        isFinished: () => entry.isFinished,
      };
    },
    drain() {
      let text = "";
      for (let first = entries[0]; first !== undefined; first = entries[0]) {
        text += drainFirst(first);
        if (!first.isFinished) return text;
        text += frame({ type: "content_block_stop", index });
        index += 1;
        entries.shift();
      }
      return text;
    },
  };
}
