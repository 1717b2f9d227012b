import type { Json } from "../wire/canonical.ts";
import { isArray } from "../wire/json.ts";

/**
 * Numbers as base64 of little-endian 32-bit floats, the form of `encoding_format: "base64"` (OpenAI SDK 7.55 asks for it
 * unless told otherwise, and decodes it).
 */
export function floatsToBase64(values: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [index, value] of values.entries()) view.setFloat32(index * 4, value, true);
  return new Uint8Array(view.buffer).toBase64();
}

/** Undefined when it is no base64 of whole floats. */
function floatsFromBase64(text: string): readonly number[] | undefined {
  const bytes = bytesOf(text);
  if (bytes === undefined || bytes.length % 4 !== 0) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

/** An embedding in either form as numbers; undefined when it is neither. */
export function floatsOf(embedding: Json | undefined): readonly number[] | undefined {
  if (typeof embedding === "string") return floatsFromBase64(embedding);
  if (!isArray(embedding)) return undefined;
  const values = embedding.filter((value) => typeof value === "number");
  return values.length === embedding.length ? values : undefined;
}

function bytesOf(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(text);
  } catch {
    return undefined;
  }
}
