import type { Block, ToolResult, Turn } from "../canonical.ts";
import type { Notes } from "../notes.ts";
import { placeSignatures } from "../place-signatures.ts";

export type Conversation = Readonly<{ system: readonly Block[]; turns: readonly Turn[] }>;

/** Puts items that stand one after the other into turns. */
export type ConversationBuilder = Readonly<{
  /** Instructions before the conversation are the system's, later ones keep their place. */
  instruct(blocks: readonly Block[]): void;
  /** What a user says twice stays two turns. */
  ask(blocks: readonly Block[]): void;
  /** What the model said, reasoned and called is one turn until somebody else speaks. */
  say(block: Block): void;
  /** Results that follow each other are one turn. */
  answer(result: ToolResult): void;
  /** Takes back the reasoning that nothing has followed yet; false where there is none. */
  takeReasoning(): boolean;
  finish(): Conversation;
}>;

export function conversationBuilder(found: Notes): ConversationBuilder {
  const system: Block[] = [];
  const turns: { role: Turn["role"]; blocks: Block[] }[] = [];

  return {
    instruct(blocks) {
      if (turns.length === 0) system.push(...blocks);
      else turns.push({ role: "system", blocks: [...blocks] });
    },
    ask: (blocks) => void turns.push({ role: "user", blocks: [...blocks] }),
    say(block) {
      const last = turns.at(-1);
      if (last?.role === "assistant") last.blocks.push(block);
      else turns.push({ role: "assistant", blocks: [block] });
    },
    answer(result) {
      const last = turns.at(-1);
      if (last?.role === "user" && last.blocks.at(-1)?.kind === "tool-result") last.blocks.push(result);
      else turns.push({ role: "user", blocks: [result] });
    },
    takeReasoning() {
      const last = turns.at(-1);
      if (last?.role !== "assistant") return false;
      const kept = last.blocks.findLastIndex((block) => !isReasoning(block)) + 1;
      return last.blocks.splice(kept).length > 0;
    },
    finish: () => ({
      system,
      turns: turns
        .filter(({ blocks }) => blocks.length > 0)
        .map(({ role, blocks }) => ({ role, blocks: role === "assistant" ? placeSignatures(blocks, found) : blocks })),
    }),
  };
}

function isReasoning({ kind }: Block): boolean {
  return kind === "thinking" || kind === "redacted-thinking";
}
