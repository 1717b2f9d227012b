import type { Citation, Opaque } from "../canonical.ts";
import type { BlockQueue, QueuedBlock } from "./block-queue.ts";
import { writeCitation } from "./citation.ts";
import { textBlock, thinkingBlock } from "./reply-blocks.ts";
import { writeOpaque } from "./signature.ts";

/** The text and thinking of one streamed reply: pieces of one kind share a block until it is over. */
export type SpokenWriter = Readonly<{
  write(kind: Spoken, text: string): void;
  /** Of the thinking that is open, or of none. */
  sign(signature: Opaque): void;
  /** The signature of the call that is opened next goes on thinking that has none, or on an empty one. */
  signCall(signature: Opaque): void;
  /** That of a text follows it once it is over; sources may still come. */
  signText(signature: Opaque): void;
  cite(citation: Citation): void;
  /** The upstream ended its block. */
  breakOff(): void;
  /** Another kind of block follows. */
  leave(): void;
}>;

type Spoken = "text" | "refusal" | "thinking";

/**
 * The block that further text goes to. Its signature is sent last, as the vendor does; one that is over stays open until
 * something follows, as the signature of a call may still go on it.
 */
type Current = { kind: Spoken; block: QueuedBlock; signature: Opaque | undefined; isOver: boolean };

export function spokenWriter(queue: BlockQueue): SpokenWriter {
  let current: Current | undefined;
  let answerText = "";

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
    leave();
    const block = queue.open(thinkingBlock("", ""));
    pushSignature(block, signature);
    block.finish();
  }

  function enter(kind: Spoken): Current {
    if (current?.kind === kind && !current.isOver) return current;
    leave();
    const block = queue.open(kind === "thinking" ? thinkingBlock("", "") : textBlock(""));
    current = { kind, block, signature: undefined, isOver: false };
    return current;
  }

  return {
    write(kind, text) {
      if (text === "") return;
      if (kind === "thinking") enter(kind).block.push({ type: "thinking_delta", thinking: text });
      else {
        answerText += text;
        enter(kind).block.push({ type: "text_delta", text });
      }
    },
    sign(signature) {
      enter("thinking").signature = signature;
    },
    signCall(signature) {
      const signed: Opaque = { ...signature, signs: "call" };
      if (current?.kind === "thinking" && current.signature === undefined) current.signature = signed;
      else carry(signed);
    },
    signText(signature) {
      const signed: Opaque = { ...signature, signs: "text" };
      if (current?.kind === "text" && !current.isOver) current.signature = signed;
      else carry(signed);
    },
    cite(citation) {
      if (current?.kind !== "text") return;
      current.block.push({ type: "citations_delta", citation: writeCitation(citation, answerText) });
    },
    breakOff() {
      if (current !== undefined) current.isOver = true;
    },
    leave,
  };
}

function pushSignature(block: QueuedBlock, signature: Opaque | undefined): void {
  const text = writeOpaque(signature);
  if (text !== "") block.push({ type: "signature_delta", signature: text });
}
