import type { Json, Opaque } from "../canonical.ts";
import { packOpaque, unpackOpaque } from "../carrier.ts";
import { filledString } from "../json.ts";

const native = "anthropic-messages";

/** A `signature` or redacted `data` as a client gets it: Anthropic's own as it is, any other vendor's in a carrier. */
export function writeOpaque(opaque: Opaque | undefined): string {
  if (opaque === undefined) return "";
  return opaque.from === native ? opaque.data : packOpaque(opaque);
}

/** A `signature` or redacted `data` as a client or upstream sent it. */
export function readOpaque(value: Json | undefined): Opaque | undefined {
  const text = filledString(value);
  return text === undefined ? undefined : unpackOpaque(text, native);
}
