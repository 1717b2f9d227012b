import type { Block, Opaque, Request, ToolCall, Turn } from "../canonical.ts";
import { shorten } from "../names.ts";
import type { Notes } from "../notes.ts";
import { asReminder, joinRoles, openWithUser, orderAssistant } from "../turn-order.ts";
import { familyOf, type Traits } from "./traits.ts";

/** A conversation in the order and with the ids that the Messages API accepts, still in canonical blocks. */
export type Conversation = Readonly<{ system: readonly Block[]; turns: readonly Turn[] }>;

const native = "anthropic-messages";
/** The API asks for letters, digits, `_` and `-` only; the length is ours, to keep ids of other vendors readable. */
const maxIdChars = 64;

/**
 * The rules of the Messages API for `messages`: no blank text, roles that alternate, a user turn first, tool calls
 * behind other content, unique tool ids, no state of other vendors. Expects `normalise`d turns.
 */
export function arrange(request: Request, model: string, traits: Traits, found: Notes): Conversation {
  const system = keepBlocks(request.system, model, found);
  const kept = request.turns
    .map((turn) => ({ ...turn, blocks: keepBlocks(turn.blocks, model, found) }))
    .filter((turn) => turn.blocks.length > 0);
  const turns = joinRoles(placeSystemTurns(joinRoles(kept), traits, found));
  if (turns.length === 0) {
    if (system.length > 0) return { system: [], turns: [{ role: "user", blocks: system }] };
    found.reject("messages_empty", "messages", "messages: at least one message with text is required");
  }
  const opened = openWithUser(turns, found);
  return { system, turns: finishTurn(renameIds(opened.map(orderAssistant), found), traits, found) };
}

/** Blank text is refused by the API, reasoning and other state only its own vendor can read. */
function keepBlocks(blocks: readonly Block[], model: string, found: Notes): readonly Block[] {
  return blocks.flatMap((block): readonly Block[] => {
    switch (block.kind) {
      case "text":
      case "refusal":
        return block.text.trim() === "" ? [] : [block];
      case "thinking":
        if (block.signature !== undefined && isReadable(block.signature, model)) return [block];
        if (block.signature !== undefined) found.lose("reasoning_dropped", "messages", block);
        return [];
      case "redacted-thinking":
        if (isReadable(block.data, model)) return [block];
        found.lose("reasoning_dropped", "messages", block);
        return [];
      case "opaque":
        if (block.from === native) return [block];
        found.lose("dropped", block.type, block);
        return [];
      case "tool-result":
        return [found.as(block, { ...block, blocks: keepBlocks(block.blocks, model, found) })];
      default:
        return [block];
    }
  });
}

/** Newer models refuse thinking that a model of another family wrote. */
function isReadable({ from, data, model: maker }: Opaque, model: string): boolean {
  if (from !== native || data === "") return false;
  const [written, asked] = [familyOf(maker ?? ""), familyOf(model)];
  return written === undefined || asked === undefined || written === asked;
}

/**
 * `role: "system"` is legal after a user turn when an assistant turn or nothing follows. Elsewhere, and on models without
 * it, the text stays in its place as a user's reminder.
 */
function placeSystemTurns(turns: readonly Turn[], traits: Traits, found: Notes): readonly Turn[] {
  return turns.map((turn, index) => {
    if (turn.role !== "system") return turn;
    const follower = turns[index + 1]?.role;
    if (traits.systemTurns && turns[index - 1]?.role === "user" && follower !== "user") return turn;
    return asReminder(turn, found);
  });
}

/** Ids of the API's own alphabet, each used once in the whole request. The results of a turn follow it in call order. */
function renameIds(turns: readonly Turn[], found: Notes): readonly Turn[] {
  const uniqueId = idAssigner();
  const pending: { from: string; to: string }[] = [];
  return turns.map((turn) => ({
    ...turn,
    blocks: turn.blocks.map((block): Block => {
      if (block.kind === "tool-call") {
        const to = uniqueId(block);
        pending.push({ from: block.id, to });
        return found.as(block, { ...block, id: to });
      }
      if (block.kind !== "tool-result") return block;
      const at = pending.findIndex(({ from }) => from === block.callId);
      const [match] = at === -1 ? [] : pending.splice(at, 1);
      return match === undefined ? block : found.as(block, { ...block, callId: match.to });
    }),
  }));
}

function idAssigner(): (call: ToolCall) => string {
  const used = new Set<string>();
  const copies = new Map<string, number>();
  return (call) => {
    const readable = shorten(call.id === "" ? "call" : call.id, maxIdChars);
    let copy = copies.get(readable) ?? 1;
    let id = readable;
    while (used.has(id)) {
      copy += 1;
      id = shorten(`${readable}_${copy}`, maxIdChars);
    }
    copies.set(readable, copy);
    used.add(id);
    return id;
  };
}

/** A trailing assistant turn is text that the answer continues, where the model can. */
function finishTurn(turns: readonly Turn[], traits: Traits, found: Notes): readonly Turn[] {
  const last = turns.at(-1);
  if (last?.role !== "assistant") return turns;
  if (!traits.prefill) {
    found.reject(
      "prefill_unsupported",
      "messages",
      "messages: this model cannot continue an assistant message; end the conversation with a user message",
      last.blocks.at(-1),
    );
    return turns;
  }
  const blocks = last.blocks.map((block, index) =>
    block.kind === "text" && index === last.blocks.length - 1 ? { ...block, text: block.text.trimEnd() } : block,
  );
  return [...turns.slice(0, -1), { ...last, blocks }];
}
