import type { JsonObject, Opaque } from "../canonical.ts";
import { packThinking } from "../carried-thinking.ts";
import type { ItemQueue, ItemStatus } from "./item-queue.ts";

const native = "openai-responses";

/** A reasoning item of the reply: its text is a summary, its state must come back with the history. */
export type ReasoningItem = Readonly<{
  text(text: string): void;
  sign(state: Opaque): void;
  isSigned(): boolean;
  finish(status: ItemStatus): void;
}>;

export function reasoningItem(queue: ItemQueue): ReasoningItem {
  const base = { type: "reasoning" };
  const item = queue.open("rs", { ...base, summary: [] });
  let text = "";
  let state: Opaque | undefined;
  const summary = (): JsonObject => ({ type: "summary_text", text });
  return {
    text(more) {
      if (more === "") return;
      if (text === "") {
        const part = { type: "summary_text", text: "" };
        item.push({ type: "response.reasoning_summary_part.added", summary_index: 0, part });
      }
      text += more;
      item.push({ type: "response.reasoning_summary_text.delta", summary_index: 0, delta: more });
    },
    sign(opaque) {
      state = opaque;
    },
    isSigned: () => state !== undefined,
    finish(status) {
      if (text !== "") {
        item.push({ type: "response.reasoning_summary_text.done", summary_index: 0, text });
        item.push({ type: "response.reasoning_summary_part.done", summary_index: 0, part: summary() });
      }
      const encrypted = state === undefined ? {} : { encrypted_content: packThinking(state, text, native) };
      item.finish({ ...base, summary: text === "" ? [] : [summary()], ...encrypted, status });
    },
  };
}

/** Thinking that nobody may read: an item without a text, whose state says that there never was one. */
export function redactedItem(queue: ItemQueue, data: Opaque): void {
  const base = { type: "reasoning", summary: [] };
  queue
    .open("rs", base)
    .finish({ ...base, encrypted_content: packThinking(data, undefined, native), status: "completed" });
}
