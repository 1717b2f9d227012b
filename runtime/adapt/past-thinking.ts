import type { WireFormat } from "../contract.ts";
import type { Json, JsonObject } from "../wire/canonical.ts";
import { arrayOf, isArray, isObject, objectOf } from "../wire/json.ts";
import { mapItems, withoutMembers } from "./without.ts";

export type Treatment = "strip" | "stub";

/** Types of Anthropic blocks that hold thinking; `reasoning` is what some compatible servers call theirs. */
const thinkingBlocks: ReadonlySet<unknown> = new Set(["thinking", "redacted_thinking", "reasoning"]);
/** Members in which servers of the OpenAI format tell their thinking, and take it back. */
const reasoningMembers: ReadonlySet<string> = new Set([
  "reasoning_content",
  "reasoning",
  "reasoning_details",
  "thinking_blocks",
]);

/** What no body without thinking mentions; `thought` is Gemini's. */
export const thinkingNames: readonly string[] = ["thinking", "redacted_thinking", "thought", ...reasoningMembers];

export function isThinkingBlock(block: Json | undefined): boolean {
  return thinkingBlocks.has(objectOf(block)?.["type"]);
}

export function isReasoningMember(name: string): boolean {
  return reasoningMembers.has(name);
}

/** An empty block for an upstream that wants thinking back but does not look inside. */
const stub = { type: "thinking", thinking: "", signature: "" };

/** Where each format keeps the conversation, and what becomes of the thinking in it. */
export const pastThinking: Readonly<
  Record<
    WireFormat,
    Readonly<{ member: string; treat: (turns: readonly Json[], treatment: Treatment) => readonly Json[] }>
  >
> = {
  "anthropic-messages": { member: "messages", treat: inMessages },
  "openai-chat": { member: "messages", treat: inChat },
  "openai-responses": {
    member: "input",
    treat: (items, treatment) =>
      treatment === "stub" ? items : items.filter((item) => objectOf(item)?.["type"] !== "reasoning"),
  },
  gemini: {
    member: "contents",
    treat: (contents, treatment) => (treatment === "stub" ? contents : inContents(contents)),
  },
};

/** A message that held nothing else goes: no upstream takes an empty list of blocks. */
function inMessages(messages: readonly Json[], treatment: Treatment): readonly Json[] {
  return changedTurns(messages, "content", (content, message) => {
    if (treatment === "strip") return content.filter((block) => !isThinkingBlock(block));
    if (message["role"] !== "assistant") return content;
    if (!content.some(isThinkingBlock)) return [stub, ...content];
    return content.map((block) => (isThinkingBlock(block) ? stub : block));
  });
}

function inContents(contents: readonly Json[]): readonly Json[] {
  return changedTurns(contents, "parts", (parts) => parts.filter((part) => objectOf(part)?.["thought"] !== true));
}

function changedTurns(
  turns: readonly Json[],
  member: string,
  change: (blocks: readonly Json[], turn: JsonObject) => readonly Json[],
): readonly Json[] {
  return turns.flatMap((turn) => {
    const blocks = objectOf(turn)?.[member];
    if (!isObject(turn) || !isArray(blocks) || blocks.length === 0) return [turn];
    const changed = change(blocks, turn);
    return changed.length === 0 ? [] : [{ ...turn, [member]: changed }];
  });
}

/** A stub is what servers with `reasoning_content` ask for behind each message with tool calls. */
function inChat(messages: readonly Json[], treatment: Treatment): readonly Json[] {
  return mapItems(messages, (message) => {
    if (!isObject(message) || message["role"] !== "assistant") return message;
    const bare = withoutMembers(message, isReasoningMember);
    const wantsStub = treatment === "stub" && arrayOf(message["tool_calls"]).length > 0;
    return wantsStub ? { ...bare, reasoning_content: "" } : bare;
  });
}
