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
 * `ar1.` + format + `.` + base64url(JSON). Of `extra`, which travels inside, only `text` is ever read (`carriedText`).
 */
export function packOpaque(opaque: Opaque, extra: JsonObject = {}): string {
  const { data, model, signs } = opaque;
  const json = JSON.stringify({ ...extra, data, model, signs });
  const payload = new TextEncoder().encode(json).toBase64({ alphabet: "base64url", omitPadding: true });
  return `${prefix}${opaque.from}.${payload}`;
}

/**
 * What a client sent back as opaque state. Text without our prefix is the state of the API the client speaks (`native`).
 * A carrier that is broken or names no known format gives undefined: the state is lost, the request is not.
 */
export function unpackOpaque(text: string, native: WireFormat): Opaque | undefined {
  if (!text.startsWith(prefix)) return { from: native, data: text };
  const carried = open(text);
  const data = stringOf(carried?.json["data"]);
  if (carried === undefined || data === undefined) return undefined;
  const model = stringOf(carried.json["model"]);
  const signs = (["call", "text"] as const).find((signed) => signed === carried.json["signs"]);
  return {
    from: carried.from,
    data,
    ...(model === undefined ? {} : { model }),
    ...(signs === undefined ? {} : { signs }),
  };
}

/** The `text` that was packed along, for state that binds to a text which clients are known to lose. */
export function carriedText(token: string): string | undefined {
  return token.startsWith(prefix) ? stringOf(open(token)?.json["text"]) : undefined;
}

function open(token: string): Readonly<{ from: WireFormat; json: JsonObject }> | undefined {
  const dot = token.indexOf(".", prefix.length);
  const from = token.slice(prefix.length, dot);
  if (dot === -1 || !isFormat(from)) return undefined;
  const json = objectOf(parseJson(decode(token.slice(dot + 1))));
  return json === undefined ? undefined : { from, json };
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
