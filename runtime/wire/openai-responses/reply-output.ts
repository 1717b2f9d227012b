import type { JsonObject, Opaque, Stop, StreamEvent, WebSearch } from "../canonical.ts";
import type { ReplyContext } from "../codec.ts";
import { refusalOf } from "../openai-chat/stop.ts";
import { type CallItem, callItem } from "./call-item.ts";
import { declaredNames } from "./declared-tools.ts";
import { type ItemEvent, itemQueue } from "./item-queue.ts";
import { type MessageItem, messageItem } from "./message-item.ts";
import { type ReasoningItem, reasoningItem, redactedItem } from "./reasoning-item.ts";
import { replyId } from "./reply-object.ts";

/** The output items of one reply, put together from what an upstream says. */
export type ReplyOutput = Readonly<{
  /** Takes content events, ignores others. */
  push(event: StreamEvent): void;
  /** Nothing more will be said. */
  finish(stop: Stop): void;
  drain(): readonly ItemEvent[];
  done(): readonly JsonObject[];
  /** The upstream refused in its own words. */
  hasRefusal(): boolean;
}>;

export function replyOutput(context: ReplyContext): ReplyOutput {
  const queue = itemQueue(replyId(context));
  const names = declaredNames(context.request);
  const calls = new Map<number, CallItem>();
  let message: MessageItem | undefined;
  let reasoning: ReasoningItem | undefined;
  let textLength = 0;
  let hasRefusal = false;

  function leave(isCut = false): void {
    textLength += message?.length() ?? 0;
    message?.finish(isCut);
    reasoning?.finish();
    message = undefined;
    reasoning = undefined;
  }

  function enterMessage(): MessageItem {
    if (message === undefined) {
      leave();
      message = messageItem(queue, textLength);
    }
    return message;
  }

  function enterReasoning(): ReasoningItem {
    if (reasoning === undefined || reasoning.isSigned()) {
      leave();
      reasoning = reasoningItem(queue);
    }
    return reasoning;
  }

  /** The signature of a call stands in reasoning before it, that of a text in reasoning behind it. */
  function sign(signature: Opaque, signs: "call" | "text"): void {
    if (signs === "text") leave();
    enterReasoning().sign({ ...signature, signs });
    leave();
  }

  function search({ query, sources, failed }: WebSearch): void {
    leave();
    const status = failed ? "failed" : "completed";
    const urls = sources.map(({ url }) => ({ type: "url", url }));
    const action = { type: "search", query, queries: [query], sources: urls };
    const item = queue.open("ws", { type: "web_search_call", status: "in_progress", action });
    for (const step of ["in_progress", "searching", "completed"])
      item.push({ type: `response.web_search_call.${step}` });
    item.finish({ type: "web_search_call", status, action });
  }

  return {
    push(event) {
      switch (event.kind) {
        case "text":
          if (event.text !== "") enterMessage().text(event.text);
          break;
        case "citation":
          enterMessage().cite(event.citation);
          break;
        case "refusal":
          if (event.text === "") break;
          hasRefusal = true;
          enterMessage().refuse(event.text);
          break;
        case "thinking":
          if (event.text !== "") enterReasoning().text(event.text);
          break;
        case "thinking-signature":
          enterReasoning().sign(event.signature);
          break;
        case "text-signature":
          sign(event.signature, "text");
          break;
        case "redacted-thinking":
          leave();
          redactedItem(queue, event.data);
          break;
        case "block-break":
          if (reasoning !== undefined) leave();
          break;
        case "web-search":
          search(event.search);
          break;
        case "tool-open":
          if (event.signature !== undefined) sign(event.signature, "call");
          leave();
          calls.set(event.key, callItem(queue, event, names.get(event.name)));
          break;
        case "tool-arguments":
          calls.get(event.key)?.push(event.text);
          break;
        case "tool-close":
          calls.get(event.key)?.finish();
          break;
        default:
      }
    },
    finish(stop) {
      const told = hasRefusal ? undefined : refusalOf(stop);
      if (told !== undefined) enterMessage().refuse(told);
      leave(stop.reason === "length" || stop.reason === "context-full");
      for (const call of calls.values()) call.finish();
    },
    drain: queue.drain,
    done: queue.done,
    hasRefusal: () => hasRefusal,
  };
}
