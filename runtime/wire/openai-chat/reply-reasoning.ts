import type { Block, JsonObject, Opaque } from "../canonical.ts";
import { packOpaque } from "../carrier.ts";

/**
 * Reasoning of a reply, which OpenAI's own API never shows. Clients read it under three names: `reasoning_content`
 * (DeepSeek, LangChain, the AI SDK's compatible provider), `reasoning` and `reasoning_details` (OpenRouter); all three are
 * written, as none of them reads two. Only details can hold state, and clients that keep them send them back.
 */
function reasoningMembers(text: string, details: readonly JsonObject[]): JsonObject {
  return {
    ...(text === "" ? {} : { reasoning_content: text, reasoning: text }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
  };
}

/** The members of a whole message: blocks are a blank line apart. */
export function encodeReasoning(blocks: readonly Block[]): JsonObject {
  const texts = blocks.flatMap((block) => (block.kind === "thinking" && block.text !== "" ? [block.text] : []));
  const details = blocks.flatMap(detailsOf).map((detail, index) => ({ ...detail, index }));
  return reasoningMembers(texts.join("\n\n"), details);
}

function detailsOf(block: Block): readonly JsonObject[] {
  switch (block.kind) {
    case "thinking": {
      const { text, signature } = block;
      if (signature !== undefined) return [{ ...textDetail(text), ...signatureOf(text, signature) }];
      return text === "" ? [] : [textDetail(text)];
    }
    case "redacted-thinking":
      return [encryptedDetail(block.data)];
    case "text":
      return block.signature === undefined ? [] : [encryptedDetail({ ...block.signature, signs: "text" })];
    default:
      return [];
  }
}

function textDetail(text: string): JsonObject {
  return { type: "reasoning.text", text };
}

function encryptedDetail(data: Opaque): JsonObject {
  return { type: "reasoning.encrypted", data: packOpaque(data) };
}

/** The text goes along, as it must come back unchanged and clients that read streams tend to keep the last piece only. */
function signatureOf(text: string, signature: Opaque): JsonObject {
  return { signature: packOpaque(signature, text === "" ? {} : { text }) };
}

/** The same in deltas: each call gives the members of one. Details of one block share their index. */
export type ReasoningWriter = Readonly<{
  text(text: string): JsonObject;
  sign(signature: Opaque): JsonObject;
  /** State without text: redacted reasoning, or the signature of the text before it. */
  state(data: Opaque): JsonObject;
  /** The next text is another block's. */
  close(): void;
}>;

export function reasoningWriter(): ReasoningWriter {
  let block = "";
  let hasEarlier = false;
  let index = -1;

  function detail(members: JsonObject): readonly JsonObject[] {
    return [{ ...members, index }];
  }

  function close(): void {
    hasEarlier ||= block !== "";
    block = "";
  }

  return {
    text(text) {
      if (block === "") index += 1;
      const separator = block === "" && hasEarlier ? "\n\n" : "";
      block += text;
      return reasoningMembers(separator + text, detail(textDetail(text)));
    },
    sign(signature) {
      if (block === "") index += 1;
      const state = signatureOf(block, signature);
      const signed = detail(block === "" ? { ...textDetail(""), ...state } : { type: "reasoning.text", ...state });
      close();
      return reasoningMembers("", signed);
    },
    state(data) {
      close();
      index += 1;
      return reasoningMembers("", detail(encryptedDetail(data)));
    },
    close,
  };
}
