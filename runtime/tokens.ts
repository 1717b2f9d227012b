import { Buffer } from "node:buffer";
import type { TokenBounds, Tokenizer } from "./contract.ts";

type Encode = (text: string, options: { disallowedSpecial: Set<string> }) => Iterable<readonly number[]>;

/** The one encoding every estimate uses, whatever the model: loaded once, never changed. */
let encode: Encode | undefined;

/** Text such as `<|endoftext|>` in a prompt is ordinary text, as it is for the vendors' own APIs. */
const ordinary = { disallowedSpecial: new Set<string>() };

/** The longest token of cl100k_base, a run of spaces, in bytes. */
const longestTokenBytes = 128;

/** Runs shorter than this are never cut; runs of twice this always are. In UTF-16 units. */
const windowLength = 256;

/** Texts repeat little between requests; the library would keep 100,000 fragments of them. */
const cachedWords = 10_000;

/** Counts by cl100k_base; `arouter/tokenizer` for generated code whose policy asks for tokens. */
export const tokenizer: Tokenizer = { load, count };

async function load(): Promise<void> {
  if (encode !== undefined) return;
  const cl100k = await import("gpt-tokenizer/encoding/cl100k_base");
  cl100k.setMergeCacheSize(cachedWords);
  encode = cl100k.encodeGenerator;
}

type Range = ReturnType<Tokenizer["count"]>;

/**
 * Tokens of cl100k_base in all texts together, each encoded by itself, special tokens as ordinary text. Throws when `load`
 * has not finished and bytes alone do not tell.
 *
 * Exact, but for one case. Byte pair merging is quadratic in the length of an unbroken run of letters, of symbols or
 * of white space, and a megabyte of one letter would take minutes. Such a run is therefore cut every 256 characters
 * (see `pieces`), which changes the count by at most a few tokens per cut.
 */
function count(texts: readonly string[], bounds: TokenBounds): Range {
  const isDecided = bounds === "all" ? isExact : between(bounds);
  for (const range of narrowing(texts)) if (isDecided(range)) return range;
  return { least: 0, most: 0 };
}

function isExact({ least, most }: Range): boolean {
  return least === most;
}

/** Whether every count in a range is on the same side of each bound. Ranges only ever become narrower. */
function between(bounds: readonly number[]): (range: Range) => boolean {
  let next = 0;
  return ({ least, most }) => {
    while ((bounds[next] ?? Number.POSITIVE_INFINITY) <= least) next++;
    return (bounds[next] ?? Number.POSITIVE_INFINITY) > most;
  };
}

/**
 * What is known of the count: first from the length in bytes alone, at last all of it.
 *
 * The tokens of a text, put together, are its bytes in UTF-8: the pattern that cuts it into words leaves nothing out, and
 * in each word byte pair merging begins with single bytes and only joins neighbours. Every token of cl100k_base has at
 * least 1 byte and at most 128. So for `b` bytes, in however many pieces they are encoded, b/128 <= tokens <= b.
 */
function* narrowing(texts: readonly string[]): Generator<Range> {
  let left = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  let least = Math.ceil(left / longestTokenBytes);
  let most = left;
  let counted = 0;
  yield { least, most };
  for (const text of texts) {
    for (const piece of pieces(text)) {
      left -= Buffer.byteLength(piece);
      for (const tokens of encoded(piece)) {
        counted += tokens.length;
        least = Math.max(least, counted + Math.ceil(left / longestTokenBytes));
        yield { least, most };
      }
      most = counted + left;
      yield { least, most };
    }
  }
}

function encoded(piece: string): Iterable<readonly number[]> {
  if (encode === undefined) throw new Error("load must finish before tokens are counted");
  return encode(piece, ordinary);
}

/**
 * Cuts out every window of 256 characters, at multiples of 256, that is all letters, all symbols or all white space:
 * only there can an unbroken run be long. Surrogate pairs stay whole.
 */
function* pieces(text: string): Generator<string> {
  let start = 0;
  for (let at = 0; at + windowLength < text.length; at += windowLength) {
    const from = pairSafe(text, at);
    const to = pairSafe(text, at + windowLength);
    if (!uniform.test(text.slice(from, to))) continue;
    if (from > start) yield text.slice(start, from);
    yield text.slice(from, to);
    start = to;
  }
  yield start === 0 ? text : text.slice(start);
}

const uniform = /^(?:\p{L}+|\s+|[^\s\p{L}\p{N}]+)$/u;

function pairSafe(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at;
}
