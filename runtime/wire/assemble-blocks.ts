import type { Block, StreamEvent } from "./canonical.ts";

/** The blocks that a stream's events put together: `replay` the other way round. Pieces of one text are one block until it is over. */
export function assembleBlocks(events: readonly StreamEvent[]): readonly Block[] {
  const blocks: Block[] = [];
  const placeOfCall = new Map<number, number>();
  let isOpen = false;

  function add(block: Block, staysOpen: boolean): void {
    blocks.push(block);
    isOpen = staysOpen;
  }

  function change(block: Block): void {
    blocks[blocks.length - 1] = block;
  }

  for (const event of events) {
    const last = isOpen ? blocks.at(-1) : undefined;
    switch (event.kind) {
      case "text":
      case "thinking":
      case "refusal":
        if (last?.kind === event.kind) change({ ...last, text: last.text + event.text });
        else add({ kind: event.kind, text: event.text }, true);
        break;
      case "text-signature":
      case "thinking-signature": {
        const kind = event.kind === "text-signature" ? "text" : "thinking";
        if (last?.kind === kind) change({ ...last, signature: event.signature });
        else add({ kind, text: "", signature: event.signature }, true);
        break;
      }
      case "redacted-thinking":
        add(event, false);
        break;
      case "web-search":
        add(event.search, false);
        break;
      case "block-break":
        isOpen = false;
        break;
      case "citation": {
        const at = blocks.findLastIndex(({ kind }) => kind === "text");
        const text = blocks[at];
        if (text?.kind === "text") blocks[at] = { ...text, citations: [...(text.citations ?? []), event.citation] };
        break;
      }
      case "tool-open": {
        const { key, id, name, tool, signature } = event;
        placeOfCall.set(key, blocks.length);
        const signed = signature === undefined ? {} : { signature };
        add({ kind: "tool-call", id, name, tool, argumentsText: "", ...signed }, false);
        break;
      }
      case "tool-arguments": {
        const at = placeOfCall.get(event.key) ?? -1;
        const call = blocks[at];
        if (call?.kind === "tool-call") blocks[at] = { ...call, argumentsText: call.argumentsText + event.text };
        break;
      }
      default:
    }
  }
  return blocks;
}
