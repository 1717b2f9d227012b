/** What becomes of top-level members: their new value, already JSON text, or undefined to leave the member out. */
export type MemberChanges = Readonly<Record<string, string | undefined>>;

/**
 * Replaces and removes members of a JSON object, in one pass, and keeps every other byte. No parse, so numbers beyond
 * 2^53, escapes, key order and white space reach the other side as they came. A removed member takes along one comma and
 * the white space on that comma's side.
 * A repeated key is changed everywhere: which one counts is up to who reads it (RFC 8259 section 4).
 *
 * @param body UTF-8 JSON text; anything but an object gives undefined.
 * @returns undefined when a member to replace is not there; one to remove may be absent.
 */
export function spliceMembers(body: Uint8Array, changes: MemberChanges): Uint8Array | undefined {
  const wanted = Object.entries(changes).map(([name, text]) => ({
    name,
    literal: encoder.encode(JSON.stringify(name)),
    replacement: text === undefined ? undefined : encoder.encode(text),
  }));
  const missing = new Set(wanted.filter(({ replacement }) => replacement !== undefined));
  const edits: Edit[] = [];
  /** Where the members to remove began that no kept member has followed yet. */
  let removedFrom: number | undefined;
  let keptEnd: number | undefined;
  let lastEnd = 0;

  const whole = walkMembers(body, (key, value) => {
    const change = wanted.find(({ name, literal }) => isKey(body, key, literal, name));
    lastEnd = value.end;
    if (change !== undefined && change.replacement === undefined) {
      removedFrom ??= key.start;
      return;
    }
    if (removedFrom !== undefined) edits.push({ start: removedFrom, end: key.start, bytes: nothing });
    removedFrom = undefined;
    keptEnd = value.end;
    if (change?.replacement === undefined) return;
    missing.delete(change);
    edits.push({ ...value, bytes: change.replacement });
  });
  if (!whole || missing.size > 0) return undefined;
  // After the last kept member it is the comma before the removed ones that goes.
  if (removedFrom !== undefined) edits.push({ start: keptEnd ?? removedFrom, end: lastEnd, bytes: nothing });
  return edits.length === 0 ? body : applyEdits(body, edits);
}

/**
 * Replaces the value that names lead to, one object inside the other, and keeps every other byte. Undefined where they lead
 * nowhere.
 */
export function splicePath(body: Uint8Array, [name, ...rest]: readonly string[], text: string): Uint8Array | undefined {
  if (name === undefined) return undefined;
  if (rest.length === 0) return spliceMembers(body, { [name]: text });
  const literal = encoder.encode(JSON.stringify(name));
  let edit: Edit | undefined;
  const whole = walkMembers(body, (key, value) => {
    if (!isKey(body, key, literal, name)) return;
    const bytes = splicePath(body.subarray(value.start, value.end), rest, text);
    if (bytes !== undefined) edit = { ...value, bytes };
  });
  return whole && edit !== undefined ? applyEdits(body, [edit]) : undefined;
}

type Range = Readonly<{ start: number; end: number }>;
type Edit = Range & Readonly<{ bytes: Uint8Array }>;

const encoder = new TextEncoder();
const nothing = new Uint8Array(0);

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** `edits` are in the order of the body and do not overlap. */
function applyEdits(body: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const length = edits.reduce((sum, { start, end, bytes }) => sum - (end - start) + bytes.length, body.length);
  const result = new Uint8Array(length);
  let read = 0;
  let written = 0;
  for (const { start, end, bytes } of edits) {
    result.set(body.subarray(read, start), written);
    written += start - read;
    result.set(bytes, written);
    written += bytes.length;
    read = end;
  }
  result.set(body.subarray(read), written);
  return result;
}

/** Tells every member of the object, in order; keys with their quotes. False when the text is no object, or a cut one. */
function walkMembers(body: Uint8Array, visit: (key: Range, value: Range) => void): boolean {
  let at = skipSpace(body, hasByteOrderMark(body) ? 3 : 0);
  if (body[at] !== openBrace) return false;
  at = skipSpace(body, at + 1);
  if (body[at] === closeBrace) return true;
  while (body[at] === quote) {
    const key = { start: at, end: skipString(body, at) };
    const colonAt = skipSpace(body, key.end);
    if (body[colonAt] !== colon) return false;
    const start = skipSpace(body, colonAt + 1);
    const value = { start, end: skipValue(body, start) };
    if (value.end <= start) return false;
    visit(key, value);
    at = skipSpace(body, value.end);
    if (body[at] === closeBrace) return true;
    if (body[at] !== comma) return false;
    at = skipSpace(body, at + 1);
  }
  return false;
}

/** A key may be written with escapes (`mod\u0065l`), so bytes that differ are compared once more as text. */
function isKey(body: Uint8Array, key: Range, literal: Uint8Array, name: string): boolean {
  const length = key.end - key.start;
  if (length < literal.length) return false;
  if (length === literal.length && literal.every((byte, index) => byte === body[key.start + index])) return true;
  const written = body.subarray(key.start, key.end);
  if (!written.includes(backslash)) return false;
  try {
    return JSON.parse(new TextDecoder().decode(written)) === name;
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
