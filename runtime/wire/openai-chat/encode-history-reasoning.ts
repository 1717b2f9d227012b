import type { Dialect } from "../../contract.ts";
import type { Block, JsonObject } from "../canonical.ts";

type Thinking = Extract<Block, { kind: "thinking" }>;

/**
 * Reasoning of an earlier answer, for servers other than OpenAI's own, which takes none. What a server signed goes back to
 * it as it was; text goes into the field it asks for (DeepSeek, Moonshot, OpenRouter). What another vendor signed stays
 * away.
 */
export function encodeHistoryReasoning(blocks: readonly Block[], dialect: Dialect): JsonObject {
  const { reasoningField: field, reasoningRequired = false } = dialect;
  const own = blocks.filter(isThinking).filter(({ signature }) => (signature?.from ?? "openai-chat") === "openai-chat");
  const texts = own.map((block) => block.text).filter((text) => text !== "");
  const isTold = field !== undefined && field !== "reasoning_details" && (reasoningRequired || texts.length > 0);
  const withText = field === "reasoning_details";
  const details = blocks.flatMap((block) => detailOf(block, withText)).map((detail, index) => ({ ...detail, index }));
  return {
    ...(isTold ? { [field]: texts.join("\n\n") } : {}),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
  };
}

function detailOf(block: Block, withText: boolean): readonly JsonObject[] {
  if (block.kind === "redacted-thinking" && block.data.from === "openai-chat") {
    return [{ type: "reasoning.encrypted", data: block.data.data }];
  }
  if (!isThinking(block)) return [];
  const { text, signature } = block;
  if (signature?.from === "openai-chat") return [{ type: "reasoning.text", text, signature: signature.data }];
  return withText && signature === undefined && text !== "" ? [{ type: "reasoning.text", text }] : [];
}

function isThinking(block: Block): block is Thinking {
  return block.kind === "thinking";
}
