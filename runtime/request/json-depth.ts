const quote = 0x22;
const backslash = 0x5c;

/**
 * Offset of the first bracket of a JSON text that opens level `maxDepth + 1`, or undefined when the text stays within
 * `maxDepth`. Brackets inside strings do not count. Made to run before `JSON.parse`, which takes any depth while
 * `JSON.stringify` and every recursive reader after it run out of stack. Linear; the text need not be valid JSON.
 */
export function jsonTooDeepAt(text: string, maxDepth: number): number | undefined {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = stringEnd(text, at + 1);
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth++;
        if (depth > maxDepth) return at;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
    }
  }
  return undefined;
}

/** Offset of the quote that closes a string whose content starts at `from`; the text's length when none does. */
function stringEnd(text: string, from: number): number {
  // indexOf is vectorised, and most of a request is the inside of strings.
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (before > from && text.charCodeAt(before - 1) === backslash) before--;
    if ((at - before) % 2 === 0) return at;
  }
  return text.length;
}
