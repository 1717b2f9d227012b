import type { Code } from "./codes.ts";
import { type Diagnostic, diagnostic } from "./diagnostics.ts";
import { type Entry, maxDepth, type Node } from "./node.ts";
import type { Source, Span } from "./span.ts";
import type { Parsed } from "./tree.ts";

/** JSON text (RFC 8259) to a tree with the place of every key and value, or the first error. `JSON.parse` tells no place. */
export function parseJson(source: Source): Parsed {
  const reader = jsonReader(source);
  try {
    return { root: reader.document(), diagnostics: [] };
  } catch (error) {
    if (error instanceof JsonProblem) return { root: undefined, diagnostics: [error.diagnostic] };
    throw error;
  }
}

class JsonProblem extends Error {
  readonly diagnostic: Diagnostic;
  constructor(found: Diagnostic) {
    super(found.message);
    this.diagnostic = found;
  }
}

const stringToken = /"[^"\\\n]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\n]*)*"/y;
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const wordToken = /true|false|null/y;

function jsonReader({ file, text }: Source) {
  let at = 0;

  function document(): Node {
    const root = value(1);
    skipSpace();
    if (at < text.length) fail("AR101", "Not valid JSON: text after the end of the value.");
    return root;
  }

  function value(depth: number): Node {
    skipSpace();
    if (depth > maxDepth) fail("AR110", `Values are nested more than ${maxDepth} levels deep.`);
    const start = at;
    const first = text[at];
    if (first === "{") return map(start, depth);
    if (first === "[") return list(start, depth);
    if (first === '"') return { kind: "string", value: string(), span: span(start) };
    const number = token(numberToken);
    if (number !== undefined) return { kind: "number", value: Number(number), span: span(start) };
    const word = token(wordToken);
    if (word === undefined) fail("AR101", "Not valid JSON: expected a value.");
    return word === "null"
      ? { kind: "null", span: span(start) }
      : { kind: "boolean", value: word === "true", span: span(start) };
  }

  function map(start: number, depth: number): Node {
    const entries = new Map<string, Entry>();
    at += 1;
    for (let more = !closes("}"); more; more = continues("}")) {
      skipSpace();
      const keyStart = at;
      const key = string();
      const keySpan = span(keyStart);
      if (entries.has(key)) fail("AR102", `The key ${JSON.stringify(key)} occurs twice in one object.`, keySpan);
      expect(":");
      entries.set(key, { key, keySpan, value: value(depth + 1) });
    }
    return { kind: "map", entries: [...entries.values()], span: span(start) };
  }

  function list(start: number, depth: number): Node {
    const items: Node[] = [];
    at += 1;
    for (let more = !closes("]"); more; more = continues("]")) items.push(value(depth + 1));
    return { kind: "list", items, span: span(start) };
  }

  function string(): string {
    const start = at;
    const raw = token(stringToken);
    if (raw === undefined) fail("AR101", "Not valid JSON: expected text in double quotes.");
    // Everything below a space must be escaped.
    if ([...raw].some((character) => character < " ")) {
      fail("AR101", "Not valid JSON: the text holds a control character.", span(start));
    }
    return JSON.parse(raw);
  }

  /** After a member: true at a comma, false at the closing bracket. */
  function continues(close: "}" | "]"): boolean {
    if (closes(close)) return false;
    expect(",");
    return true;
  }

  function closes(close: "}" | "]"): boolean {
    skipSpace();
    if (text[at] !== close) return false;
    at += 1;
    return true;
  }

  function expect(character: string): void {
    skipSpace();
    if (text[at] !== character) fail("AR101", `Not valid JSON: expected ${JSON.stringify(character)}.`);
    at += 1;
  }

  function token(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  }

  function skipSpace(): void {
    token(/[ \t\r\n]*/y);
  }

  function span(start: number): Span {
    return { file, start, end: at };
  }

  function fail(code: Code, message: string, place?: Span): never {
    throw new JsonProblem(diagnostic(code, place ?? { file, start: at, end: Math.min(at + 1, text.length) }, message));
  }

  return { document };
}
