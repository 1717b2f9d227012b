import { LRUCache } from "lru-cache";
import type { Block, Opaque, Request, StreamEvent, ToolCall, Turn } from "../wire/canonical.ts";

/**
 * Reasoning of tool calls, for clients that do not send it back: many drop fields they do not know, and a provider then
 * refuses the next turn or forgets what it thought. Kept by call id, per owner (whoever holds the client key).
 * `keepsText`: of answers whose provider wants its reasoning back although it signs none; else only what is signed is kept.
 */
export type ReasoningMemory = Readonly<{
  /** Takes in what a whole answer holds. */
  remember(owner: string, blocks: readonly Block[], keepsText?: boolean): void;
  /** The same for a stream: to be handed each of its events. */
  watch(owner: string, keepsText?: boolean): (event: StreamEvent) => void;
  /** The request with what its history has lost. What the client did send back is left as it is. */
  recall(owner: string, request: Request): Request;
  /** Unsigned reasoning that led to a call. */
  textOf(owner: string, callId: string): string | undefined;
}>;

type Thinking = Extract<Block, { kind: "thinking" | "redacted-thinking" }>;
/** What came before a call and on it. */
type Memory = Readonly<{ thinking: readonly Thinking[]; signature: Opaque | undefined }>;

/** Sizes are in UTF-16 units. */
const limits = { max: 20_000, maxSize: 64 * 1024 * 1024, ttl: 6 * 60 * 60 * 1000, ttlResolution: 0 } as const;
/** A longer thought is not kept while it streams. */
const maxThoughtChars = 4 * 1024 * 1024;

export function createReasoningMemory(now: () => number): ReasoningMemory {
  const memories = new LRUCache<string, Memory>({ ...limits, sizeCalculation: sizeOf, perf: { now } });

  /** Reads an answer block by block. */
  function listener(owner: string, keepsText: boolean): (block: Block) => void {
    let thinking: Thinking[] = [];
    return (block) => {
      if (isThinking(block)) thinking.push(...(isSigned(block) || keepsText ? [block] : []));
      else if (block.kind === "tool-call") {
        if (thinking.length > 0 || block.signature !== undefined)
          memories.set(keyOf(owner, block.id), { thinking, signature: block.signature });
        thinking = [];
      }
    };
  }

  function recallTurn(owner: string, turn: Turn): Turn {
    const isCall = (block: Block): block is ToolCall => block.kind === "tool-call";
    if (turn.role !== "assistant" || !turn.blocks.some(isCall)) return turn;
    const hasSigned = turn.blocks.some(isSigned);
    const hasThinking = turn.blocks.some(isThinking);
    const blocks = turn.blocks.flatMap((block): readonly Block[] => {
      const memory = isCall(block) ? memories.get(keyOf(owner, block.id)) : undefined;
      if (memory === undefined || !isCall(block)) return [block];
      const signature = block.signature ?? memory.signature;
      const lost = memory.thinking.filter((thought) => !(isSigned(thought) ? hasSigned : hasThinking));
      return [...lost, ...[signature === undefined ? block : { ...block, signature }]];
    });
    return { ...turn, blocks };
  }

  return {
    remember: (owner, blocks, keepsText = false) => {
      const listen = listener(owner, keepsText);
      for (const block of blocks) listen(block);
    },
    watch: (owner, keepsText = false) => assembled(listener(owner, keepsText)),
    recall: (owner, request) =>
      memories.size === 0 ? request : { ...request, turns: request.turns.map((turn) => recallTurn(owner, turn)) },
    textOf: (owner, callId) => {
      const thinking = memories.get(keyOf(owner, callId))?.thinking ?? [];
      const texts = thinking.map((block) => (block.kind === "thinking" && !isSigned(block) ? block.text : ""));
      return texts.filter((text) => text !== "").join("\n\n") || undefined;
    },
  };
}

/** The blocks of a stream that matter here, each once it is whole. */
function assembled(listen: (block: Block) => void): (event: StreamEvent) => void {
  let text = "";

  /** Nobody signed it. */
  function close(): void {
    if (text !== "" && text.length <= maxThoughtChars) listen({ kind: "thinking", text });
    text = "";
  }

  return (event) => {
    switch (event.kind) {
      case "thinking":
        if (text.length <= maxThoughtChars) text += event.text;
        break;
      case "thinking-signature":
        listen({ kind: "thinking", text, signature: event.signature });
        text = "";
        break;
      case "redacted-thinking":
        listen({ kind: "redacted-thinking", data: event.data });
        break;
      case "tool-open": {
        close();
        const { id, name, tool, signature } = event;
        listen({ kind: "tool-call", id, name, tool, argumentsText: "", signature });
        break;
      }
      case "text":
        close();
        break;
      default:
    }
  };
}

function isThinking(block: Block): block is Thinking {
  return block.kind === "thinking" || block.kind === "redacted-thinking";
}

function isSigned(block: Block): boolean {
  return block.kind === "redacted-thinking" || (block.kind === "thinking" && block.signature !== undefined);
}

function keyOf(owner: string, callId: string): string {
  return `${owner}\n${callId}`;
}

function sizeOf({ thinking, signature }: Memory, key: string): number {
  const blocks = thinking.reduce(
    (sum, block) =>
      sum +
      (block.kind === "thinking" ? block.text.length + (block.signature?.data.length ?? 0) : block.data.data.length),
    0,
  );
  return key.length + blocks + (signature?.data.length ?? 0) + 100;
}
