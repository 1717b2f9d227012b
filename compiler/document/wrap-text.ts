import { visibleLine } from "./visible-line.ts";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Text in lines of at most `columns` columns of a terminal, where wide characters take two. Breaks between words, and inside
 * one that is too long. What does not fit into `maxLines` ends in `…`.
 */
export function wrapText(text: string, columns: number, maxLines: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of visibleLine(text)
    .trim()
    .split(/ +/)
    .flatMap((one) => cut(one, columns))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (Bun.stringWidth(longer) <= columns) {
      line = longer;
    } else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  if (lines.length <= maxLines) return lines;
  return [...lines.slice(0, maxLines - 1), shortened(lines[maxLines - 1] ?? "", columns)];
}

function cut(word: string, columns: number): readonly string[] {
  const pieces = [""];
  for (const { segment } of graphemes.segment(word)) {
    const longer = (pieces.at(-1) ?? "") + segment;
    if (Bun.stringWidth(longer) <= columns) pieces[pieces.length - 1] = longer;
    else pieces.push(segment);
  }
  return pieces;
}

function shortened(line: string, columns: number): string {
  return `${cut(line, columns - 1)[0] ?? ""}…`;
}
