/**
 * The simulator's own idea of a token: up to four characters that are not white space, with the white space before them.
 * Close enough to the vendors' tokenizers for limits and usage, and anyone can count it by hand.
 */
const token = /\s*\S{1,4}|\s+$/gu;

/** Cuts a text into tokens; joined they give the text back. */
export function tokensOf(text: string): readonly string[] {
  return text.match(token) ?? [];
}

/** The number of tokens in a text. */
export function countTokens(text: string): number {
  return tokensOf(text).length;
}
