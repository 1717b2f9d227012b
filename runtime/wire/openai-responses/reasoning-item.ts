import type { JsonObject, Opaque } from "../canonical.ts";
import { packOpaque } from "../carrier.ts";
import type { ItemQueue } from "./item-queue.ts";

/** A reasoning item of the reply: its text is a summary, its state must come back with the history. */
export type ReasoningItem = Readonly<{
  text(text: string): void;
  sign(state: Opaque): void;
  isSigned(): boolean;
  finish(): void;
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
    finish() {
      if (text !== "") {
        item.push({ type: "response.reasoning_summary_text.done", summary_index: 0, text });
        item.push({ type: "response.reasoning_summary_part.done", summary_index: 0, part: summary() });
      }
      const encrypted = state === undefined ? {} : { encrypted_content: carrier(state, text) };
      item.finish({ ...base, summary: text === "" ? [] : [summary()], ...encrypted, status: "completed" });
    },
  };
}

/** Thinking that nobody may read: an item without a text, whose state says that there never was one. */
export function redactedItem(queue: ItemQueue, data: Opaque): void {
  const base = { type: "reasoning", summary: [] };
  queue.open("rs", base).finish({ ...base, encrypted_content: stateText(data), status: "completed" });
}

function stateText(state: Opaque): string {
  return state.from === "openai-responses" && state.signs === undefined ? state.data : packOpaque(state);
}

/** That thinking had an empty text is told, or it would pass for redacted thinking when it comes back. */
function carrier(state: Opaque, text: string): string {
  const isEmpty = text === "" && state.from === "anthropic-messages" && state.signs === undefined;
  return isEmpty ? packOpaque(state, { text: "" }) : stateText(state);
}
