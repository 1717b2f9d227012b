import { isObject, type JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { unredact, type Verdict, verify } from "../../signature.ts";
import { blocksOf, messagesOf } from "../blocks.ts";
import { conversationHash } from "../conversation-hash.ts";
import { invalid } from "../invalid.ts";
import type { ClaudeModel } from "../models.ts";
import type { Law } from "./law.ts";

/** Thinking comes back as it went out: same text, same signature, and where the model binds it, in the same conversation. */
export const thinkingBlocks: Law = (body, model) => {
  const messages = messagesOf(body);
  for (const [index, message] of messages.entries()) {
    const prefix = model.boundThinking ? conversationHash(messages.slice(0, index)) : undefined;
    for (const [at, block] of blocksOf(message["content"]).entries()) {
      const problem = blockProblem(block, prefix, String(message["role"]), `messages.${index}.content.${at}`);
      if (problem !== undefined) return problem;
    }
  }
  return toolLoopProblem(body, messages, model);
};

function blockProblem(block: JsonObject, prefix: string | undefined, role: string, place: string): Problem | undefined {
  const type = String(block["type"]);
  if (type !== "thinking" && type !== "redacted_thinking") return undefined;
  if (role !== "assistant") return invalid(`${place}: \`${type}\` blocks can only be in \`assistant\` messages`);
  switch (verdict(block, prefix)) {
    case "valid":
      return undefined;
    case "changed":
      return type === "thinking"
        ? invalid(`${place}: Invalid \`signature\` in \`thinking\` block`)
        : invalid(`${place}: Invalid \`data\` in \`redacted_thinking\` block`);
    case "other-conversation":
      return invalid(
        `${place}: this \`${type}\` block is bound to a different conversation prefix. The messages before it must be unchanged when it is sent back.`,
      );
  }
}

function verdict(block: JsonObject, prefix: string | undefined): Verdict {
  if (block["type"] === "thinking") return verify(String(block["signature"]), String(block["thinking"]), prefix);
  const hidden = unredact(String(block["data"]));
  return hidden === undefined ? "changed" : verify(hidden.signature, hidden.text, prefix);
}

/** Models with manual thinking want the last tool loop to start with thinking exactly when thinking is on. */
function toolLoopProblem(body: JsonObject, messages: readonly JsonObject[], model: ClaudeModel): Problem | undefined {
  if (!model.thinkingTypes.includes("enabled")) return undefined;
  const lastUser = messages.findLast((message) => message["role"] === "user");
  const inLoop = blocksOf(lastUser?.["content"]).some((block) => block["type"] === "tool_result");
  const index = messages.findLastIndex((message) => message["role"] === "assistant");
  if (!inLoop || index < 0) return undefined;
  const type = String(blocksOf(messages[index]?.["content"])[0]?.["type"]);
  const thinks = type === "thinking" || type === "redacted_thinking";
  const mode = isObject(body["thinking"]) ? body["thinking"]["type"] : "disabled";
  if (mode === "enabled" && !thinks) {
    return invalid(
      `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${type}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking`,
    );
  }
  if (mode === "disabled" && thinks) {
    return invalid(
      `messages.${index}.content.0.type: When thinking is disabled, an \`assistant\` message in the final position cannot contain \`${type}\`. To use thinking blocks, enable \`thinking\` in your request.`,
    );
  }
  return undefined;
}
