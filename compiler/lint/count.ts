/** A number of tokens for people: `128,000`. */
export function count(tokens: number): string {
  return tokens.toLocaleString("en-US");
}
