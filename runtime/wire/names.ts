import { createHash } from "node:crypto";

const accepted = /^[a-zA-Z0-9_-]+$/;
const hashChars = 12;

/**
 * A tool name or call id that an upstream accepts: letters, digits, `_` and `-`, 1 to `maxChars` of them.
 * A value that already fits is returned as it is; any other gets its forbidden characters replaced and a hash of the
 * whole original at the end, so that equal input gives equal output on every turn and different input does not collide.
 */
export function shorten(value: string, maxChars: number): string {
  if (value.length <= maxChars && accepted.test(value)) return value;
  const readable = value.slice(0, maxChars - hashChars - 1).replaceAll(/[^a-zA-Z0-9_-]/g, "_");
  return `${readable}_${sha256Hex(value).slice(0, hashChars)}`;
}

export function sha256Hex(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
