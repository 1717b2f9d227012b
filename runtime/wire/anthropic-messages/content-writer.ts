import type { Stop, StreamEvent } from "../canonical.ts";
import { blockQueue } from "./block-queue.ts";
import { type CallWriter, callWriter } from "./call-writer.ts";
import { redactedBlock } from "./reply-blocks.ts";
import { writeOpaque } from "./signature.ts";
import { spokenWriter } from "./spoken-writer.ts";
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

/** `showsSearches`: the client asked for searches and gets their blocks. */
export function contentWriter(requestId: string, showsSearches: boolean): ContentWriter {
  const queue = blockQueue();
  const spoken = spokenWriter(queue);
  const toolId = replyToolIds(requestId);
  const calls: CallWriter[] = [];
  const callOf = new Map<number, CallWriter>();
  /** Index of the call being written: the first that is not finished. */
  let writing = 0;
  let searches = 0;

  function openCall(event: Extract<StreamEvent, { kind: "tool-open" }>): void {
    if (event.signature !== undefined) spoken.signCall(event.signature);
    spoken.leave();
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

  function search(event: Extract<StreamEvent, { kind: "web-search" }>): void {
    if (!showsSearches) return;
    spoken.leave();
    searches += 1;
    for (const block of searchBlocks(event.search)) queue.open(block).finish();
  }

  function write(event: StreamEvent): void {
    switch (event.kind) {
      case "text":
      case "refusal":
      case "thinking":
        spoken.write(event.kind, event.text);
        break;
      case "thinking-signature":
        spoken.sign(event.signature);
        break;
      case "text-signature":
        spoken.signText(event.signature);
        break;
      case "redacted-thinking":
        spoken.leave();
        queue.open(redactedBlock(writeOpaque(event.data))).finish();
        break;
      case "citation":
        spoken.cite(event.citation);
        break;
      case "web-search":
        search(event);
        break;
      case "tool-open":
        openCall(event);
        break;
      case "tool-close":
        callOf.get(event.key)?.close();
        break;
      case "block-break":
        spoken.breakOff();
        break;
      default:
    }
  }

  return {
    push(event) {
      if (event.kind === "tool-arguments") return pushArguments(event.key, event.text);
      write(event);
      return true;
    },
    drain: queue.drain,
    finish(stop) {
      spoken.leave();
      const wasCut = stop.reason === "length" || stop.reason === "context-full";
      return calls.every((call) => call.close() || (wasCut && call.cut()));
    },
    hasCalls: () => calls.length > 0,
    searches: () => searches,
  };
}
