const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Cheap test that bytes are one JSON object and not a web page, nothing, or a body that was cut short. */
export function looksWhole(bytes: Uint8Array): boolean {
  let start = 0;
  let end = bytes.length - 1;
  while (start < end && isSpace(bytes[start])) start++;
  while (end > start && isSpace(bytes[end])) end--;
  return bytes[start] === openBrace && bytes[end] === closeBrace;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
