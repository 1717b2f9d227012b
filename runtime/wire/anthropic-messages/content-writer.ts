import type { Opaque, Stop, StreamEvent } from "../canonical.ts";
import { blockQueue, type QueuedBlock } from "./block-queue.ts";
import { type CallWriter, callWriter } from "./call-writer.ts";
import { writeCitation } from "./citation.ts";
import { redactedBlock, textBlock, thinkingBlock } from "./reply-blocks.ts";
import { writeOpaque } from "./signature.ts";
import { replyToolIds } from "./tool-ids.ts";
import { searchBlocks } from "./web-search.ts";

/** The content of one streamed reply. Calls whose fragments interleave are written one at a time, the others wait. */
export type ContentWriter = Readonly<{
  /** Takes content events, ignores others. False when a finished call goes on: its arguments are broken. */
  push(event: StreamEvent): boolean;
  /** The frames that can be written now. */
  drain(): string;
  /** Closes all blocks. False when arguments are no JSON although no length limit cut the model off. */
  finish(stop: Stop): boolean;
  hasCalls(): boolean;
  /** How many searches were written. */
  searches(): number;
}>;

/**
 * The text or thinking block that further text goes to. Its signature is sent last, as the vendor does; one that is over
 * stays open until something follows, as the signature of a call may still go on it.
 */
type Current = {
  kind: "text" | "refusal" | "thinking";
  block: QueuedBlock;
  signature: Opaque | undefined;
  isOver: boolean;
};

/** `showsSearches`: the client asked for searches and gets their blocks. */
export function contentWriter(requestId: string, showsSearches: boolean): ContentWriter {
  const queue = blockQueue();
  const toolId = replyToolIds(requestId);
  const calls: CallWriter[] = [];
  const callOf = new Map<number, CallWriter>();
  /** Index of the call being written: the first that is not finished. */
  let writing = 0;
  let current: Current | undefined;
  let answerText = "";
  let searches = 0;

  function leave(): void {
    if (current === undefined) return;
    const { kind, block, signature } = current;
    current = undefined;
    if (kind === "thinking") pushSignature(block, signature);
    block.finish();
    if (kind !== "thinking" && signature !== undefined) carry(signature);
  }

  /** A signature that stands for itself, on thinking without text. */
  function carry(signature: Opaque): void {
    const block = queue.open(thinkingBlock("", ""));
    pushSignature(block, signature);
    block.finish();
  }

  function enter(kind: Current["kind"]): Current {
    if (current?.kind === kind && !current.isOver) return current;
    leave();
    const block = queue.open(kind === "thinking" ? thinkingBlock("", "") : textBlock(""));
    current = { kind, block, signature: undefined, isOver: false };
    return current;
  }

  /** The signature of a call goes on thinking that has none, or on an empty one. */
  function signCall(signature: Opaque): void {
    const signed: Opaque = { ...signature, signs: "call" };
    if (current?.kind !== "thinking" || current.signature !== undefined) {
      leave();
      carry(signed);
    } else {
      current.signature = signed;
      leave();
    }
  }

  /** That of a text follows it once it is over; sources may still come. */
  function signText(signature: Opaque): void {
    const signed: Opaque = { ...signature, signs: "text" };
    if (current?.kind === "text") current.signature = signed;
    else {
      leave();
      carry(signed);
    }
  }

  function search(event: Extract<StreamEvent, { kind: "web-search" }>): void {
    if (!showsSearches) return;
    leave();
    searches += 1;
    for (const block of searchBlocks(event.search)) queue.open(block).finish();
  }

  function write(kind: Current["kind"], text: string): void {
    if (text === "") return;
    if (kind === "thinking") enter(kind).block.push({ type: "thinking_delta", thinking: text });
    else {
      answerText += text;
      enter(kind).block.push({ type: "text_delta", text });
    }
  }

  function openCall(event: Extract<StreamEvent, { kind: "tool-open" }>): void {
    if (event.signature !== undefined) signCall(event.signature);
    leave();
    const call = callWriter(queue, toolId(event.id), event.name, event.tool);
    calls.push(call);
    callOf.set(event.key, call);
  }

  /** A fragment of another call means that the call being written is over, if its arguments are whole. */
  function pushArguments(key: number, text: string): boolean {
    const call = callOf.get(key);
    while (calls[writing]?.isFinished()) writing += 1;
    const written = calls[writing];
    if (written !== call && written?.isWhole()) written.close();
    return call?.push(text) ?? true;
  }

  return {
    push(event) {
      switch (event.kind) {
        case "text":
        case "refusal":
        case "thinking":
          write(event.kind, event.text);
          return true;
        case "thinking-signature":
          enter("thinking").signature = event.signature;
          return true;
        case "text-signature":
          signText(event.signature);
          return true;
        case "web-search":
          search(event);
          return true;
        case "redacted-thinking":
          leave();
          queue.open(redactedBlock(writeOpaque(event.data))).finish();
          return true;
        case "citation":
          if (current?.kind === "text") {
            current.block.push({ type: "citations_delta", citation: writeCitation(event.citation, answerText) });
          }
          return true;
        case "tool-open":
          openCall(event);
          return true;
        case "tool-arguments":
          return pushArguments(event.key, event.text);
        case "tool-close":
          callOf.get(event.key)?.close();
          return true;
        case "block-break":
          if (current !== undefined) current.isOver = true;
          return true;
        default:
          return true;
      }
    },
    drain: queue.drain,
    finish(stop) {
      leave();
      const wasCut = stop.reason === "length" || stop.reason === "context-full";
      return calls.every((call) => call.close() || (wasCut && call.cut()));
    },
    hasCalls: () => calls.length > 0,
    searches: () => searches,
  };
}

function pushSignature(block: QueuedBlock, signature: Opaque | undefined): void {
  const text = writeOpaque(signature);
  if (text !== "") block.push({ type: "signature_delta", signature: text });
}
