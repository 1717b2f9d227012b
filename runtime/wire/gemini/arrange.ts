import type { Block, Opaque, Request, Turn } from "../canonical.ts";
import type { Notes } from "../notes.ts";
import { asReminder, joinRoles, openWithUser, orderAssistant } from "../turn-order.ts";
import type { Traits } from "./traits.ts";

/** A conversation in the order that the API accepts, still in canonical blocks. */
export type Conversation = Readonly<{ system: readonly Block[]; turns: readonly Turn[] }>;

/**
 * The rules of generateContent for `contents`: no empty text, roles that alternate, a user turn first, system text at
 * the start only, no state of other vendors. Expects `normalise`d turns.
 */
export function arrange(request: Request, traits: Traits, found: Notes): Conversation {
  const system = keepBlocks(request.system, found);
  const kept = request.turns
    .map((turn) => ({ ...turn, blocks: keepBlocks(turn.blocks, found) }))
    .filter((turn) => turn.blocks.length > 0);
  const placed = kept.map((turn) => (turn.role === "system" ? asReminder(turn, found) : turn));
  const turns = openWithUser(joinRoles(placed), found).map(orderAssistant);
  if (turns.length === 0 && system.length === 0) {
    found.reject("messages_empty", "messages", "messages: at least one message with text is required");
  }
  if (turns.at(-1)?.role === "assistant") found.lose("prefill_as_history", "messages", turns.at(-1)?.blocks.at(-1));
  if (turns.length > 0 && traits.systemInstruction) return { system, turns };
  return { system: [], turns: tellFirst(system, turns) };
}

/** What the system says begins the conversation: for models that take no instruction, and where nobody else speaks. */
function tellFirst(system: readonly Block[], turns: readonly Turn[]): readonly Turn[] {
  return system.length === 0 ? turns : joinRoles([{ role: "user", blocks: system }, ...turns]);
}

/** Parts without data are refused; reasoning and other state only its own vendor can read. */
function keepBlocks(blocks: readonly Block[], found: Notes): readonly Block[] {
  return blocks.flatMap((block): readonly Block[] => {
    switch (block.kind) {
      case "text": {
        const signature = readable(block, block.signature, found);
        return block.text === "" && signature === undefined ? [] : [found.as(block, { ...block, signature })];
      }
      case "refusal":
        return block.text === "" ? [] : [block];
      case "thinking":
        return readable(block, block.signature, found) === undefined ? [] : [block];
      case "redacted-thinking":
        return readable(block, block.data, found) === undefined
          ? []
          : [{ kind: "thinking", text: "", signature: block.data }];
      case "tool-call":
        return [found.as(block, { ...block, signature: readable(block, block.signature, found) })];
      case "tool-result":
        return [found.as(block, { ...block, blocks: keepBlocks(block.blocks, found) })];
      default:
        return [block];
    }
  });
}

function readable(block: Block, state: Opaque | undefined, found: Notes): Opaque | undefined {
  if (state === undefined || state.from === "gemini") return state;
  found.lose("reasoning_dropped", "messages", block);
  return undefined;
}
