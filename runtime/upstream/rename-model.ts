import { Buffer } from "node:buffer";
import type { WireFormat } from "../contract.ts";
import { concat } from "../read-all.ts";
import { splicePath } from "../wire/splice.ts";

/** Where answers name their model: of a whole one the first, of the events of a stream any that is there. */
const modelPaths = {
  "openai-chat": [["model"]],
  "openai-responses": [["model"], ["response", "model"]],
  "anthropic-messages": [["model"], ["message", "model"]],
  gemini: [["modelVersion"]],
} as const satisfies Record<WireFormat, readonly [readonly string[], ...(readonly string[])[]]>;

/** A whole answer under another model name; every other byte stays. */
export function renamedAnswer(body: Uint8Array, format: WireFormat, model: string): Uint8Array {
  return splicePath(body, modelPaths[format][0], JSON.stringify(model)) ?? body;
}

/** The same for whole frames of an event stream. JSON that a server spreads over several lines keeps its name. */
export function renamedFrames(frames: Uint8Array, format: WireFormat, model: string): Uint8Array {
  const text = JSON.stringify(model);
  const paths = modelPaths[format];
  const bytes = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
  const pieces: Uint8Array[] = [];
  let told = 0;
  for (let at = bytes.indexOf(named); at !== -1; at = bytes.indexOf(named, told)) {
    const { start, end } = dataAround(bytes, at);
    const changed = paths.reduce<Uint8Array>(
      (data, path) => splicePath(data, path, text) ?? data,
      bytes.subarray(start, end),
    );
    pieces.push(bytes.subarray(told, start), changed);
    told = end;
  }
  if (pieces.length === 0) return frames;
  const all = [...pieces, bytes.subarray(told)];
  return concat(
    all,
    all.reduce((sum, { length }) => sum + length, 0),
  );
}

/** `"model"` and `"modelVersion"`. */
const named = '"model';
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** The line around `at`, without the name of its field. */
function dataAround(bytes: Buffer, at: number): Readonly<{ start: number; end: number }> {
  let start = at;
  while (start > 0 && !isLineEnd(bytes[start - 1])) start -= 1;
  let end = at;
  while (end < bytes.length && !isLineEnd(bytes[end])) end += 1;
  const colon = bytes.indexOf(":", start);
  return { start: colon === -1 || colon > at ? start : colon + 1, end };
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}
