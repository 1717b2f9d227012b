import type { Json, Opaque } from "../canonical.ts";
import { packOpaque, unpackOpaque } from "../carrier.ts";
import { filledString } from "../json.ts";

const native = "anthropic-messages";

/** A `signature` or redacted `data` as a client gets it: Anthropic's own as it is, any other vendor's in a carrier. */
export function writeOpaque(opaque: Opaque | undefined): string {
  if (opaque === undefined) return "";
  return opaque.from === native && opaque.signs === undefined ? opaque.data : packOpaque(opaque);
}

/** A `signature` or redacted `data` as a client sent it back. */
export function readOpaque(value: Json | undefined): Opaque | undefined {
  const text = filledString(value);
  return text === undefined ? undefined : unpackOpaque(text, native);
}

/** The same of an upstream: its own state whatever it looks like, which newer models read only if they wrote it. */
export function upstreamOpaque(value: Json | undefined, model: string): Opaque | undefined {
  const data = filledString(value);
  if (data === undefined) return undefined;
  return model === "" ? { from: native, data } : { from: native, data, model };
}
