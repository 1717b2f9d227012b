/**
 * `*` stands for any run of characters and `?` for any one UTF-16 unit. After a mismatch only the latest star is widened:
 * earlier ones never need to be, so the work is at most the product of the two lengths.
 */
export function matchesGlob(text: string, glob: string): boolean {
  let star = -1;
  let resume = 0;
  let at = 0;
  let next = 0;
  while (at < text.length) {
    const symbol = glob[next];
    if (symbol === "*") {
      star = next++;
      resume = at;
    } else if (symbol === "?" || symbol === text[at]) {
      next++;
      at++;
    } else if (star >= 0) {
      next = star + 1;
      at = ++resume;
    } else return false;
  }
  while (glob[next] === "*") next++;
  return next === glob.length;
}
