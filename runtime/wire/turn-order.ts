import type { Block, Turn } from "./canonical.ts";
import type { Notes } from "./notes.ts";

/** What the APIs of Anthropic and Google share about the order of a conversation: its roles take turns, a user begins. */

export function joinRoles(turns: readonly Turn[]): readonly Turn[] {
  const joined: { role: Turn["role"]; blocks: Block[] }[] = [];
  for (const turn of turns) {
    const last = joined.at(-1);
    if (last?.role === turn.role) last.blocks.push(...turn.blocks);
    else joined.push({ role: turn.role, blocks: [...turn.blocks] });
  }
  return joined;
}

/**
 * Instructions that a model can only be given at the start stay in their place as a user's reminder: at the start they
 * would mean something else, and change every cached prefix.
 */
export function asReminder(turn: Turn, found: Notes): Turn {
  found.lose("system_moved", "messages", turn.blocks[0]);
  const blocks = turn.blocks.map((block) =>
    block.kind === "text"
      ? found.as(block, { ...block, text: `<system-reminder>\n${block.text}\n</system-reminder>` })
      : block,
  );
  return { role: "user", blocks };
}

export function openWithUser(turns: readonly Turn[], found: Notes): readonly Turn[] {
  if (turns[0] === undefined || turns[0].role === "user") return turns;
  found.lose("turn_added", "messages", turns[0].blocks[0]);
  return [{ role: "user", blocks: [{ kind: "text", text: "[conversation start]" }] }, ...turns];
}

/** Tool calls go last, but no block moves across thinking or across a block of a server tool. */
export function orderAssistant(turn: Turn): Turn {
  if (turn.role !== "assistant") return turn;
  const ordered: Block[] = [];
  let calls: Block[] = [];
  for (const block of turn.blocks) {
    if (block.kind === "tool-call") calls.push(block);
    else if (block.kind === "thinking" || block.kind === "redacted-thinking" || block.kind === "opaque") {
      ordered.push(...calls, block);
      calls = [];
    } else ordered.push(block);
  }
  return { ...turn, blocks: [...ordered, ...calls] };
}
