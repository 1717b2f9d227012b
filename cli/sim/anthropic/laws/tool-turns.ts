import type { JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { blocksOf, messagesOf } from "../blocks.ts";
import { invalid } from "../invalid.ts";
import type { Law } from "./law.ts";

/**
 * Every tool_use is answered, once, by a tool_result that stands first in the very next turn, and no tool_result answers
 * anything else. Turns of one role in a row count as one.
 */
export const toolTurns: Law = (body) => {
  const turns = mergedTurns(messagesOf(body));
  const seen = new Set<string>();
  for (const [at, turn] of turns.entries()) {
    const calls = turn.role === "assistant" ? idsOf(turn.blocks, "tool_use", "id") : [];
    const twice = calls.find((id, index) => seen.has(id) || calls.indexOf(id) !== index);
    if (twice !== undefined) return invalid("messages: `tool_use` ids must be unique");
    for (const id of calls) seen.add(id);
    const previous = turns[at - 1];
    const asked = previous?.role === "assistant" ? idsOf(previous.blocks, "tool_use", "id") : [];
    const problem = resultsProblem(turn, asked) ?? unansweredProblem(turn, calls, turns[at + 1]);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

type Placed = Readonly<{ block: JsonObject; place: string }>;
type Turn = Readonly<{ role: string; index: number; blocks: readonly Placed[] }>;

/** System messages do not end a turn: they stand between a user turn and its answer. */
function mergedTurns(messages: readonly JsonObject[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (const [index, message] of messages.entries()) {
    const role = String(message["role"]);
    if (role === "system") continue;
    const blocks = blocksOf(message["content"]).map((block, at) => ({
      block,
      place: `messages.${index}.content.${at}`,
    }));
    const last = turns.at(-1);
    if (last?.role === role) turns[turns.length - 1] = { ...last, blocks: [...last.blocks, ...blocks] };
    else turns.push({ role, index, blocks });
  }
  return turns;
}

function idsOf(blocks: readonly Placed[], type: string, field: string): readonly string[] {
  return blocks.filter(({ block }) => block["type"] === type).map(({ block }) => String(block[field]));
}

function resultsProblem(turn: Turn, asked: readonly string[]): Problem | undefined {
  const answered = new Set<string>();
  for (const { block, place } of turn.blocks) {
    if (block["type"] !== "tool_result") continue;
    const id = String(block["tool_use_id"]);
    if (turn.role !== "user") return invalid(`${place}: \`tool_result\` blocks can only be in \`user\` messages`);
    if (!asked.includes(id)) {
      return invalid(
        `${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    }
    if (answered.has(id)) {
      return invalid(
        `${place}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
      );
    }
    answered.add(id);
  }
  return undefined;
}

/** Only results at the start of the next turn count; text before them hides them. */
function unansweredProblem(turn: Turn, calls: readonly string[], next: Turn | undefined): Problem | undefined {
  const misplaced = turn.role === "user" ? turn.blocks.find(({ block }) => block["type"] === "tool_use") : undefined;
  if (misplaced !== undefined)
    return invalid(`${misplaced.place}: \`tool_use\` blocks can only be in \`assistant\` messages`);
  const blocks = next?.blocks ?? [];
  const end = blocks.findIndex(({ block }) => block["type"] !== "tool_result");
  const leading = idsOf(end < 0 ? blocks : blocks.slice(0, end), "tool_result", "tool_use_id");
  const open = calls.filter((id) => !leading.includes(id));
  if (open.length === 0) return undefined;
  return invalid(
    `messages.${turn.index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );
}
