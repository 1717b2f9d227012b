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

/** Loads cl100k_base (1.1 MB of ranks, about 50 ms). Call it at start when any rule asks for tokens. */
export async function loadTokenizer(): Promise<void> {
  if (encode !== undefined) return;
  const tokenizer = await import("gpt-tokenizer/encoding/cl100k_base");
  tokenizer.setMergeCacheSize(cachedWords);
  encode = tokenizer.encodeGenerator;
}

/**
 * Tokens of cl100k_base in all texts together, each encoded by itself, special tokens as ordinary text; `ceiling` when
 * there are as many or more. Stops as soon as the ceiling is reached. Throws when `loadTokenizer` has not finished.
 *
 * Exact, but for one case. Byte pair merging is quadratic in the length of an unbroken run of letters, of symbols or
 * of white space, and a megabyte of one letter would take minutes. Such a run is therefore cut every 256 characters
 * (see `pieces`), which changes the count by at most a few tokens per cut.
 */
export function countTokens(texts: readonly string[], ceiling: number): number {
  let length = 0;
  for (const text of texts) length += text.length;
  // No token is longer, so the answer is known without encoding; what is left is short enough to encode.
  if (length >= ceiling * longestTokenBytes) return ceiling;
  let count = 0;
  for (const text of texts) {
    for (const piece of pieces(text)) {
      count += countPiece(piece, ceiling - count);
      if (count >= ceiling) return ceiling;
    }
  }
  return count;
}

function countPiece(piece: string, ceiling: number): number {
  if (encode === undefined) throw new Error("loadTokenizer must finish before countTokens is called");
  let count = 0;
  for (const tokens of encode(piece, ordinary)) {
    count += tokens.length;
    if (count >= ceiling) break;
  }
  return count;
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
