import type { Block, Citation, StreamEvent, ToolCall } from "./canonical.ts";

type Text = Extract<Block, { kind: "text" }>;
type Thinking = Extract<Block, { kind: "thinking" }>;

/** The blocks that a stream of these events shows: `replay` the other way round. */
export function assemble(events: readonly StreamEvent[]): readonly Block[] {
  const blocks: Block[] = [];
  const calls = new Map<number, number>();
  /** Whether text of the last block's kind still belongs to it. */
  let isOpen = false;

  function add(block: Block): void {
    blocks.push(block);
    isOpen = true;
  }

  function openBlock<Kind extends Block["kind"]>(kind: Kind): Extract<Block, { kind: Kind }> | undefined {
    const last = blocks.at(-1);
    return isOpen && last !== undefined && isOf(last, kind) ? last : undefined;
  }

  function say(kind: "text" | "thinking" | "refusal", text: string): void {
    const open = openBlock(kind);
    if (open === undefined) add({ kind, text });
    else blocks.splice(-1, 1, { ...open, text: open.text + text });
  }

  /** Opaque state ends the block it is put on. */
  function seal(signed: Text | Thinking): void {
    if (openBlock(signed.kind) === undefined) blocks.push(signed);
    else blocks.splice(-1, 1, signed);
    isOpen = signed.kind === "text";
  }

  function cite(citation: Citation): void {
    const at = blocks.findLastIndex(({ kind }) => kind === "text");
    const block = blocks[at];
    if (block?.kind === "text") blocks.splice(at, 1, { ...block, citations: [...(block.citations ?? []), citation] });
  }

  function addArguments(key: number, text: string): void {
    const at = calls.get(key) ?? -1;
    const call = blocks[at];
    if (call?.kind === "tool-call") blocks.splice(at, 1, { ...call, argumentsText: call.argumentsText + text });
  }

  for (const event of events) {
    switch (event.kind) {
      case "text":
      case "thinking":
      case "refusal":
        say(event.kind, event.text);
        break;
      case "text-signature":
        seal({ ...(openBlock("text") ?? { kind: "text", text: "" }), signature: event.signature });
        break;
      case "thinking-signature":
        seal({ ...(openBlock("thinking") ?? { kind: "thinking", text: "" }), signature: event.signature });
        break;
      case "redacted-thinking":
        add(event);
        break;
      case "web-search":
        add(event.search);
        break;
      case "citation":
        cite(event.citation);
        break;
      case "tool-open":
        calls.set(event.key, blocks.length);
        add(openedCall(event));
        break;
      case "tool-arguments":
        addArguments(event.key, event.text);
        break;
      case "block-break":
        isOpen = false;
        break;
      default:
    }
  }
  return blocks;
}

function isOf<Kind extends Block["kind"]>(block: Block, kind: Kind): block is Extract<Block, { kind: Kind }> {
  return block.kind === kind;
}

function openedCall({ id, name, tool, signature }: Extract<StreamEvent, { kind: "tool-open" }>): ToolCall {
  const call: ToolCall = { kind: "tool-call", id, name, tool, argumentsText: "" };
  return signature === undefined ? call : { ...call, signature };
}
