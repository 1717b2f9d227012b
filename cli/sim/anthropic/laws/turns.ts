import { isArray, type JsonObject } from "../../json.ts";
import type { Problem } from "../../reply.ts";
import { blocksOf, messagesOf } from "../blocks.ts";
import { invalid } from "../invalid.ts";
import type { Law } from "./law.ts";

/** Who speaks when: user first, system in between only where the model takes it, assistant last only as a prefill. */
export const turns: Law = (body, model) => {
  const messages = messagesOf(body);
  const [first] = messages;
  if (first === undefined) return invalid("messages: at least one message is required");
  if (!model.systemMessages && messages.some((message) => message["role"] === "system")) return systemRefused;
  if (first["role"] !== "user") return invalid('messages: first message must use the "user" role');
  for (const [index, message] of messages.entries()) {
    const problem = message["role"] === "system" ? systemProblem(messages, index) : emptyProblem(messages, index);
    if (problem !== undefined) return problem;
  }
  const last = messages.at(-1);
  return last?.["role"] === "assistant" ? prefillProblem(last, model.prefill) : undefined;
};

const systemRefused = invalid(
  'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
);

/** A system message follows a user turn and is last or followed by an assistant turn; it holds text only. */
function systemProblem(messages: readonly JsonObject[], index: number): Problem | undefined {
  const place = `messages.${index}`;
  if (messages[index - 1]?.["role"] !== "user")
    return invalid(`${place}: a \`system\` message must follow a \`user\` message`);
  const next = messages[index + 1];
  if (next !== undefined && next["role"] !== "assistant") {
    return invalid(
      `${place}: a \`system\` message must be the last message or be followed by an \`assistant\` message`,
    );
  }
  const textOnly = blocksOf(messages[index]?.["content"]).every((block) => block["type"] === "text");
  return textOnly ? undefined : invalid(`${place}: a \`system\` message may contain \`text\` blocks only`);
}

function emptyProblem(messages: readonly JsonObject[], index: number): Problem | undefined {
  const content = messages[index]?.["content"];
  const empty = content === "" || (isArray(content) && content.length === 0);
  const finalAssistant = index === messages.length - 1 && messages[index]?.["role"] === "assistant";
  return empty && !finalAssistant
    ? invalid(
        `messages.${index}: all messages must have non-empty content except for the optional final assistant message`,
      )
    : undefined;
}

function prefillProblem(last: JsonObject, allowed: boolean): Problem | undefined {
  const blocks = blocksOf(last["content"]);
  if (blocks.some((block) => block["type"] === "tool_use") || isPaused(blocks)) return undefined;
  if (!allowed) {
    return invalid(
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  }
  const text = blocks.at(-1)?.["text"];
  return typeof text === "string" && /\s$/.test(text)
    ? invalid("messages: final assistant content cannot end with trailing whitespace")
    : undefined;
}

/** A turn that stopped with `pause_turn` is sent back as it is; its last word is a server tool's. */
function isPaused(blocks: readonly JsonObject[]): boolean {
  const type = blocks.at(-1)?.["type"];
  return typeof type === "string" && /^server_tool_use$|_tool_result$/.test(type);
}
