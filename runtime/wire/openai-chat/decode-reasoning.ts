import type { WireFormat } from "../../contract.ts";
import type { Block, JsonObject } from "../canonical.ts";
import { unpackOpaque } from "../carrier.ts";
import { arrayOf, filledString, objectOf, stringOf } from "../json.ts";

/**
 * Who a message comes from. Upstreams get back what they signed, so their state is this API's whatever they call it; a
 * client's history may hold another vendor's own signatures.
 */
type Sender = "client" | "upstream";

/**
 * Thinking blocks of an assistant message: in a request what a client sends back, in a response what an upstream shows.
 * Not part of OpenAI's API; the shapes are those of OpenRouter (`reasoning_details`), LiteLLM (`thinking_blocks`) and
 * DeepSeek (`reasoning_content`). They repeat each other, so the first one that holds anything is the only one read.
 */
export function decodeReasoning(message: JsonObject, sender: Sender): readonly Block[] {
  const details = arrayOf(message["reasoning_details"]).flatMap((entry) => decodeDetail(objectOf(entry), sender));
  if (details.some(isSigned)) return details;
  const blocks = arrayOf(message["thinking_blocks"]).flatMap((entry) => decodeThinkingBlock(objectOf(entry)));
  if (blocks.length > 0) return blocks;
  const text = plainReasoning(message);
  if (text !== undefined) return [{ kind: "thinking", text }];
  return details;
}

/** Reasoning text of a message or delta under whichever of its names comes first. */
export function plainReasoning(message: JsonObject): string | undefined {
  return (
    filledString(message["reasoning_content"]) ??
    filledString(message["reasoning"]) ??
    filledString(message["thinking"])
  );
}

/** One entry of `reasoning_details`; none when it holds nothing readable. */
export function decodeDetail(detail: JsonObject | undefined, sender: Sender): readonly Block[] {
  if (detail === undefined) return [];
  const isAnthropic = sender === "client" && stringOf(detail["format"])?.startsWith("anthropic") === true;
  const native: WireFormat = isAnthropic ? "anthropic-messages" : "openai-chat";
  const data = filledString(detail["data"]);
  if (data !== undefined) {
    const opaque = unpackOpaque(data, native);
    return opaque === undefined ? [] : [{ kind: "redacted-thinking", data: opaque }];
  }
  const text = stringOf(detail["text"]) ?? stringOf(detail["summary"]) ?? "";
  const token = filledString(detail["signature"]);
  const signature = token === undefined ? undefined : unpackOpaque(token, native);
  return text === "" && signature === undefined ? [] : [{ kind: "thinking", text, signature }];
}

/** LiteLLM hands Anthropic's own blocks to Chat clients. */
function decodeThinkingBlock(block: JsonObject | undefined): readonly Block[] {
  const data = filledString(block?.["data"]);
  if (block?.["type"] === "redacted_thinking" && data !== undefined) {
    const opaque = unpackOpaque(data, "anthropic-messages");
    return opaque === undefined ? [] : [{ kind: "redacted-thinking", data: opaque }];
  }
  const token = filledString(block?.["signature"]);
  const signature = token === undefined ? undefined : unpackOpaque(token, "anthropic-messages");
  return block?.["type"] === "thinking"
    ? [{ kind: "thinking", text: stringOf(block["thinking"]) ?? "", signature }]
    : [];
}

function isSigned(block: Block): boolean {
  return block.kind === "redacted-thinking" || (block.kind === "thinking" && block.signature !== undefined);
}
