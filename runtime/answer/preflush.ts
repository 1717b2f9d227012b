import { createJsonScan } from "../request/json-scan.ts";

/**
 * Whether the start of an answer can become JSON. `complete` is `possible` with the value already closed; only
 * `hopeless` is worth giving a stream up for.
 */
export type JsonPrefix = "possible" | "hopeless" | "complete";

/** Judges a whole text at once; see `createJsonPrefix`. */
export function jsonPrefix(text: string): JsonPrefix {
  return createJsonPrefix()(text);
}

/**
 * Judges the start of an answer while it arrives: call it with each next piece, it answers for all text so far.
 *
 * Tolerant on purpose, as giving a stream up costs another paid call: leading white space and one leading Markdown
 * code fence (CommonMark 4.5: three backticks or more, an info word, a line break) may stand before the value, white
 * space and the closing fence after it. `createValidation` is strict where this is not: the client is sent the text
 * as it is, so a fenced answer is no JSON for it.
 */
export function createJsonPrefix(): (piece: string) => JsonPrefix {
  const scan = createJsonScan();
  /** White space and backticks, kept until it is known whether a fence opens; undefined once the value has begun. */
  let head: string | undefined = "";
  let fence = "";
  /** What follows a complete value in a fence, when it is not white space. */
  let tail: string | undefined;
  /** Length of all text given to `scan`. */
  let scanned = 0;

  return (piece) => {
    if (tail !== undefined) return close(piece);
    return head === undefined ? value(piece) : opening(head + piece);
  };

  function opening(text: string): JsonPrefix {
    const line = fenceLine.exec(text);
    if (line === null && partialFenceLine.test(text)) {
      head = text;
      return "possible";
    }
    head = undefined;
    fence = line?.[1] ?? "";
    return value(text.slice(line?.[0].length ?? 0));
  }

  function value(piece: string): JsonPrefix {
    const before = scanned;
    scanned += piece.length;
    const result = scan(piece);
    if (result.kind === "partial") return "possible";
    if (result.kind === "complete") return "complete";
    return fence !== "" && result.afterValue ? close(piece.slice(Math.max(0, result.at - before))) : "hopeless";
  }

  function close(piece: string): JsonPrefix {
    tail = (tail ?? "") + piece;
    const backticks = /^`*/.exec(tail)?.[0].length ?? 0;
    const rest = tail.slice(backticks);
    const closed = backticks >= fence.length || rest === "";
    return closed && rest.trim() === "" ? "complete" : "hopeless";
  }
}

const fenceLine = /^\s*(`{3,})[ \t]*[\w+-]*[ \t]*\r?\n/;
const partialFenceLine = /^\s*(?:`{0,2}|`{3,}[ \t]*[\w+-]*[ \t]*\r?)$/;
