import type { JsonObject, Opaque, Stop, StreamEvent, WebSearch } from "../canonical.ts";
import type { ReplyContext } from "../codec.ts";
import { uniqueIds } from "../openai-chat/decode-answer.ts";
import { refusalOf } from "../openai-chat/stop.ts";
import { type CallItem, callItem } from "./call-item.ts";
import { asksForSearch, declaredNames } from "./declared-tools.ts";
import { type ItemEvent, type ItemStatus, itemQueue } from "./item-queue.ts";
import { type MessageItem, messageItem } from "./message-item.ts";
import { type ReasoningItem, reasoningItem, redactedItem } from "./reasoning-item.ts";
import { replyId } from "./reply-object.ts";
import { encodeStop } from "./stop.ts";
import { searchItem } from "./web-search.ts";

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

/**
 * The item that what comes next may still belong to. A message's signature is sent behind it, as citations may follow
 * it. Reasoning that is over may still get the signature of a call.
 */
type Current =
  | { kind: "message"; item: MessageItem; signature: Opaque | undefined }
  | { kind: "reasoning"; item: ReasoningItem; isOver: boolean };

export function replyOutput(context: ReplyContext): ReplyOutput {
  const queue = itemQueue(replyId(context));
  const names = declaredNames(context.request);
  const showsSearches = asksForSearch(context.request);
  const callId = uniqueIds(replyId(context));
  const calls = new Map<number, CallItem>();
  let current: Current | undefined;
  let textLength = 0;
  let isEmpty = true;
  let hasRefusal = false;

  function leave(status: ItemStatus = "completed"): void {
    const left = current;
    current = undefined;
    left?.item.finish(status);
    if (left?.kind !== "message") return;
    textLength += left.item.length();
    if (left.signature !== undefined) seal({ ...left.signature, signs: "text" });
  }

  /** Reasoning without a text, which carries what would have no place else. */
  function seal(state: Opaque): void {
    const item = reasoningItem(queue);
    item.sign(state);
    item.finish("completed");
  }

  function enterMessage(): MessageItem {
    if (current?.kind === "message" && current.signature === undefined) return current.item;
    leave();
    const item = messageItem(queue, textLength);
    current = { kind: "message", item, signature: undefined };
    return item;
  }

  function enterReasoning(): ReasoningItem {
    if (current?.kind === "reasoning" && !current.isOver) return current.item;
    leave();
    const item = reasoningItem(queue);
    current = { kind: "reasoning", item, isOver: false };
    return item;
  }

  function signText(signature: Opaque): void {
    if (current?.kind === "message" && current.signature === undefined) current.signature = signature;
    else {
      leave();
      seal({ ...signature, signs: "text" });
    }
  }

  /** The signature of a call goes on the reasoning before it, or on one without a text. */
  function signCall(signature: Opaque): void {
    const state: Opaque = { ...signature, signs: "call" };
    const isFree = current?.kind === "reasoning" && !current.item.isSigned();
    if (current?.kind === "reasoning" && isFree) current.item.sign(state);
    leave();
    if (!isFree) seal(state);
  }

  function openCall(event: Extract<StreamEvent, { kind: "tool-open" }>): void {
    if (event.signature !== undefined) signCall(event.signature);
    leave();
    const id = callId(event.id === "" ? undefined : event.id);
    calls.set(event.key, callItem(queue, { ...event, id }, names.get(event.name)));
  }

  function search(found: WebSearch): void {
    if (!showsSearches) return;
    leave();
    searchItem(queue, found);
  }

  function refuse(text: string): void {
    if (text !== "") enterMessage().refuse(text);
  }

  function push(event: StreamEvent): void {
    switch (event.kind) {
      case "text":
        if (event.text !== "") enterMessage().text(event.text);
        break;
      case "citation":
        if (current?.kind === "message") current.item.cite(event.citation);
        break;
      case "refusal":
        hasRefusal ||= event.text !== "";
        refuse(event.text);
        break;
      case "thinking":
        if (event.text === "") break;
        if (current?.kind === "reasoning" && current.item.isSigned()) leave();
        enterReasoning().text(event.text);
        break;
      case "thinking-signature":
        enterReasoning().sign(event.signature);
        break;
      case "text-signature":
        signText(event.signature);
        break;
      case "redacted-thinking":
        leave();
        redactedItem(queue, event.data);
        break;
      case "block-break":
        if (current?.kind === "reasoning") current.isOver = true;
        return;
      case "web-search":
        search(event.search);
        break;
      case "tool-open":
        openCall(event);
        break;
      case "tool-arguments":
        calls.get(event.key)?.push(event.text);
        break;
      case "tool-close":
        calls.get(event.key)?.finish("completed");
        break;
      default:
        return;
    }
    isEmpty = false;
  }

  return {
    push,
    finish(stop) {
      const told = refusalOf(stop) ?? (stop.reason === "filtered" && isEmpty ? stop.explanation : undefined);
      if (!hasRefusal && told !== undefined) refuse(told);
      const { status } = encodeStop(stop, hasRefusal);
      leave(status);
      for (const call of calls.values()) call.finish(status);
    },
    drain: queue.drain,
    done: queue.done,
    hasRefusal: () => hasRefusal,
  };
}
