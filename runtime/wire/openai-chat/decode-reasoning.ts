import type { WireFormat } from "../../contract.ts";
import type { Block, JsonObject, Opaque } from "../canonical.ts";
import { carriedText, unpackOpaque } from "../carrier.ts";
import { arrayOf, filledString, objectOf, stringOf } from "../json.ts";

/**
 * Who a message comes from. Upstreams get back what they signed, so their state is this API's whatever they call it; a
 * client's history may hold another vendor's own signatures.
 */
export type Sender = "client" | "upstream";

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
  const isAnthropic = stringOf(detail["format"])?.startsWith("anthropic") === true;
  const native = isAnthropic ? "anthropic-messages" : "openai-chat";
  const data = filledString(detail["data"]);
  if (data !== undefined) {
    const opaque = readState(data, native, sender);
    return opaque === undefined ? [] : [{ kind: "redacted-thinking", data: opaque }];
  }
  const token = filledString(detail["signature"]);
  const signature = token === undefined ? undefined : readState(token, native, sender);
  const told = stringOf(detail["text"]) ?? stringOf(detail["summary"]) ?? "";
  // Clients that put a stream together may have lost a part of what was signed.
  const text = (sender === "client" && token !== undefined ? carriedText(token) : undefined) ?? told;
  return text === "" && signature === undefined ? [] : [{ kind: "thinking", text, signature }];
}

/** `native` is whose state a client's token without carrier is. */
function readState(token: string, native: WireFormat, sender: Sender): Opaque | undefined {
  return sender === "client" ? unpackOpaque(token, native) : { from: "openai-chat", data: token };
}

/**
 * The signature of a call, in the member of Google's own OpenAI-compatible API (ai.google.dev, "OpenAI compatibility",
 * thought signatures) or in LiteLLM's.
 */
export function callSignature(entry: JsonObject, sender: Sender): Opaque | undefined {
  const google = objectOf(objectOf(entry["extra_content"])?.["google"]);
  const holders = [
    google,
    ...[entry, objectOf(entry["function"])].map((part) => objectOf(part?.["provider_specific_fields"])),
  ];
  const token = holders
    .map((holder) => filledString(holder?.["thought_signature"]))
    .find((found) => found !== undefined);
  return token === undefined ? undefined : readState(token, "gemini", sender);
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
