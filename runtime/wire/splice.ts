/**
 * Replaces the value of one key of a JSON object and keeps every other byte. No parse, so numbers beyond 2^53,
 * escapes, key order and white space reach the other side as they came.
 * Where the key is repeated the last one is replaced, as that is the one JSON parsers keep.
 *
 * @param body UTF-8 JSON text; anything but an object gives undefined.
 * @param jsonText the new value, already JSON.
 * @returns undefined when the key is not there.
 */
export function spliceTopLevel(body: Uint8Array, key: string, jsonText: string): Uint8Array | undefined {
  const value = findValue(body, key);
  if (value === undefined) return undefined;
  const replacement = new TextEncoder().encode(jsonText);
  const result = new Uint8Array(body.length - (value.end - value.start) + replacement.length);
  result.set(body.subarray(0, value.start), 0);
  result.set(replacement, value.start);
  result.set(body.subarray(value.end), value.start + replacement.length);
  return result;
}

type Range = Readonly<{ start: number; end: number }>;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** The bytes of the last value under `key` at the top level. */
function findValue(body: Uint8Array, key: string): Range | undefined {
  const wanted = new TextEncoder().encode(JSON.stringify(key));
  let found: Range | undefined;
  let at = skipSpace(body, hasByteOrderMark(body) ? 3 : 0);
  if (body[at] !== openBrace) return undefined;
  at = skipSpace(body, at + 1);
  while (body[at] === quote) {
    const keyEnd = skipString(body, at);
    const colonAt = skipSpace(body, keyEnd);
    if (body[colonAt] !== colon) return undefined;
    const start = skipSpace(body, colonAt + 1);
    const end = skipValue(body, start);
    if (end <= start) return undefined;
    if (keyEnd - at >= wanted.length && isKey(body.subarray(at, keyEnd), wanted, key)) found = { start, end };
    at = skipSpace(body, end);
    if (body[at] === closeBrace) return found;
    if (body[at] !== comma) return undefined;
    at = skipSpace(body, at + 1);
  }
  return undefined;
}

/** A key may be written with escapes (`mod\u0065l`), so bytes that differ are compared once more as text. */
function isKey(literal: Uint8Array, wanted: Uint8Array, key: string): boolean {
  if (literal.length === wanted.length && literal.every((byte, index) => byte === wanted[index])) return true;
  if (!literal.includes(backslash)) return false;
  try {
    return JSON.parse(new TextDecoder().decode(literal)) === key;
  } catch {
    return false;
  }
}

function skipValue(body: Uint8Array, start: number): number {
  const first = body[start];
  if (first === quote) return skipString(body, start);
  if (first === openBrace || first === openBracket) return skipContainer(body, start);
  let at = start;
  while (at < body.length && !endsScalar(body[at])) at += 1;
  return at;
}

function endsScalar(byte: number | undefined): boolean {
  return byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte);
}

function skipContainer(body: Uint8Array, start: number): number {
  let depth = 0;
  let at = start;
  while (at < body.length) {
    const byte = body[at];
    if (byte === quote) {
      at = skipString(body, at);
      continue;
    }
    at += 1;
    if (byte === openBrace || byte === openBracket) depth += 1;
    else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) return at;
  }
  return at;
}

/** A leap costs about as much as this many single steps, so short strings and dense quotes are walked. */
const stepsBeforeLeap = 48;

/** Index after the closing quote. Walks a little, then leaps to the next quote, as most bytes of a chat request are long text. */
function skipString(body: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < body.length) {
    const walkEnd = Math.min(at + stepsBeforeLeap, body.length);
    for (; at < walkEnd; at += 1) {
      if (body[at] === quote) return at + 1;
      if (body[at] === backslash) at += 1;
    }
    const next = body.indexOf(quote, at);
    if (next === -1) return body.length;
    if (!isEscaped(body, at, next)) return next + 1;
    at = next + 1;
  }
  return body.length;
}

/** Whether an odd run of backslashes, not reaching back past `from`, precedes `at`. */
function isEscaped(body: Uint8Array, from: number, at: number): boolean {
  let run = at - 1;
  while (run >= from && body[run] === backslash) run -= 1;
  return (at - 1 - run) % 2 === 1;
}

function skipSpace(body: Uint8Array, start: number): number {
  let at = start;
  while (isSpace(body[at])) at += 1;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function hasByteOrderMark(body: Uint8Array): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
}
