import type { Block, StreamEvent } from "../canonical.ts";

/** The blocks that a stream's content events put together: pieces of one text are one block until it is signed or over. */
export function assembleBlocks(events: readonly StreamEvent[]): readonly Block[] {
  const blocks: Block[] = [];
  let isOpen = false;
  const change = (block: Block): void => {
    blocks[blocks.length - 1] = block;
  };
  for (const event of events) {
    const last = blocks.at(-1);
    switch (event.kind) {
      case "text":
      case "thinking":
        if (isOpen && last?.kind === event.kind) change({ ...last, text: last.text + event.text });
        else blocks.push({ kind: event.kind, text: event.text });
        isOpen = true;
        break;
      case "text-signature":
      case "thinking-signature": {
        const kind = event.kind === "text-signature" ? "text" : "thinking";
        if (isOpen && last?.kind === kind) change({ ...last, signature: event.signature });
        else blocks.push({ kind, text: "", signature: event.signature });
        break;
      }
      case "block-break":
        isOpen = false;
        break;
      case "citation": {
        const at = blocks.findLastIndex(({ kind }) => kind === "text");
        const text = blocks[at];
        if (text?.kind === "text") blocks[at] = { ...text, citations: [...(text.citations ?? []), event.citation] };
        break;
      }
      case "web-search":
        blocks.push(event.search);
        isOpen = false;
        break;
      case "tool-open": {
        const { id, name, tool, signature } = event;
        const signed = signature === undefined ? {} : { signature };
        blocks.push({ kind: "tool-call", id, name, tool, argumentsText: "", ...signed });
        isOpen = false;
        break;
      }
      case "tool-arguments":
        if (last?.kind === "tool-call") change({ ...last, argumentsText: last.argumentsText + event.text });
        break;
      default:
    }
  }
  return blocks;
}
