import type { WireFormat } from "../contract.ts";
import type { Block, Opaque } from "./canonical.ts";
import { carriedText, packOpaque, unpackOpaque } from "./carrier.ts";

/**
 * State of reasoning as one string for a client of `native`: that vendor's own as it is, any other's in a carrier. That
 * Anthropic's thinking had an empty text is told with it, or it would pass for redacted thinking when it comes back.
 */
export function packThinking(state: Opaque, text: string | undefined, native: WireFormat): string {
  if (state.from === native && state.signs === undefined) return state.data;
  const wasEmpty = text === "" && state.from === "anthropic-messages" && state.signs === undefined;
  return packOpaque(state, wasEmpty ? { text } : {});
}

/** The block that such a string and the text beside it stand for; undefined where the carrier is broken. */
export function unpackThinking(token: string, text: string, native: WireFormat): Block | undefined {
  const state = unpackOpaque(token, native);
  if (state === undefined) return undefined;
  const carried = carriedText(token);
  const isRedacted = state.from === "anthropic-messages" && text === "" && carried === undefined;
  return isRedacted
    ? { kind: "redacted-thinking", data: state }
    : { kind: "thinking", text: carried ?? text, signature: state };
}
