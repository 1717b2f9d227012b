/** 1-based; `column` counts UTF-16 code units, as editors do. */
type Position = Readonly<{ line: number; column: number }>;

/** Finds places in one text. Lines end with `\n`; a `\r` before it belongs to the line end. */
export type LineMap = Readonly<{
  at(offset: number): Position;
  /** A line without its end; empty past the last one. */
  textOf(line: number): string;
  /** Offset of a line's first character. */
  startOf(line: number): number;
}>;

export function lineMap(text: string): LineMap {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const startOf = (line: number) => starts[line - 1] ?? text.length;

  function at(offset: number): Position {
    let low = 1;
    let high = starts.length;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - startOf(low) + 1 };
  }

  function textOf(line: number): string {
    return text.slice(startOf(line), startOf(line + 1)).replace(/\r?\n$/, "");
  }

  return { at, textOf, startOf };
}
