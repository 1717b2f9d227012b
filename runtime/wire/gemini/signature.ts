import type { Opaque } from "../canonical.ts";
import { packThinking } from "../carried-thinking.ts";

/** How the base64 of a carrier begins, whichever vendor's state is in it. No other character can follow its `ar1.`. */
export const wrappedCarrier = "YXIxL";

/**
 * A `thoughtSignature` as a client gets it. The field is one of bytes, which the SDKs for Python and Go decode and the
 * one for Python even encodes anew (google-genai 3.4.0 `Part.thought_signature`), so a carrier is told in base64.
 */
export function writeSignature(state: Opaque, text?: string): string {
  return state.from === "gemini" && state.signs === undefined ? state.data : btoa(packThinking(state, text, "gemini"));
}

/** The carrier in a `thoughtSignature` that a client sent back; any other is given back as it is. */
export function readSignature(signature: string): string {
  return signature.startsWith(wrappedCarrier) ? decoded(signature) : signature;
}

/** A carrier holds no byte for which the two alphabets of base64 have different characters. */
function decoded(signature: string): string {
  try {
    return atob(signature);
  } catch {
    return signature;
  }
}
