import type { WireFormat } from "../contract.ts";
import type { JsonObject, Opaque } from "./canonical.ts";
import { objectOf, parseJson, stringOf } from "./json.ts";

const prefix = "ar1.";

/** A member missing here breaks the build, so that a new format can be named by a carrier. */
const formats: Readonly<Record<WireFormat, true>> = {
  "openai-chat": true,
  "openai-responses": true,
  "anthropic-messages": true,
  gemini: true,
};

/**
 * Opaque state of one vendor as a token that a client of another can keep and send back:
 * `ar1.` + format + `.` + base64url(JSON). `extra` travels inside for people who debug; nothing reads it.
 */
export function packOpaque(opaque: Opaque, extra: JsonObject = {}): string {
  const json = JSON.stringify({ ...extra, data: opaque.data });
  const payload = new TextEncoder().encode(json).toBase64({ alphabet: "base64url", omitPadding: true });
  return `${prefix}${opaque.from}.${payload}`;
}

/**
 * What a client sent back as opaque state. Text without our prefix is the state of the API the client speaks (`native`).
 * A carrier that is broken or names no known format gives undefined: the state is lost, the request is not.
 */
export function unpackOpaque(text: string, native: WireFormat): Opaque | undefined {
  if (!text.startsWith(prefix)) return { from: native, data: text };
  const dot = text.indexOf(".", prefix.length);
  const from = text.slice(prefix.length, dot);
  if (dot === -1 || !isFormat(from)) return undefined;
  const data = stringOf(objectOf(parseJson(decode(text.slice(dot + 1))))?.["data"]);
  return data === undefined ? undefined : { from, data };
}

function isFormat(name: string): name is WireFormat {
  return Object.hasOwn(formats, name);
}

function decode(payload: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(payload, { alphabet: "base64url" }));
  } catch {
    return "";
  }
}
